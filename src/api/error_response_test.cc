#include "api/error_response.h"

#include <gtest/gtest.h>

#include "model/value_writer.h"

namespace stator::api {
namespace {

struct Case {
  ErrorCode code;
  int status;
  std::string_view body;
};

constexpr Case kCases[] = {
    {ErrorCode::kNone, 500,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"})"},
    {ErrorCode::kValidation, 400, R"({"__type":"com.amazon.coral.validate#ValidationException","message":"why"})"},
    {ErrorCode::kSerialization, 400, R"({"__type":"com.amazon.coral.service#SerializationException","Message":"why"})"},
    {ErrorCode::kUnknownOperation, 400,
     R"({"__type":"com.amazon.coral.service#UnknownOperationException","message":"why"})"},
    {ErrorCode::kMissingAuthenticationToken, 400,
     R"({"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"why"})"},
    {ErrorCode::kIncompleteSignature, 400,
     R"({"__type":"com.amazon.coral.service#IncompleteSignatureException","message":"why"})"},
    {ErrorCode::kInvalidSignature, 400,
     R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":"why"})"},
    {ErrorCode::kUnrecognizedClient, 400,
     R"({"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"why"})"},
    {ErrorCode::kResourceNotFound, 400,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"why"})"},
    {ErrorCode::kResourceInUse, 400,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceInUseException","message":"why"})"},
    {ErrorCode::kLimitExceeded, 400,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#LimitExceededException","message":"why"})"},
    {ErrorCode::kConditionalCheckFailed, 400,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"why"})"},
    {ErrorCode::kItemCollectionSizeLimitExceeded, 400,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#ItemCollectionSizeLimitExceededException","message":"why"})"},
    {ErrorCode::kProvisionedThroughputExceeded, 400,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"why"})"},
    {ErrorCode::kTransactionCanceled, 400,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[],)"
     R"("Message":"Transaction cancelled, please refer cancellation reasons for specific reasons []"})"},
    {ErrorCode::kTransactionConflict, 400,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException","message":"why"})"},
    {ErrorCode::kTransactionInProgress, 400,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionInProgressException","Message":"why"})"},
    {ErrorCode::kIdempotentParameterMismatch, 400,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException","Message":"why"})"},
    {ErrorCode::kAccessDenied, 400, R"({"__type":"com.amazon.coral.service#AccessDeniedException","Message":"why"})"},
    {ErrorCode::kExpiredIterator, 400,
     R"({"__type":"com.amazonaws.dynamodb.streams.v20120810#ExpiredIteratorException","message":"why"})"},
    {ErrorCode::kTrimmedDataAccess, 400,
     R"({"__type":"com.amazonaws.dynamodb.streams.v20120810#TrimmedDataAccessException","message":"why"})"},
    {ErrorCode::kInvalidParameterValue, 400,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#InvalidParameterValueException","message":"why"})"},
    {ErrorCode::kResourceConflict, 409,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceConflictException","message":"why"})"},
    {ErrorCode::kUnavailable, 503,
     R"({"__type":"com.amazon.coral.service#ServiceUnavailableException","message":"why"})"},
    {ErrorCode::kInternal, 500,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"})"},
    {ErrorCode::kCorruption, 500,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"})"},
    {ErrorCode::kWouldBlock, 500,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"})"},
    {ErrorCode::kStale, 500,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"})"},
    {ErrorCode::kIncompatible, 500,
     R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"})"},
};

TEST(RenderError, EveryCodeHasItsTypeStatusAndSpelling) {
  for (const auto& [code, status, body] : kCases) {
    const ErrorAnswer answer = render_error(Error{code, "why"});
    EXPECT_EQ(answer.status, status) << body;
    EXPECT_EQ(answer.body, body);
  }
}

TEST(RenderError, TheTableAboveHasEveryCode) {
  // kIncompatible is the last code.
  EXPECT_EQ(std::size(kCases), static_cast<std::size_t>(ErrorCode::kIncompatible) + 1);
}

TEST(RenderError, OfLambdaNamesItsTypeApart) {
  const struct {
    ErrorCode code;
    int status;
    std::string_view type;
    std::string body;
  } rows[] = {
      {ErrorCode::kValidation, 400, "ValidationException", R"({"message":"why"})"},
      {ErrorCode::kSerialization, 400, "SerializationException", R"({"message":"why"})"},
      {ErrorCode::kUnknownOperation, 404, "UnknownOperationException", R"({"message":"why"})"},
      {ErrorCode::kMissingAuthenticationToken, 403, "MissingAuthenticationTokenException", R"({"message":"why"})"},
      {ErrorCode::kIncompleteSignature, 403, "IncompleteSignatureException", R"({"message":"why"})"},
      {ErrorCode::kInvalidSignature, 403, "InvalidSignatureException", R"({"message":"why"})"},
      {ErrorCode::kUnrecognizedClient, 403, "UnrecognizedClientException", R"({"message":"why"})"},
      {ErrorCode::kAccessDenied, 403, "AccessDeniedException", R"({"message":"why"})"},
      {ErrorCode::kInvalidParameterValue, 400, "InvalidParameterValueException", R"({"Type":"User","message":"why"})"},
      {ErrorCode::kResourceConflict, 409, "ResourceConflictException", R"({"Type":"User","message":"why"})"},
      {ErrorCode::kResourceNotFound, 404, "ResourceNotFoundException", R"({"Type":"User","Message":"why"})"},
      {ErrorCode::kResourceInUse, 400, "ResourceInUseException", R"({"Type":"User","Message":"why"})"},
      {ErrorCode::kUnavailable, 503, "ServiceException", R"({"Type":"Service","Message":"why"})"},
      {ErrorCode::kCorruption, 500, "ServiceException", R"({"Type":"Service","Message":"Internal server error"})"},
      {ErrorCode::kTransactionConflict, 500, "ServiceException",
       R"({"Type":"Service","Message":"Internal server error"})"},
  };
  for (const auto& row : rows) {
    const ErrorAnswer answer = render_error(Error{row.code, "why"}, Protocol::kLambda);
    EXPECT_EQ(answer.status, row.status) << row.type;
    EXPECT_EQ(answer.type, row.type);
    EXPECT_EQ(answer.body, row.body) << row.type;
  }
  EXPECT_EQ(render_error(Error{ErrorCode::kValidation, "why"}).type, "") << "only Lambda's has it";
}

TEST(RenderError, LeavesAnEmptyMessageOut) {
  EXPECT_EQ(render_error(Error{ErrorCode::kUnknownOperation, ""}).body,
            R"({"__type":"com.amazon.coral.service#UnknownOperationException"})");
  EXPECT_EQ(render_error(Error{ErrorCode::kSerialization, ""}).body,
            R"({"__type":"com.amazon.coral.service#SerializationException"})");
}

TEST(RenderError, EscapesTheMessage) {
  EXPECT_EQ(render_error(Error{ErrorCode::kValidation, "key: \"a\"\n"}).body,
            R"({"__type":"com.amazon.coral.validate#ValidationException","message":"key: \"a\"\n"})");
}

TEST(RenderError, ShowsTheItemOfAFailedCondition) {
  model::MapWriter writer;
  model::append_string(writer.next("pk"), "a");
  Error error{ErrorCode::kConditionalCheckFailed, "The conditional request failed"};
  writer.finish(error.item);
  EXPECT_EQ(render_error(error).body, R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
                                      R"("message":"The conditional request failed","Item":{"pk":{"S":"a"}}})");
}

TEST(RenderError, TellsWhyATransactionWasCanceled) {
  model::MapWriter writer;
  model::append_string(writer.next("pk"), "a");
  Error error{ErrorCode::kTransactionCanceled, ""};
  error.reasons = {{ErrorCode::kNone, ""},
                   {ErrorCode::kConditionalCheckFailed, "The conditional request failed"},
                   {ErrorCode::kItemCollectionSizeLimitExceeded, "Collection size exceeded."},
                   {ErrorCode::kTransactionConflict, "Transaction is ongoing for the item"},
                   {ErrorCode::kProvisionedThroughputExceeded, "x"},
                   {ErrorCode::kUnavailable, "y"},
                   {ErrorCode::kValidation, "\"z\""},
                   {ErrorCode::kCorruption, "/a/file"}};
  writer.finish(error.reasons[1].item);
  EXPECT_EQ(render_error(error).body,
            R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[)"
            R"({"Code":"None"},)"
            R"({"Code":"ConditionalCheckFailed","Item":{"pk":{"S":"a"}},"Message":"The conditional request failed"},)"
            R"({"Code":"ItemCollectionSizeLimitExceeded","Message":"Collection size exceeded."},)"
            R"({"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"},)"
            R"({"Code":"ProvisionedThroughputExceeded","Message":"x"},)"
            R"({"Code":"ThrottlingError","Message":"y"},)"
            R"({"Code":"ValidationError","Message":"\"z\""},)"
            R"({"Code":"InternalServerError","Message":"Internal server error"}],)"
            R"("Message":"Transaction cancelled, please refer cancellation reasons for specific reasons [None, )"
            R"(ConditionalCheckFailed, ItemCollectionSizeLimitExceeded, TransactionConflict, )"
            R"(ProvisionedThroughputExceeded, ThrottlingError, ValidationError, InternalServerError]"})");
}

}  // namespace
}  // namespace stator::api
