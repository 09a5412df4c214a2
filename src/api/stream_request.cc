#include "api/stream_request.h"

#include "api/table_request.h"

namespace stator::api {
namespace {

constexpr std::size_t kLeastShardId = 28;
constexpr std::size_t kMostShardId = 65;
constexpr std::size_t kMostArn = 1024;
constexpr std::string_view kStream = "/stream/";

}  // namespace

std::optional<StreamArn> parse_stream_arn(std::string_view text) {
  const std::optional<TableArn> arn = parse_arn(text);
  if (text.size() > kMostArn || !arn || arn->partition != "aws" || arn->service != "dynamodb") return std::nullopt;
  const std::string_view resource = arn->table_name();
  const std::size_t slash = resource.find('/');
  if (slash == std::string_view::npos || !resource.substr(slash).starts_with(kStream)) return std::nullopt;
  const StreamArn stream{.region = arn->region,
                         .account = arn->account,
                         .table_name = resource.substr(0, slash),
                         .label = resource.substr(slash + kStream.size())};
  const bool is_whole =
      !stream.region.empty() && !stream.account.empty() && is_table_name(stream.table_name) && !stream.label.empty();
  return is_whole ? std::optional(stream) : std::nullopt;
}

std::unexpected<Error> fail_stream_arn() { return fail_validation("Invalid StreamArn"); }

Result<void> check_stream_arn(const std::string& arn) {
  if (!parse_stream_arn(arn)) return fail_stream_arn();
  return {};
}

void constrain_shard_id(Constraints& constraints, const std::optional<std::string>& id, std::string_view path) {
  constraints.length_between(id, path, kLeastShardId, kMostShardId);
}

}  // namespace stator::api
