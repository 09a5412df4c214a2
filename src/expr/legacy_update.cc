#include <set>

#include <fmt/format.h>

#include "expr/bound.h"
#include "expr/legacy.h"
#include "expr/statement_size.h"
#include "model/limits.h"

namespace stator::expr {
namespace {

using model::Type;

std::unexpected<Error> invalid(std::string_view reason) {
  return fail_validation(fmt::format("One or more parameter values were invalid: {}", reason));
}

Result<void> check(const AttributeUpdate& update) {
  if (!update.value) {
    if (update.action == AttributeAction::kDelete) return {};
    return invalid("Only DELETE action is allowed when no attribute value is specified");
  }
  const Type type = update.value->view().type();
  if (update.action == AttributeAction::kDelete && !is_set(type)) {
    return invalid(fmt::format("DELETE action with value is not supported for the type {}", model::type_name(type)));
  }
  const bool can_add = is_set(type) || type == Type::kNumber || type == Type::kList;
  if (update.action == AttributeAction::kAdd && !can_add) {
    return invalid(fmt::format("ADD action is not supported for the type {}", model::type_name(type)));
  }
  return {};
}

Section section_of(const AttributeUpdate& update) {
  switch (update.action) {
    case AttributeAction::kPut:
      return Section::kSet;
    case AttributeAction::kAdd:
      return Section::kAdd;
    case AttributeAction::kDelete:
      break;
  }
  return update.value ? Section::kDelete : Section::kRemove;
}

}  // namespace

Result<void> check_attribute_name(std::string_view name) {
  if (name.empty()) return fail_validation("Empty attribute name");
  if (name.size() <= model::kMaxAttributeNameBytes) return {};
  return fail_validation("Attribute name is too large, must be less than 65536 bytes");
}

Result<Update> compile_attribute_updates(const std::vector<AttributeUpdate>& updates) {
  if (updates.empty()) return Update::none();
  UpdateProgram program;
  program.legacy = true;
  for (const AttributeUpdate& update : updates) {
    TRY(check_attribute_name(update.attribute));
    TRY(check(update));
    UpdateAction action;
    action.section = section_of(update);
    action.path.steps.emplace_back(update.attribute);
    if (update.value) {
      action.left.kind = UpdateOperand::Kind::kValue;
      action.left.value = std::make_shared<const model::Value>(*update.value);
    }
    program.actions.push_back(std::move(action));
  }
  complete(program);
  return Update(std::make_shared<const UpdateProgram>(std::move(program)));
}

Result<Projection> compile_attributes_to_get(const std::vector<std::string>& attributes) {
  Projection projection;
  std::set<std::string_view> seen;
  for (const std::string& attribute : attributes) {
    TRY(check_attribute_name(attribute));
    if (!seen.insert(attribute).second) {
      return invalid(fmt::format("Duplicate value in attribute name: {}", attribute));
    }
    projection.push_back({{attribute}});
  }
  return projection;
}

}  // namespace stator::expr
