#include "ops/stream_lookup.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "api/stream_request.h"
#include "streams/shard_id.h"

namespace stator::ops {
namespace {

std::unexpected<Error> fail_no_shard() {
  return fail(ErrorCode::kResourceNotFound, "Requested resource not found: Shard does not exist");
}

}  // namespace

Result<codec::StreamRecord> find_stream(const Context& context, const kv::Reader& reader, std::string_view arn) {
  const std::optional<api::StreamArn> parsed = api::parse_stream_arn(arn);
  if (parsed && parsed->region == context.region() && parsed->account == context.storage.options().account) {
    if (const auto created = model::parse_stream_label(parsed->label)) {
      TRY_ASSIGN(auto stream,
                 storage::find_stream(reader, context.session.wait, parsed->region, parsed->table_name, *created));
      if (stream) return *std::move(stream);
    }
  }
  return fail(ErrorCode::kResourceNotFound, fmt::format("Requested resource not found: Stream: {} not found", arn));
}

Result<storage::StoredShard> find_shard(const Context& context, const kv::Reader& reader,
                                        const codec::StreamRecord& stream, ShardNumber number) {
  TRY_ASSIGN(const auto shard, storage::find_shard(reader, context.session.wait, stream, number));
  if (!shard) return fail_no_shard();
  return *shard;
}

Result<storage::StoredShard> find_shard(const Context& context, const kv::Reader& reader,
                                        const codec::StreamRecord& stream, std::string_view id) {
  const std::optional<ShardNumber> number = streams::parse_shard_id(id);
  if (!number) return fail_no_shard();
  TRY_ASSIGN(storage::StoredShard shard, find_shard(context, reader, stream, *number));
  if (streams::shard_id(shard.shard()) != id) return fail_no_shard();
  return shard;
}

std::string arn_of(const codec::StreamRecord& stream) { return model::stream_arn(stream.table_arn, stream.created); }

api::StreamStatus status_of(const Context& context, const codec::StreamRecord& stream) {
  const WallTime now = context.clock.now();
  const auto delay = context.storage.options().table_delay;
  if (stream.disabled) {
    return now < *stream.disabled + delay ? api::StreamStatus::kDisabling : api::StreamStatus::kDisabled;
  }
  return now < stream.created + delay ? api::StreamStatus::kEnabling : api::StreamStatus::kEnabled;
}

std::unexpected<Error> fail_trimmed() {
  return fail(ErrorCode::kTrimmedDataAccess, "The data you are trying to access has been trimmed");
}

}  // namespace stator::ops
