// From syntax to bound trees: placeholders resolved against the request, everything checked that can be checked without
// an item. Errors are DynamoDB's texts without the "Invalid ConditionExpression: " in front.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/ast.h"
#include "expr/bound.h"
#include "expr/findings.h"
#include "expr/parser.h"
#include "expr/placeholders.h"

namespace stator::expr {

// Resolves names, values and paths, and reports what is wrong with them. What cannot be resolved becomes something
// empty: its finding sees to it that nobody evaluates it.
class Resolver {
 public:
  Resolver(Placeholders& placeholders, Findings& findings) : placeholders_(placeholders), findings_(findings) {}

  [[nodiscard]] model::DocumentPath path(const PathSyntax& syntax);
  [[nodiscard]] SharedValue value(std::string_view placeholder);  // null if undefined

 private:
  Placeholders& placeholders_;
  Findings& findings_;
  std::map<std::string_view, SharedValue> values_;
};

// "Incorrect operand type for operator or function; operator or function: <, operand type: L".
[[nodiscard]] std::string operand_type_text(std::string_view operator_name, model::Type type);
[[nodiscard]] std::string operand_count_text(std::string_view operator_name, std::size_t count);

// "Invalid ConditionExpression: " before the error's text.
[[nodiscard]] std::unexpected<Error> in_parameter(std::string_view parameter, Error error);

enum class FunctionGroup : std::uint8_t { kUnknown, kCondition, kSize, kUpdate };
[[nodiscard]] FunctionGroup function_group(std::string_view name);

[[nodiscard]] Result<ConditionNode> resolve_condition(const Parsed<ConditionSyntax>& parsed,
                                                      Placeholders& placeholders);
// Without its paths and statement size.
[[nodiscard]] Result<UpdateProgram> resolve_update(const Parsed<UpdateSyntax>& parsed, Placeholders& placeholders);
[[nodiscard]] Result<std::vector<model::DocumentPath>> resolve_projection(const Parsed<std::vector<PathSyntax>>& parsed,
                                                                          Placeholders& placeholders);

}  // namespace stator::expr
