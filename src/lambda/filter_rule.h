// What a leaf of a filter's pattern asks of a value: equality, or one of the operators of Lambda's table.
// Source: docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html, "Filter rule syntax".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "api/json_object.h"

namespace stator::lambda {

// A number of a pattern or a record. As the service compares numbers by how they are written, one with a fraction or an
// exponent equals none without.
using FilterScalar = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string>;

// One element of a leaf's array. Immutable, thread-safe.
class FilterRule {
 public:
  // None if it is no rule: an unknown operator, one with a wrong operand.
  static std::optional<FilterRule> compile(api::Element pattern);

  // Of a value that is no array and no object.
  [[nodiscard]] bool accepts(api::Element value) const;
  [[nodiscard]] bool accepts_absence() const;

 private:
  struct Equals {
    FilterScalar value;
  };
  struct EqualsIgnoringCase {  // of ASCII
    std::string text;
  };
  struct Prefix {
    std::string text;
  };
  struct Suffix {
    std::string text;
  };
  struct AnythingBut {
    std::vector<FilterScalar> values;
  };
  struct AnythingButPrefix {
    std::string text;
  };
  struct AnythingButSuffix {
    std::string text;
  };
  struct Numeric {
    struct Bound {
      double value = 0;
      bool included = true;
    };
    std::optional<Bound> low;
    std::optional<Bound> high;
  };
  struct Exists {
    bool wanted = true;
  };
  using Kind = std::variant<Equals, EqualsIgnoringCase, Prefix, Suffix, AnythingBut, AnythingButPrefix,
                            AnythingButSuffix, Numeric, Exists>;

  explicit FilterRule(Kind kind) : kind_(std::move(kind)) {}
  static std::optional<FilterRule> compile_operator(api::Object pattern);
  static std::optional<Kind> compile_anything_but(api::Element operand);
  static std::optional<Kind> compile_numeric(api::Element operand);

  Kind kind_;
};

}  // namespace stator::lambda
