#include "kv/rocksdb/quiet_log.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <string_view>
#include <utility>

#include <fmt/chrono.h>
#include <rocksdb/env.h>

#include "kv/rocksdb/file_system.h"

namespace stator::kv {
namespace {

constexpr std::streamoff kLongest = std::streamoff{4} << 20;

class QuietLog final : public rocksdb::Logger {
 public:
  QuietLog(std::filesystem::path file, const Clock& clock)
      : Logger(rocksdb::WARN_LEVEL), file_(std::move(file)), clock_(clock) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    std::array<char, 4096> text;
    const int size = std::vsnprintf(text.data(), text.size(), format, arguments);
    if (size <= 0) return;
    const std::string_view message(text.data(), std::min(static_cast<std::size_t>(size), text.size() - 1));
    if (!message.contains(kNoOptionsFile)) append(message);
  }
  void LogHeader(const char* /*format*/, va_list /*arguments*/) override {}

 private:
  void append(std::string_view text) {
    const std::lock_guard lock(mutex_);
    if (!out_.is_open()) out_.open(file_, std::ios::app);
    if (out_.tellp() > kLongest) {
      out_.close();
      out_.open(file_, std::ios::trunc);
    }
    const auto now = std::chrono::time_point_cast<std::chrono::seconds>(clock_.now());
    out_ << fmt::format("{:%FT%TZ} {}\n", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), text) << std::flush;
    out_.clear();  // a disk that is full now may have room for the next message
  }

  const std::filesystem::path file_;
  const Clock& clock_;
  std::mutex mutex_;
  std::ofstream out_;  // guarded by mutex_
};

}  // namespace

std::shared_ptr<rocksdb::Logger> make_quiet_log(std::filesystem::path file, const Clock& clock) {
  return std::make_shared<QuietLog>(std::move(file), clock);
}

}  // namespace stator::kv
