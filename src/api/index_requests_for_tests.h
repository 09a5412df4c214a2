// For tests: members of requests with secondary indexes, in short.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/outcome_for_tests.h"

namespace stator::api {

inline std::string parameter(std::string_view text) {
  return fmt::format("One or more parameter values were invalid: {}", text);
}
inline std::string constraint(std::string_view text) { return fmt::format("1 validation error detected: {}", text); }

// "a b:N" defines a as S and b as N.
inline std::string definitions(std::string_view attributes) {
  std::string out;
  while (!attributes.empty()) {
    const std::string_view one = attributes.substr(0, attributes.find(' '));
    attributes.remove_prefix(std::min(attributes.size(), one.size() + 1));
    const std::size_t colon = one.find(':');
    out += fmt::format(R"({}{{"AttributeName":"{}","AttributeType":"{}"}})", out.empty() ? "" : ",",
                       one.substr(0, colon), colon == std::string_view::npos ? "S" : one.substr(colon + 1));
  }
  return fmt::format(R"("AttributeDefinitions":[{}])", out);
}

// "a b/c": two HASH attributes and a RANGE attribute.
inline std::string key(std::string_view attributes) {
  std::string out;
  std::string_view role = "HASH";
  while (!attributes.empty()) {
    const std::string_view one = attributes.substr(0, attributes.find_first_of(" /"));
    out += fmt::format(R"({}{{"AttributeName":"{}","KeyType":"{}"}})", out.empty() ? "" : ",", one, role);
    if (one.size() == attributes.size()) break;
    role = attributes[one.size()] == '/' ? "RANGE" : "HASH";
    attributes.remove_prefix(one.size() + 1);
  }
  return fmt::format(R"("KeySchema":[{}])", out);
}

inline constexpr std::string_view kAll = R"({"ProjectionType":"ALL"})";
inline constexpr std::string_view kThroughput =
    R"("ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2})";

inline std::string index(std::string_view name, std::string_view attributes, std::string_view projection = kAll,
                         std::string_view more = "") {
  return fmt::format(R"({{"IndexName":"{}",{},"Projection":{}{}{}}})", name, key(attributes), projection,
                     more.empty() ? "" : ",", more);
}

template <class Operation>
void check(const std::vector<DecodeCase>& rows) {
  for (const DecodeCase& row : rows) {
    EXPECT_EQ(outcome<Operation>(row.body, [](const auto&) { return "ok"; }), row.want) << row.name;
  }
}

}  // namespace stator::api
