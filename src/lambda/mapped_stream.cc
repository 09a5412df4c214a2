#include "lambda/mapped_stream.h"

#include "api/stream_request.h"
#include "model/stream.h"
#include "storage/streams.h"

namespace stator::lambda {

Result<std::optional<codec::StreamRecord>> find_stream(const kv::Reader& state, std::string_view arn) {
  const auto parsed = api::parse_stream_arn(arn);
  const auto created = parsed ? model::parse_stream_label(parsed->label) : std::nullopt;
  if (!created) return std::nullopt;
  return storage::find_stream(state, kv::Wait::kAllowed, parsed->region, parsed->table_name, *created);
}

}  // namespace stator::lambda
