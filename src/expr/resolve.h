// From syntax to bound trees: placeholders resolved against the request, everything checked that can be checked without
// an item. Errors are DynamoDB's texts without the "Invalid ConditionExpression: " in front.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/ast.h"
#include "expr/bound.h"
#include "expr/parser.h"
#include "expr/placeholders.h"

namespace stator::expr {

// Resolves names, values and paths. What has no fault in its words (expr/words.h) fails with the first thing that is
// not defined or goes too deep.
class Resolver {
 public:
  explicit Resolver(Placeholders& placeholders) : placeholders_(placeholders) {}

  [[nodiscard]] Result<model::DocumentPath> path(const PathSyntax& syntax);
  [[nodiscard]] Result<SharedValue> value(std::string_view placeholder);

 private:
  Placeholders& placeholders_;
  std::map<std::string_view, SharedValue> values_;
};

// "Incorrect operand type for operator or function; operator or function: <, operand type: L".
[[nodiscard]] std::string operand_type_text(std::string_view operator_name, model::Type type);
[[nodiscard]] std::string operand_count_text(std::string_view operator_name, std::size_t count);

// "Invalid ConditionExpression: " before the error's text.
[[nodiscard]] std::unexpected<Error> in_parameter(std::string_view parameter, Error error);

// The first fault in the service's order: that of the words, then that of the first operand, function or comparison
// that has one, each after its own operands.
[[nodiscard]] Result<ConditionNode> resolve_condition(const Parsed<ConditionSyntax>& parsed,
                                                      Placeholders& placeholders);
// Without its paths and statement size. After the words: the paths that are updated, then the operands, each from the
// last to the first, which is the service's order.
[[nodiscard]] Result<UpdateProgram> resolve_update(const Parsed<UpdateSyntax>& parsed, Placeholders& placeholders);
// The paths from the last to the first, likewise.
[[nodiscard]] Result<std::vector<model::DocumentPath>> resolve_projection(const Parsed<std::vector<PathSyntax>>& parsed,
                                                                          Placeholders& placeholders);

}  // namespace stator::expr
