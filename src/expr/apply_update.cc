#include "expr/apply_update.h"

#include <algorithm>
#include <deque>
#include <iterator>

#include "model/document.h"
#include "model/limits.h"
#include "model/value_writer.h"

namespace stator::expr {
namespace {

using model::Type;
using model::ValueView;

// What an update may gather before the item's own limit is looked at: enough for any item within it, in any encoding.
constexpr std::size_t kMaxWrittenBytes = 4 * model::kMaxItemBytes;

constexpr std::size_t kFewActions = 16;

std::unexpected<Error> number_error(model::NumberError error) {
  if (error == model::NumberError::kUnderflow) {
    return fail_validation(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range");
  }
  // Of a result with too many digits, too.
  return fail_validation("Number overflow. Attempting to store a number with magnitude larger than supported range");
}

class Application {
 public:
  Application(const UpdateProgram& program, model::MapView item) : program_(program), item_(item), document_(item) {}

  Result<model::Item> run() {
    for (const UpdateAction& action : program_.actions) TRY(act(action));
    return document_.finish();
  }

 private:
  // What the item holds at `path` before the update. AttributeUpdates can be many, so the attributes of the item are
  // laid out to be searched.
  std::optional<ValueView> find(const model::DocumentPath& path) {
    if (!program_.legacy || program_.actions.size() <= kFewActions) return model::find(item_, path);
    if (attributes_.empty()) std::ranges::copy(item_, std::back_inserter(attributes_));
    const auto found = std::ranges::lower_bound(attributes_, path.attribute(), {}, &model::MapView::Entry::name);
    if (found == attributes_.end() || found->name != path.attribute()) return std::nullopt;
    return found->value;
  }

  Result<void> act(const UpdateAction& action) {
    switch (action.section) {
      case Section::kSet: {
        TRY_ASSIGN(const ValueView value, assigned(action));
        return set(action.path, value);
      }
      case Section::kRemove:
        return remove(action.path);
      case Section::kAdd:
        return add(action.path, action.left.value->view());
      case Section::kDelete:
        return remove_members(action.path, action.left.value->view());
    }
    return {};
  }

  Result<ValueView> assigned(const UpdateAction& action) {
    TRY_ASSIGN(const ValueView left, operand(action.left));
    if (action.arithmetic == Arithmetic::kNone) return left;
    TRY_ASSIGN(const ValueView right, operand(action.right));
    if (!left.is(Type::kNumber) || !right.is(Type::kNumber)) return type_error();
    return action.arithmetic == Arithmetic::kAdd ? number(model::Number::add(left.number(), right.number()))
                                                 : number(model::Number::subtract(left.number(), right.number()));
  }

  Result<ValueView> operand(const UpdateOperand& operand) {
    switch (operand.kind) {
      case UpdateOperand::Kind::kValue:
        return operand.value->view();
      case UpdateOperand::Kind::kPath:
        if (const auto found = find(operand.path)) return *found;
        return fail_validation("The provided expression refers to an attribute that does not exist in the item");
      case UpdateOperand::Kind::kIfNotExists:
        if (const auto found = find(operand.path)) return *found;
        return this->operand(operand.arguments.front());
      case UpdateOperand::Kind::kListAppend:
        break;
    }
    TRY_ASSIGN(const ValueView head, this->operand(operand.arguments.front()));
    TRY_ASSIGN(const ValueView tail, this->operand(operand.arguments.back()));
    if (!head.is(Type::kList) || !tail.is(Type::kList)) return type_error();
    return concatenated(head, tail);
  }

  Result<void> add(const model::DocumentPath& path, ValueView value) {
    const auto old = find(path);
    if (!old) return set(path, value);
    if (old->type() != value.type()) return stored_type_error();
    if (is_set(value.type())) return set(path, united(*old, value));
    if (value.is(Type::kList)) return set(path, concatenated(*old, value));
    if (!value.is(Type::kNumber)) return stored_type_error();
    TRY_ASSIGN(const ValueView sum, number(model::Number::add(old->number(), value.number())));
    return set(path, sum);
  }

  Result<void> remove_members(const model::DocumentPath& path, ValueView value) {
    const auto old = find(path);
    if (!old) return remove(path);  // only to see whether the path can be walked
    if (old->type() != value.type()) return stored_type_error();
    // Both sets ascend.
    const model::SetView removed = value.set();
    auto next = removed.begin();
    model::SetWriter writer(value.type());
    for (const std::string_view member : old->set()) {
      while (next != removed.end() && *next < member) ++next;
      if (next == removed.end() || *next != member) writer.add(member);
    }
    if (writer.size() == 0) return remove(path);
    std::string& bytes = keep();
    writer.finish(bytes);
    return set(path, ValueView(bytes));
  }

  Result<void> set(const model::DocumentPath& path, ValueView value) {
    written_ += value.encoded().size();
    if (written_ > kMaxWrittenBytes) {
      return fail_validation("Item size to update has exceeded the maximum allowed size");
    }
    if (!document_.set(path, value)) return path_error();
    return {};
  }

  Result<void> remove(const model::DocumentPath& path) {
    if (!document_.remove(path)) return path_error();
    return {};
  }

  Result<ValueView> number(const std::expected<model::Number, model::NumberError>& result) {
    if (!result) return number_error(result.error());
    std::string& bytes = keep();
    model::append_number(bytes, *result);
    return ValueView(bytes);
  }

  ValueView concatenated(ValueView head, ValueView tail) {
    model::ListWriter writer;
    for (const ValueView element : head.list()) writer.add(element);
    for (const ValueView element : tail.list()) writer.add(element);
    std::string& bytes = keep();
    writer.finish(bytes);
    return ValueView(bytes);
  }

  ValueView united(ValueView a, ValueView b) {
    // Both sets ascend.
    const model::SetView added = b.set();
    auto next = added.begin();
    model::SetWriter writer(a.type());
    for (const std::string_view member : a.set()) {
      for (; next != added.end() && *next < member; ++next) writer.add(*next);
      if (next != added.end() && *next == member) ++next;
      writer.add(member);
    }
    for (; next != added.end(); ++next) writer.add(*next);
    std::string& bytes = keep();
    writer.finish(bytes);
    return ValueView(bytes);
  }

  static std::unexpected<Error> type_error() {
    return fail_validation("An operand in the update expression has an incorrect data type");
  }
  std::unexpected<Error> stored_type_error() const {
    if (program_.legacy) return fail_validation("Type mismatch for attribute to update");
    return type_error();
  }
  static std::unexpected<Error> path_error() {
    return fail_validation("The document path provided in the update expression is invalid for update");
  }

  // A place for a computed value that stays where it is until the item is finished.
  std::string& keep() { return computed_.emplace_back(); }

  const UpdateProgram& program_;
  model::MapView item_;
  model::Document document_;
  std::vector<model::MapView::Entry> attributes_;
  std::deque<std::string> computed_;
  std::size_t written_ = 0;
};

}  // namespace

Result<model::Item> apply_update(const UpdateProgram& program, model::MapView item) {
  return Application(program, item).run();
}

}  // namespace stator::expr
