#include "kv/rocksdb/data_folder.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stator::kv {
namespace {

constexpr std::string_view kFormatFile = "STATOR";
constexpr std::string_view kStoreFolder = "rocksdb";
constexpr std::string_view kFormat = "stator data folder, format 2\n";
constexpr std::string_view kFormat1 = "stator data folder, format 1\n";

std::unexpected<Error> fail_os(std::string_view what, const std::filesystem::path& path, int error) {
  return fail(ErrorCode::kInternal,
              fmt::format("Cannot {} {}: {}.", what, path.string(), std::generic_category().message(error)));
}

// Whether nothing is in the folder but what a start that was interrupted leaves, and what the root of a file system has
// from the beginning. The format file comes before the database.
Result<bool> is_unfinished(const std::filesystem::path& folder, bool has_format_file) {
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const std::filesystem::path name = entries->path().filename();
    const bool is_ours = has_format_file && (name == kFormatFile || name == kStoreFolder);
    if (!is_ours && name != "lost+found") return false;
  }
  if (error) return fail_os("read the folder", folder, error.value());
  return true;
}

Result<std::string> read_all(int file, const std::filesystem::path& path) {
  std::string text(256, '\0');
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  if (size < 0) return fail_os("read", path, errno);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return fail_os("open", folder, errno);
  const int error = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (error != 0) return fail_os("sync", folder, error);
  return {};
}

// Without links, and without a slash at its end.
std::filesystem::path real_path(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::path path = std::filesystem::weakly_canonical(std::filesystem::absolute(folder, error), error);
  if (error) path = folder;
  return path.has_filename() ? path : path.parent_path();
}

// Makes `folder`, and those above it so that a loss of power does not take their names.
Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> changed;
  for (auto path = real_path(folder).parent_path(); path.has_relative_path(); path = path.parent_path()) {
    if (std::filesystem::exists(path, error)) break;
    changed.push_back(path.parent_path());
  }
  std::filesystem::create_directories(folder, error);
  if (error) return fail_os("make the folder", folder, error.value());
  for (const auto& path : changed) TRY(sync_folder(path));
  return {};
}

std::unexpected<Error> fail_unknown_format(const std::filesystem::path& folder, std::string_view format) {
  return fail(ErrorCode::kIncompatible,
              fmt::format("The data folder {} is of a format that this version of Stator does not know: its file "
                          "STATOR says \"{}\", not \"{}\".",
                          folder.string(), format.substr(0, format.find('\n')), kFormat.substr(0, kFormat.size() - 1)));
}

// True if the folder is still to be made what its format says: it is new, or of an older one.
Result<bool> check_format(int file, const std::filesystem::path& folder) {
  TRY_ASSIGN(const std::string format, read_all(file, folder / kFormatFile));
  if (format.empty()) {
    TRY_ASSIGN(const bool is_new, is_unfinished(folder, true));
    if (is_new) return true;
  }
  if (format != kFormat && format != kFormat1) return fail_unknown_format(folder, format);
  std::error_code error;
  if (std::filesystem::exists(folder / kStoreFolder / "CURRENT", error)) return format != kFormat;
  if (error) return fail_os("read", folder / kStoreFolder / "CURRENT", error.value());
  return fail(ErrorCode::kCorruption,
              fmt::format("The data folder {} has lost its database: there is no file rocksdb/CURRENT. Bring it back "
                          "from a copy, or start with an empty folder.",
                          folder.string()));
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::filesystem::path& folder) {
  TRY(make_folder(folder));
  const std::filesystem::path path = folder / kFormatFile;
  int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) {
    TRY_ASSIGN(const bool is_new, is_unfinished(folder, false));
    if (!is_new) {
      return fail(ErrorCode::kIncompatible,
                  fmt::format("The folder {} is not a data folder of Stator: it is not empty and has no file STATOR.",
                              folder.string()));
    }
    file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  }
  if (file < 0) return fail_os("open", path, errno);

  DataFolder opened(folder, file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail_os("lock", path, errno);
    return fail(ErrorCode::kIncompatible,
                fmt::format("The data folder {} is in use by another process.", folder.string()));
  }
  TRY_ASSIGN(opened.needs_finish_, check_format(file, folder));
  // STATOR is there before anything else is, whatever a loss of power takes.
  if (opened.needs_finish_) TRY(sync_folder(folder));
  return opened;
}

Result<void> DataFolder::finish() {
  if (!needs_finish_) return {};
  TRY(sync_folder(path_));
  TRY(sync_folder(real_path(path_).parent_path()));
  const std::filesystem::path path = path_ / kFormatFile;
  if (::pwrite(lock_, kFormat.data(), kFormat.size(), 0) != static_cast<ssize_t>(kFormat.size())) {
    return fail_os("write", path, errno);
  }
  if (::fsync(lock_) != 0) return fail_os("sync", path, errno);
  needs_finish_ = false;
  return {};
}

std::filesystem::path DataFolder::store() const { return path_ / kStoreFolder; }

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace stator::kv
