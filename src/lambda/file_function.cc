#include "lambda/file_function.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/descriptor.h"

namespace stator::lambda {
namespace {

constexpr mode_t kMode = 0644;

std::string problem(const std::filesystem::path& path, int error) {
  return fmt::format("{}: {}", path.string(), std::generic_category().message(error));
}

// Line feeds of JSON stand between its tokens only, where a blank is as good.
std::string line_of(std::string event) {
  std::ranges::replace(event, '\n', ' ');
  std::ranges::replace(event, '\r', ' ');
  return event += '\n';
}

}  // namespace

FileFunction::FileFunction(std::filesystem::path path) : path_(std::move(path)) {}

InvocationOutcome FileFunction::call(const std::string& event, const std::stop_token& stop) {
  if (stop.stop_requested()) return stopped();
  // Does not wait for the reader of a pipe of that name.
  const Descriptor file(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, kMode));
  if (!file) return not_reached(problem(path_, errno));
  std::string line = line_of(event);
  // What a full disk has cut short is not taken back, as others may have written behind it, but ended.
  if (is_cut_.load()) line.insert(0, 1, '\n');
  const ssize_t written = ::write(file.get(), line.data(), line.size());
  if (written < 0) return not_reached(problem(path_, errno));
  const bool is_whole = static_cast<std::size_t>(written) == line.size();
  is_cut_ = !is_whole;
  if (!is_whole) return failed(problem(path_, ENOSPC));
  // What is no file on a disk has nothing to keep.
  if (::fdatasync(file.get()) != 0 && errno != EINVAL && errno != EROFS) return failed(problem(path_, errno));
  return succeeded({});
}

}  // namespace stator::lambda
