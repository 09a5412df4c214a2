#include "kv/rocksdb/data_folder.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stator::kv {
namespace {

constexpr std::string_view kFormatFile = "STATOR";
constexpr std::string_view kFormat = "stator data folder, format 1\n";

std::unexpected<Error> fail_os(std::string_view what, const std::filesystem::path& path, int error) {
  return fail(ErrorCode::kInternal,
              fmt::format("Cannot {} {}: {}.", what, path.string(), std::generic_category().message(error)));
}

// Whether the folder has nothing but the format file in it. A file system's root has lost+found from the start.
Result<bool> has_no_other_files(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const std::filesystem::path name = entries->path().filename();
    if (name != kFormatFile && name != "lost+found") return false;
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

// The name of a file is durable only once its folder is synced.
Result<void> sync_folder(const std::filesystem::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return fail_os("open", folder, errno);
  const int error = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (error != 0) return fail_os("sync", folder, error);
  return {};
}

Result<void> write_format(int file, const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kFormatFile;
  if (::pwrite(file, kFormat.data(), kFormat.size(), 0) != static_cast<ssize_t>(kFormat.size())) {
    return fail_os("write", path, errno);
  }
  if (::fsync(file) != 0) return fail_os("sync", path, errno);
  TRY(sync_folder(folder));
  const std::filesystem::path parent = std::filesystem::absolute(folder).lexically_normal().parent_path();
  return sync_folder(parent);
}

// A file STATOR without a byte in an otherwise empty folder is what a crash in write_format() leaves.
Result<void> check_format(int file, const std::filesystem::path& folder) {
  TRY_ASSIGN(const std::string format, read_all(file, folder / kFormatFile));
  if (format == kFormat) return {};
  if (format.empty()) {
    TRY_ASSIGN(const bool is_new, has_no_other_files(folder));
    if (is_new) return write_format(file, folder);
  }
  return fail(ErrorCode::kIncompatible,
              fmt::format("The data folder {} is of a format that this version of Stator does not know: its file "
                          "STATOR says \"{}\", not \"{}\".",
                          folder.string(), std::string_view(format).substr(0, format.find('\n')),
                          kFormat.substr(0, kFormat.size() - 1)));
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail_os("make the folder", folder, error.value());

  const std::filesystem::path path = folder / kFormatFile;
  int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) {
    TRY_ASSIGN(const bool is_new, has_no_other_files(folder));
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
  TRY(check_format(file, folder));
  return opened;
}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace stator::kv
