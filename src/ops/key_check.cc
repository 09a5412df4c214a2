#include "ops/key_check.h"

#include <fmt/format.h>

#include "expr/key_limits.h"

namespace stator::ops {
namespace {

using model::KeyAttribute;
using model::KeySchema;

constexpr std::string_view kKeyMismatch = "The provided key element does not match the schema";

// The values are of their types.
Result<void> check_values(const KeySchema& schema, model::MapView item) {
  const auto partition = *item.find(schema.partition.name);
  TRY(expr::check_key_not_empty(schema.partition, partition));
  if (!schema.sort) return expr::check_key_size(expr::KeyPart::kPartition, partition);
  const auto sort = *item.find(schema.sort->name);
  TRY(expr::check_key_not_empty(*schema.sort, sort));
  TRY(expr::check_key_size(expr::KeyPart::kPartition, partition));
  return expr::check_key_size(expr::KeyPart::kSort, sort);
}

bool has_key_attribute(const KeyAttribute& attribute, model::MapView key) {
  const auto value = key.find(attribute.name);
  return value && value->is(attribute.type);
}

Result<void> check_item_attribute(const KeyAttribute& attribute, model::MapView item) {
  const auto value = item.find(attribute.name);
  if (!value) {
    return fail_validation(
        fmt::format("One or more parameter values were invalid: Missing the key {} in the item", attribute.name));
  }
  if (!value->is(attribute.type)) {
    return fail_validation(
        fmt::format("One or more parameter values were invalid: Type mismatch for key {} expected: {} actual: {}",
                    attribute.name, model::type_name(attribute.type), model::type_name(value->type())));
  }
  return {};
}

Result<void> fail_nested(const KeyAttribute& attribute) {
  return fail_validation(
      fmt::format("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: {}",
                  attribute.name));
}

}  // namespace

Result<void> check_key(const KeySchema& schema, model::MapView key) {
  const bool matches = key.size() == schema.size() && has_key_attribute(schema.partition, key) &&
                       (!schema.sort || has_key_attribute(*schema.sort, key));
  if (!matches) return fail_validation(std::string(kKeyMismatch));
  return check_values(schema, key);
}

Result<void> check_item_key(const KeySchema& schema, model::MapView item) {
  TRY(check_item_attribute(schema.partition, item));
  if (schema.sort) TRY(check_item_attribute(*schema.sort, item));
  return check_values(schema, item);
}

Result<void> check_paths(const KeySchema& schema, std::span<const model::DocumentPath> paths) {
  for (const model::DocumentPath& path : paths) {
    if (path.steps.size() < 2) continue;
    if (path.attribute() == schema.partition.name) return fail_nested(schema.partition);
    if (schema.sort && path.attribute() == schema.sort->name) return fail_nested(*schema.sort);
  }
  return {};
}

Result<void> check_paths(const KeySchema& schema, const expr::Condition& condition) {
  if (condition.reaches_into(schema.partition.name)) return fail_nested(schema.partition);
  if (schema.sort && condition.reaches_into(schema.sort->name)) return fail_nested(*schema.sort);
  return {};
}

}  // namespace stator::ops
