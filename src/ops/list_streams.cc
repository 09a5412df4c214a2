#include "ops/list_streams.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "api/stream_request.h"
#include "ops/stream_lookup.h"
#include "ops/table_lookup.h"
#include "storage/streams.h"

namespace stator::ops {
namespace {

// Where the list goes on. The stream that is named may be gone.
Result<std::optional<codec::StreamRecord>> start_of(const std::optional<std::string>& arn) {
  if (!arn) return std::nullopt;
  const std::optional<api::StreamArn> parsed = api::parse_stream_arn(*arn);
  const auto created = parsed ? model::parse_stream_label(parsed->label) : std::nullopt;
  if (!created) return api::fail_stream_arn();
  codec::StreamRecord start;
  start.table_name = parsed->table_name;
  start.created = *created;
  return start;
}

}  // namespace

Result<api::ListStreams::Response> run(Context& context, const api::ListStreams::Request& request) {
  std::string_view table;
  if (request.table_name) {
    TRY_ASSIGN(table, named_table(context, *request.table_name));
  }
  TRY_ASSIGN(const auto start, start_of(request.exclusive_start));
  TRY_ASSIGN(const std::vector<codec::StreamRecord> found,
             storage::list_streams(context.storage.engine(), context.session.wait, context.region(), table, start,
                                   request.limit + 1));
  api::ListStreams::Response response;
  for (const codec::StreamRecord& stream : found) {
    if (response.streams.size() == request.limit) {
      response.more = true;
      break;
    }
    response.streams.push_back(
        {.arn = arn_of(stream), .table_name = stream.table_name, .label = model::stream_label(stream.created)});
  }
  return response;
}

}  // namespace stator::ops
