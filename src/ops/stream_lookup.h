// The stream and the shard that a request is about.
#pragma once

#include <string>
#include <string_view>

#include "api/describe_stream.h"
#include "base/ids.h"
#include "base/result.h"
#include "codec/stream_record.h"
#include "kv/engine.h"
#include "ops/context.h"
#include "storage/streams.h"

namespace stator::ops {

// `arn` has the form of a stream's ARN. kResourceNotFound if there is none such in the request's region and account.
[[nodiscard]] Result<codec::StreamRecord> find_stream(const Context& context, const kv::Reader& reader,
                                                      std::string_view arn);
// kResourceNotFound unless the stream has the shard.
[[nodiscard]] Result<storage::StoredShard> find_shard(const Context& context, const kv::Reader& reader,
                                                      const codec::StreamRecord& stream, ShardNumber number);
[[nodiscard]] Result<storage::StoredShard> find_shard(const Context& context, const kv::Reader& reader,
                                                      const codec::StreamRecord& stream, std::string_view id);

[[nodiscard]] std::string arn_of(const codec::StreamRecord& stream);
// --table-delay shows a stream as ENABLING and DISABLING for a while.
[[nodiscard]] api::StreamStatus status_of(const Context& context, const codec::StreamRecord& stream);

// kTrimmedDataAccess.
[[nodiscard]] std::unexpected<Error> fail_trimmed();

}  // namespace stator::ops
