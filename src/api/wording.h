// How an operation words its validation errors. docs/compatibility.md, "Two layers of validation".
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "api/attribute_value.h"
#include "api/value_problem.h"
#include "base/result.h"

namespace stator::api {

struct Wording {
  Layer layer = Layer::kCurrent;
  bool enveloped = false;  // "1 validation error detected: " stands before most messages
};

inline constexpr Wording kWriteWording{.layer = Layer::kCurrent, .enveloped = true};  // PutItem, UpdateItem, DeleteItem
// GetItem, BatchGetItem, Query
inline constexpr Wording kReadWording{.layer = Layer::kCurrent, .enveloped = false};
// Scan, BatchWriteItem, TransactGetItems, TransactWriteItems
inline constexpr Wording kOlderWording{.layer = Layer::kOlder, .enveloped = false};

// "1 validation error detected: <message>".
[[nodiscard]] std::string enveloped(std::string_view message);

[[nodiscard]] std::unexpected<Error> fail_worded(Wording wording, std::string message);
[[nodiscard]] std::unexpected<Error> fail_value(Wording wording, const ValueProblem& problem);

// `result`, its validation error in the operation's words.
template <class T>
Result<T> worded(Wording wording, Result<T> result) {
  if (result || result.error().code != ErrorCode::kValidation) return result;
  return fail_worded(wording, std::move(result).error().message);
}

// The item, if nothing is wrong with it.
[[nodiscard]] Result<model::Item> take_item(Wording wording, WireItem sent);

}  // namespace stator::api
