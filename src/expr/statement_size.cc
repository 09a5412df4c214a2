#include "expr/statement_size.h"

#include <map>

#include "model/item.h"
#include "model/limits.h"

namespace stator::expr {
namespace {

constexpr std::size_t kUpdate = 3;
constexpr std::size_t kWriting = 19;
constexpr std::size_t kRemoving = 1;
constexpr std::size_t kPlus = 34;
constexpr std::size_t kMinus = 37;
constexpr std::size_t kIfNotExists = 39;
constexpr std::size_t kListAppend = 37;

std::size_t path_size(const model::DocumentPath& path) {
  std::size_t size = 0;
  for (const model::PathStep& step : path.steps) {
    const auto* name = std::get_if<std::string>(&step);
    size += name == nullptr ? 1 : name->size();
  }
  return size;
}

// Measures each value once, however often the expression names it.
class OperandSizes {
 public:
  std::size_t of(const ConditionNode& node) {
    std::size_t size = 0;
    for (const Operand& operand : node.operands) {
      size += path_size(operand.path);
      if (operand.value != nullptr) size += value_size(*operand.value);
    }
    for (const ConditionNode& child : node.children) size += of(child);
    return size;
  }

  std::size_t of(const UpdateOperand& operand) {
    std::size_t size = path_size(operand.path);
    if (operand.value != nullptr) size += value_size(*operand.value);
    if (operand.kind == UpdateOperand::Kind::kIfNotExists) size += kIfNotExists;
    if (operand.kind == UpdateOperand::Kind::kListAppend) size += kListAppend;
    for (const UpdateOperand& argument : operand.arguments) size += of(argument);
    return size;
  }

 private:
  std::size_t value_size(const model::Value& value) {
    const auto [seen, is_new] = sizes_.try_emplace(&value, 0);
    if (is_new) seen->second = model::attribute_size(value.view());
    return seen->second;
  }

  std::map<const model::Value*, std::size_t> sizes_;
};

std::size_t arithmetic_size(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::kAdd:
      return kPlus;
    case Arithmetic::kSubtract:
      return kMinus;
    case Arithmetic::kNone:
      break;
  }
  return 0;
}

}  // namespace

std::size_t statement_size(const UpdateProgram& program) {
  OperandSizes sizes;
  std::size_t size = kUpdate;
  for (const UpdateAction& action : program.actions) {
    const bool writes = action.section == Section::kSet || action.section == Section::kAdd;
    size += (writes ? kWriting : kRemoving) + path_size(action.path) + arithmetic_size(action.arithmetic) +
            sizes.of(action.left) + sizes.of(action.right);
  }
  return size;
}

std::size_t filled_size(const ConditionNode& root) { return OperandSizes().of(root); }

std::size_t filled_size(std::span<const model::DocumentPath> projection) {
  std::size_t size = 0;
  for (const model::DocumentPath& path : projection) size += path_size(path);
  return size;
}

Result<void> check_filled_size(std::size_t size) {
  if (size <= model::kMaxFilledExpressionBytes) return {};
  return fail_validation("Expression size has exceeded the maximum allowed size;");
}

void complete(UpdateProgram& program) {
  program.statement_size = statement_size(program);
  program.paths.clear();
  for (const UpdateAction& action : program.actions) program.paths.push_back(action.path);
}

}  // namespace stator::expr
