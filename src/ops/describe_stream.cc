#include "ops/describe_stream.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "ops/stream_lookup.h"
#include "storage/streams.h"
#include "streams/sequence_number.h"
#include "streams/shard_id.h"

namespace stator::ops {
namespace {

using storage::StoredShard;

// Of a parent that is trimmed away only the number is known; consumers take a shard without a parent for a first one.
Result<std::optional<std::string>> parent_id(const Context& context, const kv::Reader& state,
                                             const codec::StreamRecord& stream, const StoredShard& shard) {
  if (!shard.shard().parent) return std::nullopt;
  TRY_ASSIGN(const auto parent, storage::find_shard(state, context.session.wait, stream, *shard.shard().parent));
  return parent ? std::optional(streams::shard_id(parent->shard())) : std::nullopt;
}

api::DescribeStream::Shard describe(const StoredShard& shard) {
  api::DescribeStream::Shard description{.id = streams::shard_id(shard.shard()),
                                         .starting_sequence_number = streams::sequence_number(streams::start_of(shard)),
                                         .ending_sequence_number = std::nullopt,
                                         .parent = std::nullopt};
  if (const auto end = streams::end_of(shard)) description.ending_sequence_number = streams::sequence_number(*end);
  return description;
}

// Which shards are asked for.
class Selection {
 public:
  explicit Selection(const api::DescribeStream::Request& request)
      : is_empty_(is_unknown(request.exclusive_start) || is_unknown(request.parent)),
        after_(number_in(request.exclusive_start)),
        parent_(number_in(request.parent)) {}

  [[nodiscard]] bool is_empty() const { return is_empty_; }
  // Those asked for are not before it: children have higher numbers than their parents.
  [[nodiscard]] ShardNumber first() const {
    const ShardNumber before = std::max(after_.value_or(ShardNumber{}), parent_.value_or(ShardNumber{}));
    return before.value == UINT32_MAX ? before : ShardNumber{before.value + 1};
  }
  [[nodiscard]] bool has(const model::Shard& shard) const {
    return (!after_ || shard.number > *after_) && (!parent_ || shard.parent == parent_);
  }

 private:
  static std::optional<ShardNumber> number_in(const std::optional<std::string>& id) {
    return id ? streams::parse_shard_id(*id) : std::nullopt;
  }
  static bool is_unknown(const std::optional<std::string>& id) { return id && !number_in(id); }

  bool is_empty_;
  std::optional<ShardNumber> after_;
  std::optional<ShardNumber> parent_;
};

}  // namespace

Result<api::DescribeStream::Response> run(Context& context, const api::DescribeStream::Request& request) {
  const auto state = context.storage.engine().snapshot();
  TRY_ASSIGN(const codec::StreamRecord stream, find_stream(context, *state, request.stream_arn));
  api::DescribeStream::Response response{.stream_arn = arn_of(stream),
                                         .status = status_of(context, stream),
                                         .view_type = stream.view_type,
                                         .created = stream.created,
                                         .table_name = stream.table_name,
                                         .key = stream.key,
                                         .shards = {}};
  const Selection selection(request);
  if (selection.is_empty()) return response;
  Result<void> described;
  const auto take = [&](const StoredShard& shard) {
    if (!selection.has(shard.shard())) return true;
    response.more = response.shards.size() == request.limit;
    if (response.more) return false;
    auto parent = parent_id(context, *state, stream, shard);
    if (!parent) {
      described = std::unexpected(std::move(parent).error());
      return false;
    }
    response.shards.push_back(describe(shard));
    response.shards.back().parent = *std::move(parent);
    return true;
  };
  TRY(storage::walk_shards(*state, context.session.wait, stream, selection.first(), take));
  TRY(described);
  return response;
}

}  // namespace stator::ops
