#include "expr/evaluate.h"

#include <algorithm>

#include <string.h>  // memmem

#include "expr/value_text.h"
#include "model/value_writer.h"

namespace stator::expr {
namespace {

using model::Type;
using model::ValueView;

// An operand's value during one comparison. A size() has its bytes here; they fit a std::string's own buffer.
class OperandValue {
 public:
  OperandValue(const Operand& operand, model::MapView item) {
    if (operand.path.steps.empty()) {
      value_ = operand.value->view();
      return;
    }
    value_ = model::find(item, operand.path);
    if (operand.kind != Operand::Kind::kSize || !value_) return;
    const auto size = size_of(*value_);
    if (size) model::append_number(size_, model::Number::from_int(static_cast<std::int64_t>(*size)));
    value_ = size ? std::optional(ValueView(size_)) : std::nullopt;
  }
  OperandValue(const OperandValue&) = delete;
  OperandValue& operator=(const OperandValue&) = delete;

  explicit operator bool() const { return value_.has_value(); }
  ValueView operator*() const { return *value_; }

 private:
  std::optional<ValueView> value_;
  std::string size_;
};

// Values of different types, or of a type without order, are in no order.
std::partial_ordering order(ValueView a, ValueView b) {
  if (a.type() != b.type() || !is_scalar(a.type())) return std::partial_ordering::unordered;
  return model::compare_scalars(a, b);
}

bool compares(Operator op, const OperandValue& left, const OperandValue& right) {
  const bool both = left && right;
  switch (op) {
    case Operator::kEqual:
      return both && *left == *right;
    case Operator::kNotEqual:
      return !both || *left != *right;
    case Operator::kLess:
      return both && order(*left, *right) < 0;
    case Operator::kLessOrEqual:
      return both && order(*left, *right) <= 0;
    case Operator::kGreater:
      return both && order(*left, *right) > 0;
    default:
      return both && order(*left, *right) >= 0;
  }
}

bool is_between(const ConditionNode& node, model::MapView item) {
  const OperandValue value(node.operands[0], item);
  if (!value) return false;
  const OperandValue lower(node.operands[1], item);
  const OperandValue upper(node.operands[2], item);
  return lower && upper && order(*value, *lower) >= 0 && order(*value, *upper) <= 0;
}

struct ByBytes {
  bool operator()(const Operand& a, std::string_view b) const { return a.value->view().encoded() < b; }
  bool operator()(std::string_view a, const Operand& b) const { return a < b.value->view().encoded(); }
};

bool is_in(const ConditionNode& node, model::MapView item) {
  const OperandValue value(node.operands.front(), item);
  if (!value) return false;
  return std::any_of(node.operands.begin() + 1, node.operands.end(), [&](const Operand& operand) {
    const OperandValue candidate(operand, item);
    return candidate && *candidate == *value;
  });
}

bool is_in_ordered(const ConditionNode& node, model::MapView item) {
  const OperandValue value(node.operands.front(), item);
  return value && std::binary_search(node.operands.begin() + 1, node.operands.end(), (*value).encoded(), ByBytes());
}

bool begins_with(ValueView value, ValueView prefix) {
  if (value.type() != prefix.type()) return false;
  if (!value.is(Type::kString) && !value.is(Type::kBinary)) return false;
  return value.bytes().starts_with(prefix.bytes());
}

// The type whose values a set of `type` holds.
std::optional<Type> member_type(Type type) {
  switch (type) {
    case Type::kStringSet:
      return Type::kString;
    case Type::kNumberSet:
      return Type::kNumber;
    case Type::kBinarySet:
      return Type::kBinary;
    default:
      return std::nullopt;
  }
}

// memmem takes linear time at worst; std::string_view::find would take the product of the lengths.
bool has_part(std::string_view whole, std::string_view part) {
  return ::memmem(whole.data(), whole.size(), part.data(), part.size()) != nullptr;
}

bool contains(ValueView container, ValueView element) {
  switch (container.type()) {
    case Type::kString:
    case Type::kBinary:
      return element.type() == container.type() && has_part(container.bytes(), element.bytes());
    case Type::kList:
      for (const ValueView candidate : container.list()) {
        if (candidate == element) return true;
      }
      return false;
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet:
      if (member_type(container.type()) != element.type()) return false;
      return container.set().contains(element.is(Type::kNumber) ? element.encoded_number() : element.bytes());
    default:
      return false;
  }
}

bool function_holds(const ConditionNode& node, model::MapView item) {
  const OperandValue first(node.operands.front(), item);
  if (node.op == Operator::kAttributeExists) return static_cast<bool>(first);
  if (node.op == Operator::kAttributeNotExists) return !first;
  if (!first) return false;
  if (node.op == Operator::kAttributeType) return (*first).is(node.type);
  const OperandValue second(node.operands.back(), item);
  if (!second) return false;
  return node.op == Operator::kBeginsWith ? begins_with(*first, *second) : contains(*first, *second);
}

// AND and OR of conditions of one attribute each: as many steps as the item has attributes, however many conditions
// there are. Those on attributes that the item lacks are known beforehand.
bool evaluate_ordered(const ConditionNode& node, model::MapView item) {
  const bool decisive = node.op == Operator::kOr;
  std::size_t decided_without = node.decided_without;
  model::MapWriter writer;
  std::string alone;
  for (const model::MapView::Entry& entry : item) {
    const auto child = std::ranges::lower_bound(node.children, entry.name, {}, attribute_of);
    if (child == node.children.end() || attribute_of(*child) != entry.name) continue;
    // The condition finds its attribute at once in a map of nothing else.
    writer.clear();
    alone.clear();
    writer.add(entry.name, entry.value);
    writer.finish(alone);
    if (evaluate(*child, ValueView(alone).map()) == decisive) return decisive;
    if (evaluate(*child, {}) == decisive) --decided_without;
  }
  return decided_without > 0 ? decisive : !decisive;
}

}  // namespace

const std::string& attribute_of(const ConditionNode& node) {
  const ConditionNode* at = &node;
  while (at->operands.empty()) at = &at->children.front();
  return at->operands.front().path.attribute();
}

std::optional<std::size_t> size_of(ValueView value) {
  switch (value.type()) {
    case Type::kString:
      return utf16_length(value.bytes());
    case Type::kBinary:
      return value.bytes().size();
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet:
      return value.set().size();
    case Type::kList:
      return value.list().size();
    case Type::kMap:
      return value.map().size();
    default:
      return std::nullopt;
  }
}

bool evaluate(const ConditionNode& node, model::MapView item) {
  const auto holds = [item](const ConditionNode& child) { return evaluate(child, item); };
  if (node.is_ordered) return node.op == Operator::kIn ? is_in_ordered(node, item) : evaluate_ordered(node, item);
  switch (node.op) {
    case Operator::kAnd:
      return std::ranges::all_of(node.children, holds);
    case Operator::kOr:
      return std::ranges::any_of(node.children, holds);
    case Operator::kNot:
      return !holds(node.children.front());
    case Operator::kBetween:
      return is_between(node, item);
    case Operator::kIn:
      return is_in(node, item);
    case Operator::kAttributeExists:
    case Operator::kAttributeNotExists:
    case Operator::kAttributeType:
    case Operator::kBeginsWith:
    case Operator::kContains:
      return function_holds(node, item);
    default:
      return compares(node.op, OperandValue(node.operands.front(), item), OperandValue(node.operands.back(), item));
  }
}

}  // namespace stator::expr
