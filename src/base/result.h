// Result and Error: how every fallible function of Stator answers. Nothing throws; a library that does is caught
// where it is called.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace stator {

// A code exists only if a caller or the wire reacts to it. api/error_response.cc holds the one exhaustive switch
// from codes to the wire.
enum class ErrorCode : std::uint8_t {
  kNone,  // nothing is wrong: of a transaction's action that is not why it was canceled
  // The client's fault, in DynamoDB's names.
  kValidation,
  kSerialization,
  kUnknownOperation,
  kMissingAuthenticationToken,
  kIncompleteSignature,
  kInvalidSignature,
  kUnrecognizedClient,  // an access key or a session token that is none
  kResourceNotFound,
  kResourceInUse,
  kLimitExceeded,
  kConditionalCheckFailed,
  kItemCollectionSizeLimitExceeded,
  kProvisionedThroughputExceeded,
  kTransactionCanceled,    // Error::reasons says why
  kTransactionConflict,    // another write has held an item for too long
  kTransactionInProgress,  // one with the same ClientRequestToken
  kIdempotentParameterMismatch,
  kAccessDenied,
  kExpiredIterator,
  kTrimmedDataAccess,      // what a stream's iterator points to is not kept any more
  kInvalidParameterValue,  // Lambda's
  kResourceConflict,       // Lambda's: it is there already
  // Ours.
  kInternal,      // a failure that repeating the request may cure: an I/O error, a full disk
  kUnavailable,   // the server is draining or cannot take more
  kCorruption,    // bytes on disk that no version of Stator wrote
  kWouldBlock,    // the data is not in memory and the caller asked not to wait for the disk
  kStale,         // the table was changed while the operation ran: run it again from the start
  kIncompatible,  // a data folder of an unknown format version, or one in use by another process
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;  // of kTransactionCanceled: may be empty, the wire's is made from the reasons
  // For kConditionalCheckFailed with ReturnValuesOnConditionCheckFailure=ALL_OLD: the old item, an encoded map
  // (docs/formats/value.md). Empty otherwise.
  std::string item = {};
  // For kTransactionCanceled: one for each action in order, kNone where the action has none. For an engine's
  // kTransactionConflict: the same for each key. Empty otherwise.
  std::vector<Error> reasons = {};
};

// A T or the Error that kept it from being made.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

[[nodiscard]] inline std::unexpected<Error> fail_validation(std::string message) {
  return fail(ErrorCode::kValidation, std::move(message));
}

}  // namespace stator

#define STATOR_CONCAT_INNER(a, b) a##b
#define STATOR_CONCAT(a, b) STATOR_CONCAT_INNER(a, b)

// TRY(expr): returns the error of `expr` from the enclosing function, if it has one.
#define TRY(expr)                                            \
  do {                                                       \
    if (auto try_result = (expr); !try_result) {             \
      return std::unexpected(std::move(try_result).error()); \
    }                                                        \
  } while (false)

// TRY_ASSIGN(auto x, expr): the same, and otherwise x is the value.
#define TRY_ASSIGN(lhs, expr) TRY_ASSIGN_INNER(STATOR_CONCAT(try_result_, __LINE__), lhs, expr)
#define TRY_ASSIGN_INNER(result, lhs, expr)            \
  auto result = (expr);                                \
  if (!result) {                                       \
    return std::unexpected(std::move(result).error()); \
  }                                                    \
  lhs = *std::move(result)
