#include "api/error_response.h"

#include <string_view>
#include <vector>

#include "api/attribute_value.h"
#include "model/value.h"

namespace stator::api {
namespace {

constexpr std::string_view kDynamoDb = "com.amazonaws.dynamodb.v20120810#";
constexpr std::string_view kStreams = "com.amazonaws.dynamodb.streams.v20120810#";
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
    case ErrorCode::kUnrecognizedClient:
      return {.prefix = kService, .name = "UnrecognizedClientException"};
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
    case ErrorCode::kTransactionCanceled:
      return {.name = "TransactionCanceledException", .message_key = "Message"};
    case ErrorCode::kTransactionConflict:
      return {.name = "TransactionConflictException"};
    case ErrorCode::kTransactionInProgress:
      return {.name = "TransactionInProgressException", .message_key = "Message"};
    case ErrorCode::kIdempotentParameterMismatch:
      return {.name = "IdempotentParameterMismatchException", .message_key = "Message"};
    case ErrorCode::kAccessDenied:
      return {.prefix = kService, .name = "AccessDeniedException", .message_key = "Message"};
    case ErrorCode::kExpiredIterator:
      return {.prefix = kStreams, .name = "ExpiredIteratorException"};
    case ErrorCode::kTrimmedDataAccess:
      return {.prefix = kStreams, .name = "TrimmedDataAccessException"};
    case ErrorCode::kInvalidParameterValue:
      return {.name = "InvalidParameterValueException"};
    case ErrorCode::kResourceConflict:
      return {.status = 409, .name = "ResourceConflictException"};
    case ErrorCode::kUnavailable:
      return {.status = 503, .prefix = kService, .name = "ServiceUnavailableException"};
    case ErrorCode::kNone:
    case ErrorCode::kInternal:
    case ErrorCode::kCorruption:
    case ErrorCode::kWouldBlock:
    case ErrorCode::kStale:
    case ErrorCode::kIncompatible:
      break;
  }
  return kInternalServerError;
}

// How a code looks in Lambda's answers. Whose fault it is, is told by errors of the service's own; and how the key of
// the message is spelled, depends on the error.
struct LambdaForm {
  int status = 400;
  std::string_view name;
  std::string_view message_key = "message";
  std::string_view fault = {};  // "User" or "Service"; empty: is not told
};

LambdaForm lambda_form_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kValidation:
      return {.name = "ValidationException"};
    case ErrorCode::kSerialization:
      return {.name = "SerializationException"};
    case ErrorCode::kUnknownOperation:
      return {.status = 404, .name = "UnknownOperationException"};
    case ErrorCode::kMissingAuthenticationToken:
      return {.status = 403, .name = "MissingAuthenticationTokenException"};
    case ErrorCode::kIncompleteSignature:
      return {.status = 403, .name = "IncompleteSignatureException"};
    case ErrorCode::kInvalidSignature:
      return {.status = 403, .name = "InvalidSignatureException"};
    case ErrorCode::kUnrecognizedClient:
      return {.status = 403, .name = "UnrecognizedClientException"};
    case ErrorCode::kAccessDenied:
      return {.status = 403, .name = "AccessDeniedException"};
    case ErrorCode::kInvalidParameterValue:
      return {.name = "InvalidParameterValueException", .fault = "User"};
    case ErrorCode::kResourceConflict:
      return {.status = 409, .name = "ResourceConflictException", .fault = "User"};
    case ErrorCode::kResourceNotFound:
      return {.status = 404, .name = "ResourceNotFoundException", .message_key = "Message", .fault = "User"};
    case ErrorCode::kResourceInUse:
      return {.name = "ResourceInUseException", .message_key = "Message", .fault = "User"};
    case ErrorCode::kLimitExceeded:
      return {.name = "LimitExceededException", .fault = "User"};
    case ErrorCode::kUnavailable:
      return {.status = 503, .name = "ServiceException", .message_key = "Message", .fault = "Service"};
    case ErrorCode::kNone:
    case ErrorCode::kConditionalCheckFailed:
    case ErrorCode::kItemCollectionSizeLimitExceeded:
    case ErrorCode::kProvisionedThroughputExceeded:
    case ErrorCode::kTransactionCanceled:
    case ErrorCode::kTransactionConflict:
    case ErrorCode::kTransactionInProgress:
    case ErrorCode::kIdempotentParameterMismatch:
    case ErrorCode::kExpiredIterator:
    case ErrorCode::kTrimmedDataAccess:
    case ErrorCode::kInternal:
    case ErrorCode::kCorruption:
    case ErrorCode::kWouldBlock:
    case ErrorCode::kStale:
    case ErrorCode::kIncompatible:
      break;
  }
  return {.status = 500, .name = "ServiceException", .message_key = "Message", .fault = "Service"};
}

