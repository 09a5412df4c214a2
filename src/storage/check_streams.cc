#include "storage/check_streams.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.h"
#include "codec/change_record.h"
#include "codec/event_source_mapping_record.h"
#include "codec/item_record.h"
#include "codec/keys.h"
#include "storage/change_log.h"
#include "storage/erased.h"
#include "storage/streams.h"

namespace stator::storage {
namespace {

using codec::KeySpace;
using codec::StreamRecord;

const model::Table* find_table(const Catalog& catalog, const StreamRecord& stream) {
  const TablePtr table = catalog.find(stream.region, stream.table_name);
  if (table == nullptr || table->definition().number != stream.table) return nullptr;
  return &table->definition();
}

bool is_followed(const model::Table& table) { return table.stream && table.stream->enabled; }

bool has_key(model::MapView item, const model::KeySchema& schema) {
  return std::ranges::all_of(schema.attributes(), [&](const model::KeyAttribute& attribute) {
    const auto value = item.find(attribute.name);
    return value && value->is(attribute.type);
  });
}

// One stream, all of its shards, and their changes.
class StreamCheck {
 public:
  StreamCheck(const kv::Reader& reader, const StreamRecord& stream, const model::Table* table, CheckReport& report)
      : reader_(reader), stream_(stream), table_(table), report_(report) {}

  // Answers the stream's shards.
  Result<std::vector<StoredShard>> run() {
    TRY_ASSIGN(std::vector<StoredShard> shards, read_shards(reader_, kv::Wait::kAllowed, stream_));
    check_open_shards(shards);
    for (const StoredShard& shard : shards) {
      if (shard.closing && shard.closing->commit < shard.opening.commit) complain(shard, "was closed before it opened");
      TRY(check_changes(shard));
    }
    return shards;
  }

 private:
  void complain(std::string_view what) {
    report_.add_problem(
        fmt::format("stream {} of {}: {}", model::stream_label(stream_.created), stream_.table_name, what));
  }
  void complain(const StoredShard& shard, std::string_view what) {
    complain(fmt::format("shard {} {}", shard.shard().number.value, what));
  }

  // The table's definition has the same, and it goes on where the catalog says so.
  void check_open_shards(const std::vector<StoredShard>& shards) {
    std::vector<model::Shard> open;
    for (const StoredShard& shard : shards) {
      if (!shard.closing) open.push_back(shard.shard());
    }
    const bool goes_on = table_ != nullptr && is_followed(*table_) && table_->stream->created == stream_.created;
    if (goes_on == stream_.disabled.has_value()) {
      complain(goes_on ? "is disabled, but its table has it" : "is enabled, but no table has it");
    }
    if (!goes_on) {
      if (!open.empty()) complain("is disabled and has an open shard");
      return;
    }
    std::ranges::sort(open, {}, &model::Shard::first_hash);
    if (open != table_->shards) complain("its open shards are not those of its table");
    std::uint64_t next = 0;
    for (const model::Shard& shard : open) {
      if (shard.first_hash != next) return complain("its open shards do not have every hash once");
      next = shard.last_hash + 1;
    }
    if (open.empty() || next != 0) complain("its open shards do not have every hash once");
  }

  Result<void> check_changes(const StoredShard& shard) {
    Result<void> read;
    const auto take = [&](codec::LogPosition position, const codec::ChangeRecord& change) {
      ++report_.changes;
      read = check_change(shard, position, change);
      return read.has_value();
    };
    const ShardNumber number = shard.shard().number;
    TRY(read_changes(reader_, kv::Wait::kAllowed, stream_.table, number, shard.trimmed_to, take));
    TRY(read);
    const std::string all = codec::changes_prefix(stream_.table, number);
    const auto trimmed = reader_.scan({all, codec::change_key(stream_.table, number, shard.trimmed_to)},
                                      kv::Direction::kForward, kv::Wait::kAllowed);
    TRY_ASSIGN(const bool is_left, is_any_there(reader_, *trimmed, all));
    if (is_left) complain(shard, "has a change that is said to be trimmed");
    return {};
  }

  Result<void> check_change(const StoredShard& shard, codec::LogPosition position, const codec::ChangeRecord& change) {
    const auto wrong = [&](std::string_view what) {
      complain(shard, fmt::format("has a change of commit {} that {}", position.commit.value, what));
    };
    if (position.commit <= shard.opening.commit || (shard.closing && position.commit >= shard.closing->commit)) {
      wrong("was made when it was not open");
    }
    const model::ValueView shown = change.key ? *change.key : change.new_image ? *change.new_image : *change.old_image;
    if (!has_key(shown.map(), stream_.key)) {
      wrong("does not tell its item");
      return {};
    }
    const std::string key = codec::item_key(stream_.table, stream_.key, shown.map());
    const std::uint64_t hash = codec::hash_of_item(key);
    if (hash < shard.shard().first_hash || hash > shard.shard().last_hash) wrong("is another shard's");
    if (table_ == nullptr) return {};
    TRY_ASSIGN(const bool has_item, reader_.get(key, kv::Wait::kAllowed, bytes_));
    if (!has_item) return {};
    TRY_ASSIGN(const codec::ItemRecord item, codec::read_item_record(bytes_));
    if (item.commit < position.commit) wrong("its item knows nothing of");
    if (item.commit == position.commit && change.new_image &&
        *change.new_image != model::ValueView(item.encoded_item)) {
      wrong("shows another item than it made");
    }
    return {};
  }

