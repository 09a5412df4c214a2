#include "ops/describe_stream.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/stream_lookup.h"
#include "storage/streams.h"
#include "streams/sequence_number.h"
#include "streams/shard_id.h"

namespace stator::ops {
namespace {

using storage::StoredShard;

// Of a parent that is trimmed away only the number is known; consumers take a shard without a parent for a first one.
std::optional<std::string> parent_id(const std::vector<StoredShard>& shards, const StoredShard& shard) {
  if (!shard.shard().parent) return std::nullopt;
  const auto number = [](const StoredShard& s) { return s.shard().number; };
  const auto parent = std::ranges::lower_bound(shards, *shard.shard().parent, {}, number);
  if (parent == shards.end() || number(*parent) != *shard.shard().parent) return std::nullopt;
  return streams::shard_id(parent->shard());
}

api::DescribeStream::Shard describe(const std::vector<StoredShard>& shards, const StoredShard& shard) {
  api::DescribeStream::Shard description{.id = streams::shard_id(shard.shard()),
                                         .starting_sequence_number = streams::sequence_number(streams::start_of(shard)),
                                         .ending_sequence_number = std::nullopt,
                                         .parent = parent_id(shards, shard)};
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

  [[nodiscard]] bool has(const model::Shard& shard) const {
    return !is_empty_ && (!after_ || shard.number > *after_) && (!parent_ || shard.parent == parent_);
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
  TRY_ASSIGN(const std::vector<StoredShard> shards, storage::read_shards(*state, context.session.wait, stream));
  api::DescribeStream::Response response{.stream_arn = arn_of(stream),
                                         .status = status_of(context, stream),
                                         .view_type = stream.view_type,
                                         .created = stream.created,
                                         .table_name = stream.table_name,
                                         .key = stream.key,
                                         .shards = {}};
  const Selection selection(request);
  for (const StoredShard& shard : shards) {
    if (!selection.has(shard.shard())) continue;
    if (response.shards.size() == request.limit) {
      response.more = true;
      break;
    }
    response.shards.push_back(describe(shards, shard));
  }
  return response;
}

}  // namespace stator::ops
