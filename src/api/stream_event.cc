#include "api/stream_event.h"

#include <chrono>
#include <utility>

#include "api/attribute_value.h"
#include "api/object_writer.h"
#include "api/table_request.h"
#include "model/value.h"

namespace stator::api {
namespace {

std::string_view event_name(codec::ChangeKind kind) {
  switch (kind) {
    case codec::ChangeKind::kInsert:
      return "INSERT";
    case codec::ChangeKind::kModify:
      return "MODIFY";
    case codec::ChangeKind::kRemove:
      return "REMOVE";
  }
  std::unreachable();
}

void append_image(ObjectWriter& object, std::string_view name, const std::string& encoded) {
  if (!encoded.empty()) append_item(object.member(name), model::ValueView(encoded).map());
}

// All but who made the change.
void append_change(ObjectWriter& object, const StreamEvent& event) {
  object.text("eventID", event.event_id);
  object.text("eventName", event_name(event.kind));
  object.text("eventVersion", "1.1");
  object.text("eventSource", "aws:dynamodb");
  object.text("awsRegion", event.region);
  ObjectWriter record(object.member("dynamodb"));
  // Whole seconds, as the service has it.
  record.number("ApproximateCreationDateTime",
                std::chrono::floor<std::chrono::seconds>(event.time).time_since_epoch().count());
  append_image(record, "Keys", event.keys);
  append_image(record, "NewImage", event.new_image);
  append_image(record, "OldImage", event.old_image);
  record.text("SequenceNumber", event.sequence_number);
  record.number("SizeBytes", static_cast<std::int64_t>(event.size_bytes));
  record.text("StreamViewType", name_of(event.view_type));
  record.finish();
}

// The names of the members are not the same in both forms.
void append_identity(ObjectWriter& object, const StreamEvent& event, std::string_view principal,
                     std::string_view type) {
  if (event.origin != codec::ChangeOrigin::kTimeToLive) return;
  ObjectWriter identity(object.member("userIdentity"));
  identity.text(principal, "dynamodb.amazonaws.com");
  identity.text(type, "Service");
  identity.finish();
}

}  // namespace

void append_stream_event(std::string& out, const StreamEvent& event) {
  ObjectWriter object(out);
  append_change(object, event);
  append_identity(object, event, "PrincipalId", "Type");
  object.finish();
}

void append_function_event(std::string& out, const StreamEvent& event, std::string_view stream_arn) {
  ObjectWriter object(out);
  append_change(object, event);
  append_identity(object, event, "principalId", "type");
  object.text("eventSourceARN", stream_arn);
  object.finish();
}

}  // namespace stator::api
