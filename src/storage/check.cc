#include "storage/check.h"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "codec/item_record.h"
#include "codec/keys.h"
#include "storage/backfill.h"
#include "storage/catalog.h"
#include "storage/check_streams.h"
#include "storage/counters.h"
#include "storage/erased.h"

namespace stator::storage {
namespace {

constexpr std::size_t kMaxProblems = 100;
constexpr std::uint64_t kProgressStep = 4096;

using Progress = std::function<void(const CheckReport&)>;

struct Sum {
  std::int64_t items = 0;
  std::int64_t bytes = 0;
  void add(std::size_t size) {
    ++items;
    bytes += static_cast<std::int64_t>(size);
  }
  friend bool operator==(const Sum&, const Sum&) = default;
};

class TableCheck {
 public:
  TableCheck(const kv::Reader& reader, const TableHandle& table, const Progress& progress, CheckReport& report)
      : reader_(reader), table_(table), progressed_(progress), report_(report) {}

  Result<void> run() {
    for (const IndexEntries& entries : table_.all_indexes()) TRY(read_progress(entries.index()));
    TRY(walk(IndexNumber{0},
             [&](std::string_view key, const codec::ItemRecord& item) { return take_item(key, item); }));
    TRY(end_collection());
    TRY(compare_counters(IndexNumber{0}, items_));
    for (const IndexEntries& entries : table_.all_indexes()) {
      Sum found;
      TRY(walk(entries.index().number, [&](std::string_view key, const codec::ItemRecord& entry) {
        ++report_.entries;
        found.add(entry.size);
        return take_entry(entries, key, entry);
      }));
      TRY(compare_counters(entries.index().number, found));
    }
    return compare_collection_count();
  }

 private:
  [[nodiscard]] const model::Table& definition() const { return table_.definition(); }

  void complain(std::string_view what) { report_.add_problem(fmt::format("table {}: {}", definition().name, what)); }

  Result<void> read_progress(const model::Index& index) {
    if (!index.backfilling) return {};
    auto progress = read_backfill(reader_, definition(), index.number);
    if (progress) {
      progress_.emplace(index.number, *std::move(progress));
    } else if (progress.error().code == ErrorCode::kStale) {
      complain(fmt::format("index {} is being backfilled, but not from anywhere", index.name));
    } else {
      return std::unexpected(std::move(progress).error());
    }
    return {};
  }

  // Calls `take` for every item or entry of an index.
  Result<void> walk(IndexNumber index, const auto& take) {
    const std::string all = codec::item_prefix(definition().number, index);
    const auto cursor = reader_.scan({all, codec::after_prefix(all)}, kv::Direction::kForward, kv::Wait::kAllowed);
    for (; cursor->valid(); cursor->next()) {
      TRY_ASSIGN(const codec::ItemRecord record, codec::read_item_record(cursor->value()));
      TRY(take(cursor->key(), record));
      if (progressed_ && (report_.items + report_.entries) % kProgressStep == 0) progressed_(report_);
    }
    return cursor->status();
  }

  Result<void> take_item(std::string_view key, const codec::ItemRecord& item) {
    ++report_.items;
    items_.add(item.size);
    if (item.size != model::item_size(item.item)) complain(fmt::format("item {} tells a wrong size", to_text(key)));
    if (key != codec::item_key(definition().number, definition().key, item.item)) {
      complain(fmt::format("item {} lies under another key than its own", to_text(key)));
    }
    if (definition().has_local_index()) TRY(take_into_collection(item));
    const KeyValues keys = table_.key_values(item.item);
    for (const IndexEntries& entries : table_.all_indexes()) {
      if (!entries.has(keys) || !is_due(entries.index(), key, item)) continue;
      TRY_ASSIGN(const bool found, reader_.get(entries.key(keys), kv::Wait::kAllowed, bytes_));
      if (!found) complain(fmt::format("item {} has no entry in {}", to_text(key), entries.index().name));
    }
    return {};
  }

  // A backfill may not have come to the item yet.
  [[nodiscard]] bool is_due(const model::Index& index, std::string_view key, const codec::ItemRecord& item) const {
    const auto progress = progress_.find(index.number);
    if (progress == progress_.end()) return true;
    return has_come_to(progress->second, key, item.commit);
  }

  // The entry's item is there, and has this entry.
  Result<void> take_entry(const IndexEntries& entries, std::string_view key, const codec::ItemRecord& entry) {
    const auto wrong = [&](std::string_view what) {
      complain(fmt::format("entry {} of {} {}", to_text(key), entries.index().name, what));
    };
    TRY_ASSIGN(const bool found, reader_.get(codec::item_key(definition().number, definition().key, entry.item),
                                             kv::Wait::kAllowed, bytes_));
    if (!found) {
      wrong("has no item");
      return {};
    }
    TRY_ASSIGN(const codec::ItemRecord item, codec::read_item_record(bytes_));
    const KeyValues keys = table_.key_values(item.item);
    if (!entries.has(keys) || entries.key(keys) != key) {
      wrong("is not where its item has it");
    } else if (entries.project(model::ValueView(item.encoded_item), item.size).value() !=
               model::ValueView(entry.encoded_item)) {
      wrong("is not what the index keeps of its item");
    } else if (entry.size != model::item_size(entry.item)) {
      wrong("tells a wrong size");
    }
    return {};
  }