// A reason's Code. What DynamoDB has no name for among the reasons of transactions has the one that a statement of a
// batch would have.
// Source:
// docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors and
// API_BatchStatementError.html.
std::string_view reason_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNone:
      return "None";
    case ErrorCode::kConditionalCheckFailed:
      return "ConditionalCheckFailed";
    case ErrorCode::kItemCollectionSizeLimitExceeded:
      return "ItemCollectionSizeLimitExceeded";
    case ErrorCode::kTransactionConflict:
      return "TransactionConflict";
    case ErrorCode::kProvisionedThroughputExceeded:
      return "ProvisionedThroughputExceeded";
    case ErrorCode::kLimitExceeded:
    case ErrorCode::kUnavailable:
      return "ThrottlingError";
    case ErrorCode::kValidation:
    case ErrorCode::kSerialization:
      return "ValidationError";
    case ErrorCode::kResourceNotFound:
      return "ResourceNotFound";
    case ErrorCode::kAccessDenied:
      return "AccessDenied";
    case ErrorCode::kUnknownOperation:
    case ErrorCode::kMissingAuthenticationToken:
    case ErrorCode::kIncompleteSignature:
    case ErrorCode::kInvalidSignature:
    case ErrorCode::kUnrecognizedClient:
    case ErrorCode::kResourceInUse:
    case ErrorCode::kTransactionCanceled:
    case ErrorCode::kTransactionInProgress:
    case ErrorCode::kIdempotentParameterMismatch:
    case ErrorCode::kExpiredIterator:
    case ErrorCode::kTrimmedDataAccess:
    case ErrorCode::kInvalidParameterValue:
    case ErrorCode::kResourceConflict:
    case ErrorCode::kInternal:
    case ErrorCode::kCorruption:
    case ErrorCode::kWouldBlock:
    case ErrorCode::kStale:
    case ErrorCode::kIncompatible:
      break;
  }
  return "InternalServerError";
}

std::string cancellation_message(const std::vector<Error>& reasons) {
  std::string message = "Transaction cancelled, please refer cancellation reasons for specific reasons [";
  for (const Error& reason : reasons) {
    if (message.back() != '[') message += ", ";
    message += reason_code(reason.code);
  }
  message.push_back(']');
  return message;
}

// What went wrong inside is for the log; it may name files.
std::string_view public_message(const Error& error, int status) {
  return status == 500 ? "Internal server error" : std::string_view(error.message);
}

void append_old_item(std::string& out, std::string_view encoded) {
  if (encoded.empty()) return;
  out += ",\"Item\":";
  append_item(out, model::ValueView(encoded).map());
}

void append_cancellation_reasons(std::string& out, const std::vector<Error>& reasons) {
  out += ",\"CancellationReasons\":";
  char separator = '[';
  for (const Error& reason : reasons) {
    out.push_back(separator);
    separator = ',';
    out.append("{\"Code\":\"").append(reason_code(reason.code)).push_back('"');
    append_old_item(out, reason.item);
    if (reason.code != ErrorCode::kNone) {
      out += ",\"Message\":";
      append_json_string(out, public_message(reason, form_of(reason.code).status));
    }
    out.push_back('}');
  }
  out += separator == '[' ? "[]" : "]";
}

ErrorAnswer render_for_lambda(const Error& error) {
  const LambdaForm form = lambda_form_of(error.code);
  ErrorAnswer answer{.status = form.status, .body = "{", .type = form.name};
  if (!form.fault.empty()) answer.body.append(R"("Type":")").append(form.fault).append("\",");
  answer.body.append("\"").append(form.message_key).append("\":");
  append_json_string(answer.body, public_message(error, form.status));
  answer.body.push_back('}');
  return answer;
}

}  // namespace

ErrorAnswer render_error(const Error& error, Protocol protocol) {
  if (protocol == Protocol::kLambda) return render_for_lambda(error);
  const Form form = form_of(error.code);
  const bool is_canceled = error.code == ErrorCode::kTransactionCanceled;
  const std::string cancellation = is_canceled ? cancellation_message(error.reasons) : std::string();
  const std::string_view message = is_canceled ? cancellation : public_message(error, form.status);
  ErrorAnswer answer{.status = form.status, .body = R"({"__type":")"};
  answer.body.append(form.prefix).append(form.name).push_back('"');
  if (is_canceled) append_cancellation_reasons(answer.body, error.reasons);
  if (!message.empty()) {
    answer.body.append(",\"").append(form.message_key).append("\":");
    append_json_string(answer.body, message);
  }
  append_old_item(answer.body, error.item);
  answer.body.push_back('}');
  return answer;
}

}  // namespace stator::api
