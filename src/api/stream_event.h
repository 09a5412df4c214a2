// A record of a stream.
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "codec/change_record.h"
#include "model/stream.h"

namespace stator::api {

struct StreamEvent {
  std::string event_id;
  codec::ChangeKind kind = codec::ChangeKind::kInsert;
  codec::ChangeOrigin origin = codec::ChangeOrigin::kRequest;
  std::string region;
  WallTime time{};
  // Encoded maps. An image that is not shown is empty.
  std::string keys;
  std::string new_image;
  std::string old_image;
  std::string sequence_number;
  std::size_t size_bytes = 0;
  model::StreamViewType view_type = model::StreamViewType::kKeysOnly;
};

// Appends {"eventID":...} as GetRecords has it.
void append_stream_event(std::string& out, const StreamEvent& event);

// The same as a function is given it: with the ARN of its stream, and the names of userIdentity's members in lower
// case. Source: docs.aws.amazon.com/lambda/latest/dg/with-ddb.html.
void append_function_event(std::string& out, const StreamEvent& event, std::string_view stream_arn);

}  // namespace stator::api
