#include "kv/local/counters.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/bytes.h"

namespace stator::kv {
namespace {

// More than tables and indexes that are busy at once; past it they are read again. Keys of item collections are as long
// as partition keys, of which so many still take no more than some tens of megabytes.
constexpr std::size_t kMaxKnown = 10'000;

constexpr std::uint64_t little_endian(std::uint64_t v) {
  return std::endian::native == std::endian::little ? v : std::byteswap(v);
}

std::string encode(std::span<const std::int64_t> values) {
  std::string bytes;
  bytes.reserve(values.size_bytes());
  for (const std::int64_t value : values) {
    const std::uint64_t le = little_endian(static_cast<std::uint64_t>(value));
    bytes.append(reinterpret_cast<const char*>(&le), sizeof le);
  }
  return bytes;
}

Result<std::vector<std::int64_t>> decode(std::string_view bytes) {
  if (bytes.size() % sizeof(std::int64_t) != 0) {
    return fail(ErrorCode::kCorruption, "A record of counters has a length that is not a multiple of eight.");
  }
  std::vector<std::int64_t> values(bytes.size() / sizeof(std::int64_t));
  for (std::int64_t& value : values) {
    std::uint64_t le = 0;
    std::memcpy(&le, bytes.data(), sizeof le);
    value = static_cast<std::int64_t>(little_endian(le));
    bytes.remove_prefix(sizeof le);
  }
  return values;
}

}  // namespace

class Counters::Folding {
 public:
  Folding(Counters& counters, Batch& group) : counters_(counters), group_(group) {}
  void put(std::string_view key, std::string_view value) {
    counters_.drop(key);
    group_.put(key, value);
  }
  void log(std::string_view key, std::string_view value) { group_.put(key, value); }
  void erase(std::string_view key) {
    counters_.drop(key);
    group_.erase(key);
  }
  void erase_range(std::string_view begin, std::string_view end) {
    counters_.drop_range(begin, end);
    group_.erase_range(begin, end);
  }
  void add(std::string_view key, std::span<const std::int64_t> deltas) {
    if (result) result = counters_.add(key, deltas);
  }

  Result<void> result;

 private:
  Counters& counters_;
  Batch& group_;
};

Result<void> Counters::fold(const Batch& commit, Batch& group) {
  Folding folding(*this, group);
  commit.for_each(folding);
  return folding.result;
}

void Counters::finish_group(Batch& group) {
  for (const std::string& key : changed_) {
    const auto at = known_.find(key);
    if (at == known_.end() || !at->second.changed) continue;
    const std::vector<std::int64_t>& values = at->second.values;
    // Absent counters are 0, so that what is counted once and never again leaves nothing behind.
    if (std::ranges::all_of(values, [](std::int64_t value) { return value == 0; })) {
      group.erase(key);
    } else {
      group.put(key, encode(values));
    }
    at->second.changed = false;
  }
  changed_.clear();
  if (known_.size() > kMaxKnown) forget();
}

void Counters::forget() {
  known_.clear();
  changed_.clear();
}

Result<void> Counters::add(std::string_view key, std::span<const std::int64_t> deltas) {
  auto at = known_.find(key);
  if (at == known_.end()) {
    TRY_ASSIGN(std::vector<std::int64_t> values, read(key));
    at = known_.emplace(std::string(key), Values{.values = std::move(values), .changed = false}).first;
  }
  Values& known = at->second;
  if (known.values.size() < deltas.size()) known.values.resize(deltas.size());
  for (std::size_t i = 0; i < deltas.size(); ++i) {
    // Unsigned, so that a sum past the end wraps instead of being undefined.
    known.values[i] =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(known.values[i]) + static_cast<std::uint64_t>(deltas[i]));
  }
  if (!known.changed) changed_.emplace_back(key);
  known.changed = true;
  return {};
}

Result<std::vector<std::int64_t>> Counters::read(std::string_view key) const {
  std::string stored;
  TRY_ASSIGN(const bool present, store_.get(key, Wait::kAllowed, stored));
  return decode(present ? stored : std::string_view());
}

void Counters::drop(std::string_view key) {
  if (const auto at = known_.find(key); at != known_.end()) known_.erase(at);
}

void Counters::drop_range(std::string_view begin, std::string_view end) {
  known_.erase(known_.lower_bound(begin), known_.lower_bound(end));
}

}  // namespace stator::kv
