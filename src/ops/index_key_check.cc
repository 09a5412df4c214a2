#include "ops/index_key_check.h"

#include <optional>
#include <string>

#include <fmt/format.h>

#include "expr/key_limits.h"

namespace stator::ops {
namespace {

using model::KeyAttribute;
using model::Type;
using storage::KeyFault;

struct Finding {
  const model::Index& index;
  storage::KeyProblem problem;
};

// Of the index whose name comes first.
std::optional<Finding> find_problem(const storage::TableHandle& table, model::MapView item) {
  if (table.indexes().empty()) return std::nullopt;
  const storage::KeyValues keys = table.key_values(item);
  for (const storage::IndexEntries& entries : table.indexes()) {
    if (const auto problem = entries.problem_of(keys)) return Finding{entries.index(), *problem};
  }
  return std::nullopt;
}

// What an update gives to a key attribute of an index.
struct AssignedFinding {
  const model::Index& index;
  const KeyAttribute& attribute;
  Type type;
  bool is_empty = false;  // and of the right type
};

std::optional<AssignedFinding> find_problem(const storage::TableHandle& table, const expr::Update& update) {
  for (const storage::IndexEntries& entries : table.indexes()) {
    for (const KeyAttribute& attribute : entries.index().key.attributes()) {
      const auto assigned = update.assigned_to(attribute.name);
      if (!assigned) continue;
      const bool is_right = assigned->type == attribute.type;
      const bool is_empty =
          is_right && assigned->value && attribute.type != Type::kNumber && assigned->value->bytes().empty();
      if (!is_right || is_empty) return AssignedFinding{entries.index(), attribute, assigned->type, is_empty};
    }
  }
  return std::nullopt;
}

std::string_view kind_of_empty(const KeyAttribute& attribute) {
  return attribute.type == Type::kString ? "string" : "binary";
}

std::unexpected<Error> fail_type(const model::Index& index, const KeyAttribute& attribute, Type actual) {
  return fail_validation(
      fmt::format("One or more parameter values were invalid: Type mismatch for Index Key {} Expected: {} Actual: {} "
                  "IndexName: {}",
                  attribute.name, model::type_name(attribute.type), model::type_name(actual), index.name));
}

std::unexpected<Error> fail_updated_empty(const KeyAttribute& attribute) {
  return fail_validation(
      fmt::format("One or more parameter values are not valid. The update expression attempted to update a secondary "
                  "index key to a value that is not supported. The AttributeValue for a key attribute cannot contain "
                  "an empty {} value.",
                  kind_of_empty(attribute)));
}

std::unexpected<Error> fail_put(const Finding& found) {
  const storage::KeyProblem& problem = found.problem;
  switch (problem.fault) {
    case KeyFault::kType:
      break;
    case KeyFault::kEmpty:
      return expr::fail_empty_key(problem.attribute, found.index.name);
    case KeyFault::kSize:
      return fail_validation(
          fmt::format("One or more parameter values were invalid: Size limit exceeded for Index Key {} Actual Size: {} "
                      "bytes Max Size: {} bytes IndexName: {}",
                      problem.attribute.name, problem.size, problem.most, found.index.name));
  }
  return fail_type(found.index, problem.attribute, problem.value.type());
}

}  // namespace

Result<void> check_item_index_keys(const storage::TableHandle& table, model::MapView item) {
  if (const auto found = find_problem(table, item)) return fail_put(*found);
  return {};
}

Result<void> check_index_keys(const storage::TableHandle& table, const expr::Update& update) {
  const auto found = find_problem(table, update);
  if (!found) return {};
  if (found->is_empty) return fail_updated_empty(found->attribute);
  return fail_type(found->index, found->attribute, found->type);
}

Result<void> check_updated_index_keys(const storage::TableHandle& table, const expr::Update& update,
                                      model::MapView item) {
  const auto found = find_problem(table, item);
  if (!found) return {};
  switch (found->problem.fault) {
    case KeyFault::kType:
      break;
    case KeyFault::kEmpty:
      return fail_updated_empty(found->problem.attribute);
    case KeyFault::kSize:
      if (update.is_legacy()) return fail_put(*found);
      return fail_validation(
          "The update expression attempted to update the secondary index key beyond allowed size limits");
  }
  return fail_validation("The update expression attempted to update the secondary index key to unsupported type");
}

Result<void> check_index_keys_not_empty(const storage::TableHandle& table, model::MapView item) {
  const auto found = find_problem(table, item);
  if (found && found->problem.fault == KeyFault::kEmpty) return fail_put(*found);
  return {};
}

Result<void> check_index_keys_not_empty(const storage::TableHandle& table, const expr::Update& update) {
  const auto found = find_problem(table, update);
  if (found && found->is_empty) return fail_updated_empty(found->attribute);
  return {};
}

}  // namespace stator::ops
