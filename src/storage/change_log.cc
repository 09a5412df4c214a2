#include "storage/change_log.h"

#include <algorithm>

#include "model/value_writer.h"

namespace stator::storage {
namespace {

using codec::ChangeKind;
using model::StreamViewType;

static_assert(static_cast<char>(codec::KeySpace::kChanges) == kv::kLogSpace);

ChangeKind kind_of(const ItemHistory& item) {
  if (!item.before) return ChangeKind::kInsert;
  return item.after ? ChangeKind::kModify : ChangeKind::kRemove;
}

}  // namespace

ChangeLog::ChangeLog(const model::Table& table) {
  for (const model::KeyAttribute& attribute : table.key.attributes()) key_names_.push_back(attribute.name);
  std::ranges::sort(key_names_);
  for (const model::Shard& shard : table.shards) {
    shards_.push_back({shard.last_hash, codec::changes_prefix(table.number, shard.number)});
  }
  const StreamViewType view = table.stream->view_type;
  keeps_old_ = view == StreamViewType::kOldImage || view == StreamViewType::kNewAndOldImages;
  keeps_new_ = view == StreamViewType::kNewImage || view == StreamViewType::kNewAndOldImages;
}

void ChangeLog::append(const ItemHistory& item, kv::Batch& batch) const {
  if (item.before == item.after) return;
  codec::ChangeRecord change{.kind = kind_of(item),
                             .origin = item.origin,
                             .time = item.time,
                             .key = {},
                             .old_image = keeps_old_ ? item.before : std::nullopt,
                             .new_image = keeps_new_ ? item.after : std::nullopt};
  std::string key;
  if (!change.old_image && !change.new_image) {
    key = key_of((item.after ? *item.after : *item.before).map());
    change.key = model::ValueView(key);
  }
  std::string record;
  codec::append_change_record(record, change);
  batch.log(shard_of(item.key).prefix, record);
}

const ChangeLog::OpenShard& ChangeLog::shard_of(const std::string& key) const {
  return *std::ranges::lower_bound(shards_, codec::hash_of_item(key), {}, &OpenShard::last_hash);
}

std::string ChangeLog::key_of(model::MapView item) const {
  model::MapWriter key;
  for (const std::string& name : key_names_) key.add(name, *item.find(name));
  std::string encoded;
  key.finish(encoded);
  return encoded;
}

Result<codec::LogPosition> read_changes(const kv::Reader& reader, kv::Wait wait, TableNumber table, ShardNumber shard,
                                        codec::LogPosition from, const ChangeVisitor& visit) {
  const kv::Range range{codec::change_key(table, shard, from),
                        codec::after_prefix(codec::changes_prefix(table, shard))};
  const auto cursor = reader.scan(range, kv::Direction::kForward, wait);
  std::string new_image;
  for (; cursor->valid(); cursor->next()) {
    const codec::LogPosition position = codec::position_of_change(cursor->key());
    TRY_ASSIGN(const codec::ChangeRecord change, codec::read_change_record(cursor->value(), new_image));
    if (!visit(position, change)) return position;
    from = {.commit = position.commit, .place = position.place + 1};
  }
  TRY(cursor->status());
  return from;
}

}  // namespace stator::storage
