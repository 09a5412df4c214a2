// Expressions resolved and checked: placeholders are replaced by what they stand for, functions are known, operand
// types that the request shows are right. Evaluation (expr/evaluate.h, expr/apply_update.h) needs nothing else. What
// comes before is in expr/ast.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "expr/operators.h"
#include "model/document_path.h"
#include "model/value.h"

namespace stator::expr {

// Shared by all places that name the same placeholder, as a short expression may name a large value many times.
using SharedValue = std::shared_ptr<const model::Value>;

struct Operand {
  enum class Kind : std::uint8_t {
    kPath,   // what the item holds at `path`
    kValue,  // `value`
    kSize,   // size() of what is at `path`; of a value, the path is empty and `value` is its size
  };
  Kind kind = Kind::kPath;
  model::DocumentPath path;
  SharedValue value;
};

struct ConditionNode {
  Operator op = Operator::kAnd;
  std::vector<Operand> operands;            // the tested one first
  std::vector<ConditionNode> children;      // of AND (true if none) and OR; of NOT, one
  model::Type type = model::Type::kString;  // kAttributeType: the type asked for
  // Of kIn: all operands but the first are values, in the order of their bytes. Of AND and OR: each child is about one
  // attribute, another one each, in the order of the names; `decided_without` of them decide (AND: do not hold, OR:
  // hold) if their attribute is missing. What the legacy parameters list without bound is found so in few steps.
  bool is_ordered = false;
  std::size_t decided_without = 0;
};

struct UpdateOperand {
  enum class Kind : std::uint8_t { kPath, kValue, kIfNotExists, kListAppend };
  Kind kind = Kind::kPath;
  model::DocumentPath path;              // kPath, kIfNotExists
  SharedValue value;                     // kValue
  std::vector<UpdateOperand> arguments;  // kIfNotExists: the other one; kListAppend: both lists
};

struct UpdateAction {
  Section section = Section::kSet;
  model::DocumentPath path;
  UpdateOperand left;  // of SET; of ADD and DELETE, their value
  Arithmetic arithmetic = Arithmetic::kNone;
  UpdateOperand right;  // if there is arithmetic
};

struct UpdateProgram {
  std::vector<UpdateAction> actions;
  std::vector<model::DocumentPath> paths;  // the actions'
  std::size_t statement_size = 0;
  bool legacy = false;  // from AttributeUpdates: ADD may append to a list, and a stored type that does not fit has
                        // another message
};

[[nodiscard]] std::string dump(const Operand& operand);
[[nodiscard]] std::string dump(const ConditionNode& node);
[[nodiscard]] std::string dump(const UpdateProgram& program);

}  // namespace stator::expr
