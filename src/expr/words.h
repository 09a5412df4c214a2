// What is wrong with the words of an expression that parses, whatever its placeholders mean: functions, reserved words
// and list indexes, in the order in which they are written. The service looks at all of them before it resolves
// anything.
#pragma once

#include <vector>

#include "base/result.h"
#include "expr/ast.h"
#include "expr/parser.h"

namespace stator::expr {

// Errors are DynamoDB's texts without the "Invalid ConditionExpression: " in front.
[[nodiscard]] Result<void> check_words(const Parsed<ConditionSyntax>& parsed);
[[nodiscard]] Result<void> check_words(const Parsed<UpdateSyntax>& parsed);
[[nodiscard]] Result<void> check_words(const Parsed<std::vector<PathSyntax>>& parsed);

}  // namespace stator::expr
