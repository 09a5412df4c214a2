#include "streams/event.h"

#include <optional>

#include <fmt/format.h>
#include <xxhash.h>

#include "base/bytes.h"
#include "model/value_writer.h"
#include "streams/sequence_number.h"

namespace stator::streams {
namespace {

using model::StreamViewType;

bool shows_old(StreamViewType view) {
  return view == StreamViewType::kOldImage || view == StreamViewType::kNewAndOldImages;
}
bool shows_new(StreamViewType view) {
  return view == StreamViewType::kNewImage || view == StreamViewType::kNewAndOldImages;
}

// The attributes of the key out of an item.
std::string key_of(const model::KeySchema& schema, model::MapView item) {
  model::MapWriter key;
  for (const model::KeyAttribute& attribute : schema.attributes()) {
    if (const auto value = item.find(attribute.name)) key.add(attribute.name, *value);
  }
  std::string encoded;
  key.finish(encoded);
  return encoded;
}

std::string key_of(const codec::StreamRecord& stream, const codec::ChangeRecord& change) {
  if (change.key) return std::string(change.key->encoded());
  const auto& image = change.new_image ? change.new_image : change.old_image;
  return key_of(stream.key, image->map());
}

std::string image(bool is_shown, const std::optional<model::ValueView>& value) {
  return is_shown && value ? std::string(value->encoded()) : std::string();
}

std::size_t size_of(std::string_view encoded) {
  return encoded.empty() ? 0 : model::item_size(model::ValueView(encoded).map());
}

}  // namespace

std::string event_id(std::string_view table_arn, ShardNumber shard, codec::LogPosition position) {
  std::string change(table_arn);
  append_big_endian(change, shard.value);
  append_big_endian(change, position.commit.value);
  append_big_endian(change, position.place);
  const XXH128_hash_t hash = XXH3_128bits(change.data(), change.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

api::StreamEvent event_of(const codec::StreamRecord& stream, ShardNumber shard, codec::LogPosition position,
                          const codec::ChangeRecord& change) {
  api::StreamEvent event{.event_id = event_id(stream.table_arn, shard, position),
                         .kind = change.kind,
                         .origin = change.origin,
                         .region = stream.region,
                         .time = change.time,
                         .keys = key_of(stream, change),
                         .new_image = image(shows_new(stream.view_type), change.new_image),
                         .old_image = image(shows_old(stream.view_type), change.old_image),
                         .sequence_number = sequence_number(position),
                         .size_bytes = 0,
                         .view_type = stream.view_type};
  event.size_bytes = size_of(event.keys) + size_of(event.new_image) + size_of(event.old_image);
  return event;
}

}  // namespace stator::streams
