#include "api/error_response.h"

#include <string_view>

#include "api/attribute_value.h"
#include "model/value.h"

namespace stator::api {
namespace {

constexpr std::string_view kDynamoDb = "com.amazonaws.dynamodb.v20120810#";
constexpr std::string_view kService = "com.amazon.coral.service#";
constexpr std::string_view kValidate = "com.amazon.coral.validate#";

// How a code looks on the wire. `message_key` is the service's: the two spellings are no slip.
struct Form {
  int status = 400;
  std::string_view prefix = kDynamoDb;
  std::string_view name;
  std::string_view message_key = "message";
};

constexpr Form kInternalServerError{.status = 500, .name = "InternalServerError"};

Form form_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kValidation:
      return {.prefix = kValidate, .name = "ValidationException"};
    case ErrorCode::kSerialization:
      return {.prefix = kService, .name = "SerializationException", .message_key = "Message"};
    case ErrorCode::kUnknownOperation:
      return {.prefix = kService, .name = "UnknownOperationException"};
    case ErrorCode::kMissingAuthenticationToken:
      return {.prefix = kService, .name = "MissingAuthenticationTokenException"};
    case ErrorCode::kIncompleteSignature:
      return {.prefix = kService, .name = "IncompleteSignatureException"};
    case ErrorCode::kInvalidSignature:
      return {.prefix = kService, .name = "InvalidSignatureException"};
    case ErrorCode::kResourceNotFound:
      return {.name = "ResourceNotFoundException"};
    case ErrorCode::kResourceInUse:
      return {.name = "ResourceInUseException"};
    case ErrorCode::kLimitExceeded:
      return {.name = "LimitExceededException"};
    case ErrorCode::kConditionalCheckFailed:
      return {.name = "ConditionalCheckFailedException"};
    case ErrorCode::kItemCollectionSizeLimitExceeded:
      return {.name = "ItemCollectionSizeLimitExceededException"};
    case ErrorCode::kProvisionedThroughputExceeded:
      return {.name = "ProvisionedThroughputExceededException"};
    case ErrorCode::kAccessDenied:
      return {.prefix = kService, .name = "AccessDeniedException", .message_key = "Message"};
    case ErrorCode::kUnavailable:
      return {.status = 503, .prefix = kService, .name = "ServiceUnavailableException"};
    case ErrorCode::kInternal:
    case ErrorCode::kCorruption:
    case ErrorCode::kWouldBlock:
    case ErrorCode::kStale:
    case ErrorCode::kIncompatible:
      break;
  }
  return kInternalServerError;
}

}  // namespace

ErrorAnswer render_error(const Error& error) {
  const Form form = form_of(error.code);
  // What went wrong inside is for the log; it may name files.
  const std::string_view message = form.status == 500 ? "Internal server error" : std::string_view(error.message);
  ErrorAnswer answer{.status = form.status, .body = R"({"__type":")"};
  answer.body.append(form.prefix).append(form.name).push_back('"');
  if (!message.empty()) {
    answer.body.append(",\"").append(form.message_key).append("\":");
    append_json_string(answer.body, message);
  }
  if (!error.item.empty()) {
    answer.body += ",\"Item\":";
    append_item(answer.body, model::ValueView(error.item).map());
  }
  answer.body.push_back('}');
  return answer;
}

}  // namespace stator::api
