// Condition and filter expressions, compiled: parsed, resolved against the request's placeholders and checked, so
// that evaluating one cannot fail. The legacy parameters compile to the same (expr/legacy.h).
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/placeholders.h"
#include "model/value.h"

namespace stator::expr {

enum class Parameter : std::uint8_t { kConditionExpression, kFilterExpression, kKeyConditionExpression };

struct ConditionNode;  // expr/bound.h

// Immutable and thread-safe once made. Cheap to move.
class Condition {
 public:
  explicit Condition(std::shared_ptr<const ConditionNode> root) : root_(std::move(root)) {}

  // Errors as DynamoDB words them: "Invalid FilterExpression: Syntax error; token: ...".
  static Result<Condition> compile(Parameter parameter, std::string_view text, Placeholders& placeholders);

  // Of a KeyConditionExpression: that it is a key condition, whatever the table. The service looks at this only after
  // the request's other expressions and what they leave unused.
  [[nodiscard]] Result<void> check_key_condition() const;

  // `item` is empty if there is none.
  [[nodiscard]] bool matches(model::MapView item) const;

  // True if a path of the expression begins at the attribute `name`. (A filter may not name the key.)
  [[nodiscard]] bool mentions(std::string_view name) const;
  // The attributes that paths of the expression begin at, each once, in the expression's order.
  [[nodiscard]] std::vector<std::string_view> attributes() const;
  // True if a path goes on behind the attribute `name`: name.b, name[0]. (A key attribute is a scalar.)
  [[nodiscard]] bool reaches_into(std::string_view name) const;

  [[nodiscard]] const ConditionNode& root() const { return *root_; }
  // The resolved tree as text, for tests: (and (= [a] {"N":"1"}) (attribute_exists [b, [0]])).
  [[nodiscard]] std::string dump() const;

 private:
  std::shared_ptr<const ConditionNode> root_;
};

}  // namespace stator::expr
