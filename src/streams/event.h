// What a stream shows of one change.
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html.
#pragma once

#include <string>
#include <string_view>

#include "api/stream_event.h"
#include "base/ids.h"
#include "codec/change_record.h"
#include "codec/keys.h"
#include "codec/stream_record.h"

namespace stator::streams {

// The change at `position` of the shard as the stream's records have it. The same for every reader, and at all times.
[[nodiscard]] api::StreamEvent event_of(const codec::StreamRecord& stream, ShardNumber shard,
                                        codec::LogPosition position, const codec::ChangeRecord& change);

// 32 hexadecimal digits of its own for each change.
[[nodiscard]] std::string event_id(std::string_view table_arn, ShardNumber shard, codec::LogPosition position);

}  // namespace stator::streams
