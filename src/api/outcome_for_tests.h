// For tests: what decoding a body comes to, as text.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "api/attribute_value.h"
#include "api/error_response.h"
#include "api/item_request.h"
#include "api/json.h"
#include "expr/condition.h"
#include "expr/projection.h"
#include "model/item.h"

namespace stator::api {

inline std::string json_of(const model::Item& item) {
  std::string out;
  append_item(out, item.view());
  return out;
}

inline std::string text_of(const ReportOptions& report) {
  std::string out;
  if (report.consumed_capacity == ReturnConsumedCapacity::kTotal) out += " report total";
  if (report.consumed_capacity == ReturnConsumedCapacity::kIndexes) out += " report indexes";
  if (report.item_collection_metrics) out += " report collection";
  return out;
}

inline std::string text_of(std::string_view label, const std::optional<expr::Condition>& condition) {
  return condition ? fmt::format(" {} {}", label, condition->dump()) : "";
}

inline std::string text_of(const std::optional<expr::Projection>& projection) {
  if (!projection) return "";
  std::string out = " project";
  for (const model::DocumentPath& path : *projection) out += " " + path.text();
  return out;
}

inline std::string text_of(const std::optional<std::string>& index) { return index ? " index " + *index : ""; }

// The error of `body`: "SerializationException: message", or its message alone if it is a ValidationException; or
// what `dump` makes of the request.
template <class Operation, class Dump>
std::string outcome(std::string_view body, Dump dump) {
  const auto object = parse_body(body);
  if (!object) return "SerializationException: " + object.error().message;
  const auto request = Operation::decode(*object);
  if (request) return dump(*request);
  if (request.error().code == ErrorCode::kValidation) return request.error().message;
  return "SerializationException: " + request.error().message;
}

struct DecodeCase {
  std::string_view name;
  std::string body;
  std::string want;
};

}  // namespace stator::api
