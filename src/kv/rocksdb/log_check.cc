#include "kv/rocksdb/log_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "kv/rocksdb/crc32c.h"

namespace stator::kv {
namespace {

constexpr std::size_t kBlock = 32'768;
constexpr std::size_t kHeader = 7;        // checksum, length, type
constexpr std::size_t kBatchHeader = 12;  // sequence number, count
constexpr char kLogDataTag = 3;

enum Type : std::uint8_t { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

// Little-endian, as all of the log.
template <class T>
T load(std::string_view bytes) {
  T value = 0;
  for (std::size_t i = sizeof value; i-- > 0;) value = static_cast<T>(value << 8) | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

// The checksum covers the type and the payload, which lie together.
bool is_good(std::string_view header, std::string_view type_and_payload) {
  const std::uint32_t masked = load<std::uint32_t>(header) - 0xa282ead8U;
  return ((masked >> 17) | (masked << 15)) ==
         rocksdb::crc32c::Extend(0, type_and_payload.data(), type_and_payload.size());
}

struct Write {
  std::uint64_t sequence = 0;
  std::uint64_t next = 0;  // sequence number of the next one
  bool is_synced = true;   // and so was all before it
};

Write read_batch(std::string_view begin) {
  Write write;
  write.sequence = load<std::uint64_t>(begin);
  write.next = write.sequence + load<std::uint32_t>(begin.substr(sizeof write.sequence));
  std::string mark{kLogDataTag, static_cast<char>(kUnsyncedMark.size())};
  mark += kUnsyncedMark;
  write.is_synced = !begin.substr(kBatchHeader).starts_with(mark);
  return write;
}

// Follows the writes of all logs.
class Following {
 public:
  // False if writes are missing before this one, at a damaged place, that had been synced.
  bool take(const Write& write) {
    const bool is_gap = expected_ && write.sequence > *expected_ && !damage_.empty();
    if (is_gap) return !write.is_synced;
    expected_ = write.next;
    damage_.clear();
    return true;
  }
  void note_damage(const std::filesystem::path& file, std::uint64_t at) {
    if (damage_.empty()) damage_ = fmt::format("{} is damaged at byte {}", file.string(), at);
  }
  // Where writes are missing.
  [[nodiscard]] const std::string& damage() const { return damage_; }

 private:
  std::optional<std::uint64_t> expected_;
  std::string damage_;  // since the last write
};

// Reads one log, block by block.
class LogReading {
 public:
  LogReading(const std::filesystem::path& file, Following& following) : file_(file), following_(following) {}

  bool run() {
    std::ifstream in(file_, std::ios::binary);
    std::array<char, kBlock> block;
    for (; in; begin_ += kBlock) {
      in.read(block.data(), block.size());
      if (!take_block({block.data(), static_cast<std::size_t>(in.gcount())})) return false;
    }
    return true;
  }

 private:
  bool take_block(std::string_view block) {
    for (std::size_t at = 0; at + kHeader <= block.size();) {
      const std::size_t size = good_size(block, at);
      if (size == 0) {
        damaged(at);
        at = after_damage(block, at);
      } else if (!take(block.substr(at, size))) {
        return false;
      } else {
        at += size;
      }
    }
    return true;
  }

  // Of the record there, 0 if it is damaged.
  static std::size_t good_size(std::string_view block, std::size_t at) {
    const std::string_view header = block.substr(at, kHeader);
    const std::size_t size = load<std::uint16_t>(header.substr(4));
    const auto type = static_cast<std::uint8_t>(header[6]);
    if (type < kFull || type > kLast || at + kHeader + size > block.size()) return 0;
    return is_good(header, block.substr(at + kHeader - 1, size + 1)) ? kHeader + size : 0;
  }

  // Where the next good record is, or the end. The length in the damaged one may be right.
  static std::size_t after_damage(std::string_view block, std::size_t at) {
    const std::size_t next = at + kHeader + load<std::uint16_t>(block.substr(at + 4));
    if (next + kHeader <= block.size() && good_size(block, next) != 0) return next;
    do ++at;
    while (at + kHeader <= block.size() && good_size(block, at) == 0);
    return at;
  }

  void damaged(std::size_t at) {
    following_.note_damage(file_, begin_ + at);
    head_.clear();
  }

  bool take(std::string_view record) {
    const auto type = static_cast<std::uint8_t>(record[kHeader - 1]);
    if (type == kFull || type == kFirst) head_.assign(record.substr(kHeader, kBatchHeader + kUnsyncedMark.size() + 2));
    const bool is_whole = type == kFull || (type == kLast && !head_.empty());
    if (!is_whole || head_.size() < kBatchHeader) return true;
    const Write write = read_batch(head_);
    head_.clear();
    return following_.take(write);
  }

  const std::filesystem::path& file_;
  Following& following_;
  std::uint64_t begin_ = 0;  // of the block
  std::string head_;         // the beginning of the write at hand, empty if there is none whose beginning is good
};

}  // namespace

Result<void> check_logs(const std::filesystem::path& folder, std::uint64_t first) {
  std::map<std::uint64_t, std::filesystem::path> logs;
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
    const std::filesystem::path& file = files->path();
    if (file.extension() != ".log") continue;
    const std::string name = file.stem();
    std::uint64_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    if (number >= first) logs[number] = file;
  }
  Following following;
  for (const auto& [number, file] : logs) {
    if (LogReading(file, following).run()) continue;
    return fail(ErrorCode::kCorruption,
                fmt::format("the log has lost commits that were durable: {}, and commits follow that came after them. "
                            "Bring the folder back from a copy; or, to go on without those commits, cut the file off "
                            "there and remove the logs with higher numbers",
                            following.damage()));
  }
  return {};
}

}  // namespace stator::kv