  Result<void> compare_counters(IndexNumber index, const Sum& found) {
    std::array<std::int64_t, 2> counted{};
    TRY(read_counters(reader_, kv::Wait::kAllowed, codec::counters_key(definition().number, index), counted));
    if (counted[0] != found.items || counted[1] != found.bytes) {
      complain(fmt::format("index number {} has {} items of {} bytes, but {} of {} were counted", index.value,
                           found.items, found.bytes, counted[0], counted[1]));
    }
    return {};
  }

  // The items of a collection lie together.
  Result<void> take_into_collection(const codec::ItemRecord& item) {
    std::string key = codec::collection_key(definition(), item.item);
    if (key != collection_) {
      TRY(end_collection());
      collection_ = std::move(key);
    }
    collection_bytes_ += static_cast<std::int64_t>(item.size);
    const KeyValues keys = table_.key_values(item.item);
    for (const IndexEntries& entries : table_.all_indexes()) {
      if (entries.index().kind != model::IndexKind::kLocal || !entries.has(keys)) continue;
      const ProjectedItem kept = entries.project(model::ValueView(item.encoded_item), item.size);
      collection_bytes_ += static_cast<std::int64_t>(kept.size());
    }
    return {};
  }

  Result<void> end_collection() {
    if (collection_.empty()) return {};
    std::array<std::int64_t, 1> counted{};
    TRY(read_counters(reader_, kv::Wait::kAllowed, collection_, counted));
    if (counted[0] != collection_bytes_) {
      complain(fmt::format("collection {} has {} bytes, but {} were counted", to_text(collection_), collection_bytes_,
                           counted[0]));
    }
    ++collections_;
    collection_.clear();
    collection_bytes_ = 0;
    return {};
  }

  Result<void> compare_collection_count() {
    const std::string all = codec::collection_prefix(definition().number);
    const auto cursor = reader_.scan({all, codec::after_prefix(all)}, kv::Direction::kForward, kv::Wait::kAllowed);
    std::uint64_t counted = 0;
    for (; cursor->valid(); cursor->next()) ++counted;
    if (counted != collections_) {
      complain(fmt::format("{} collections are counted, but there are {}", counted, collections_));
    }
    return cursor->status();
  }

  static std::string to_text(std::string_view key) {
    std::string text;
    for (const char byte : key) fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<std::uint8_t>(byte));
    return text;
  }

  const kv::Reader& reader_;
  const TableHandle& table_;
  const Progress& progressed_;
  CheckReport& report_;
  std::map<IndexNumber, BackfillProgress> progress_;
  Sum items_;
  std::string collection_;  // the key of the counter of the collection at hand
  std::int64_t collection_bytes_ = 0;
  std::uint64_t collections_ = 0;
  std::string bytes_;
};

// Looks at one key of each table and index that anything is kept of: what a deletion has left behind belongs to none
// that the catalog has.
class StrangerCheck {
 public:
  StrangerCheck(const kv::Reader& reader, const Catalog& catalog, CheckReport& report)
      : reader_(reader), report_(report) {
    for (const auto& [name, table] : catalog.tables()) {
      const model::Table& definition = table->definition();
      std::set<IndexNumber>& indexes = known_[definition.number];
      indexes.insert(IndexNumber{0});
      for (const model::Index* index : definition.all_indexes()) indexes.insert(index->number);
    }
  }

  Result<void> run() {
    for (const auto space : {codec::KeySpace::kCounters, codec::KeySpace::kBackfills, codec::KeySpace::kItems}) {
      TRY(walk(space, sizeof(IndexNumber)));
    }
    return walk(codec::KeySpace::kCollections, 0);
  }

 private:
  // The keys of the space begin with it, a table's number and the number of an index in `index_bytes`.
  Result<void> walk(codec::KeySpace space, std::size_t index_bytes) {
    const std::size_t head = sizeof space + sizeof(TableNumber) + index_bytes;
    std::string next(1, static_cast<char>(space));
    const std::string end = codec::after_prefix(next);
    for (;;) {
      const auto cursor = reader_.scan({next, end}, kv::Direction::kForward, kv::Wait::kAllowed);
      if (!cursor->valid()) return cursor->status();
      const std::string_view key = cursor->key();
      if (key.size() < head) return fail(ErrorCode::kCorruption, "A key is cut short.");
      const TableNumber table{load_big_endian<std::uint32_t>(key.substr(sizeof space))};
      IndexNumber index;
      if (index_bytes != 0) index.value = load_big_endian<std::uint16_t>(key.substr(sizeof space + sizeof table));
      const std::string prefix(key.substr(0, head));
      if (!known_.contains(table) || !known_.at(table).contains(index)) {
        TRY_ASSIGN(const bool is_left, is_any_there(reader_, *cursor, prefix));
        if (is_left) {
          report_.add_problem(fmt::format("something is left in key space {} of table number {}, index number {}",
                                          static_cast<int>(space), table.value, index.value));
        }
      }
      next = codec::after_prefix(prefix);
    }
  }

  const kv::Reader& reader_;
  CheckReport& report_;
  std::map<TableNumber, std::set<IndexNumber>> known_;
};

}  // namespace

void CheckReport::add_problem(std::string what) {
  ++problem_count;
  if (problems.size() < kMaxProblems) problems.push_back(std::move(what));
}

Result<CheckReport> check(const kv::Reader& reader, const Progress& progress) {
  TRY_ASSIGN(const Catalog catalog, read_catalog(reader));
  CheckReport report;
  for (const auto& [name, table] : catalog.tables()) {
    ++report.tables;
    TRY(TableCheck(reader, *table, progress, report).run());
  }
  TRY(StrangerCheck(reader, catalog, report).run());
  TRY(check_streams(reader, catalog, report));
  return report;
}

}  // namespace stator::storage