  const kv::Reader& reader_;
  const StreamRecord& stream_;
  const model::Table* table_;
  CheckReport& report_;
  std::string bytes_;
};

using Shards = std::set<std::pair<TableNumber, ShardNumber>>;

// Looks at one key of each shard that anything is kept of.
Result<void> check_strangers(const kv::Reader& reader, KeySpace space, const Shards& known, CheckReport& report) {
  constexpr std::size_t kHead = sizeof space + sizeof(TableNumber) + sizeof(ShardNumber);
  std::string next(1, static_cast<char>(space));
  const std::string end = codec::after_prefix(next);
  for (;;) {
    const auto cursor = reader.scan({next, end}, kv::Direction::kForward, kv::Wait::kAllowed);
    if (!cursor->valid()) return cursor->status();
    const std::string_view key = cursor->key();
    if (key.size() < kHead) return fail(ErrorCode::kCorruption, "A key is cut short.");
    const TableNumber table{load_big_endian<std::uint32_t>(key.substr(sizeof space))};
    const ShardNumber shard{load_big_endian<std::uint32_t>(key.substr(sizeof space + sizeof table))};
    const std::string prefix(key.substr(0, kHead));
    if (!known.contains({table, shard})) {
      TRY_ASSIGN(const bool is_left, is_any_there(reader, *cursor, prefix));
      if (is_left) {
        report.add_problem(fmt::format("something is left in key space {} of table number {}, shard number {}",
                                       static_cast<int>(space), table.value, shard.value));
      }
    }
    next = codec::after_prefix(prefix);
  }
}

// Answers the keys that the checkpoints of mappings begin with.
Result<std::set<std::string>> check_mappings(const kv::Reader& reader, CheckReport& report) {
  std::set<std::string> progress;
  const std::string all = codec::mappings_prefix({});
  const auto cursor = reader.scan({all, codec::after_prefix(all)}, kv::Direction::kForward, kv::Wait::kAllowed);
  for (; cursor->valid(); cursor->next()) {
    const auto mapping = codec::decode_mapping(cursor->value());
    if (!mapping) {
      report.add_problem(fmt::format("an event source mapping cannot be read: {}", mapping.error().message));
      continue;
    }
    if (cursor->key() != codec::mapping_key(mapping->region, mapping->stream_arn, mapping->function_arn)) {
      report.add_problem(fmt::format("event source mapping {} lies under another key than its own", mapping->uuid));
    }
    if (!progress.insert(codec::checkpoints_prefix(mapping->uuid)).second) {
      report.add_problem(fmt::format("event source mapping {} is there twice", mapping->uuid));
    }
  }
  TRY(cursor->status());
  return progress;
}

// `known` are what keys of checkpoints may begin with.
Result<void> check_checkpoints(const kv::Reader& reader, const std::set<std::string>& known, CheckReport& report) {
  const std::string all(1, static_cast<char>(KeySpace::kCheckpoints));
  const auto cursor = reader.scan({all, codec::after_prefix(all)}, kv::Direction::kForward, kv::Wait::kAllowed);
  std::uint64_t strangers = 0;
  for (; cursor->valid(); cursor->next()) {
    const std::string_view key = cursor->key();
    if (key.size() <= sizeof(ShardNumber)) return fail(ErrorCode::kCorruption, "A key is cut short.");
    if (!known.contains(std::string(key.substr(0, key.size() - sizeof(ShardNumber))))) ++strangers;
    const bool is_sound = codec::shard_of_checkpoint(key).value == 0
                              ? codec::decode_processing_result(cursor->value()).has_value()
                              : codec::decode_checkpoint(cursor->value()).has_value();
    if (!is_sound) report.add_problem("the progress of an event source mapping cannot be read");
  }
  if (strangers > 0) report.add_problem(fmt::format("{} checkpoints are of no event source mapping", strangers));
  return cursor->status();
}

}  // namespace

Result<void> check_streams(const kv::Reader& reader, const Catalog& catalog, CheckReport& report) {
  TRY_ASSIGN(const auto streams, list_streams(reader, kv::Wait::kAllowed));
  Shards shards;
  std::map<TableNumber, WallTime> followed;
  for (const auto& [name, table] : catalog.tables()) {
    const model::Table& definition = table->definition();
    if (is_followed(definition)) followed.emplace(definition.number, definition.stream->created);
  }
  for (const StreamRecord& stream : streams) {
    TRY_ASSIGN(const auto own, StreamCheck(reader, stream, find_table(catalog, stream), report).run());
    for (const StoredShard& shard : own) shards.emplace(stream.table, shard.shard().number);
    if (const auto at = followed.find(stream.table); at != followed.end() && at->second == stream.created) {
      followed.erase(at);
    }
  }
  for (const auto& [table, created] : followed) {
    report.add_problem(
        fmt::format("nothing is known of the stream {} of table number {}", model::stream_label(created), table.value));
  }
  TRY(check_strangers(reader, KeySpace::kShards, shards, report));
  TRY(check_strangers(reader, KeySpace::kChanges, shards, report));
  TRY_ASSIGN(const std::set<std::string> progress, check_mappings(reader, report));
  return check_checkpoints(reader, progress, report);
}

}  // namespace stator::storage
