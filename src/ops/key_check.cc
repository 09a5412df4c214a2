#include "ops/key_check.h"

#include <fmt/format.h>

#include "model/limits.h"

namespace stator::ops {
namespace {

using model::KeyAttribute;
using model::KeySchema;
using model::Type;

constexpr std::string_view kKeyMismatch = "The provided key element does not match the schema";

Result<void> check_not_empty(const KeyAttribute& attribute, model::ValueView value) {
  if (value.is(Type::kNumber) || !value.bytes().empty()) return {};
  return fail_validation(fmt::format(
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {} "
      "value. Key: {}",
      value.is(Type::kString) ? "string" : "binary", attribute.name));
}

// The values are of their types.
Result<void> check_values(const KeySchema& schema, model::MapView item) {
  const auto partition = *item.find(schema.partition.name);
  TRY(check_not_empty(schema.partition, partition));
  if (schema.sort) TRY(check_not_empty(*schema.sort, *item.find(schema.sort->name)));
  if (!partition.is(Type::kNumber) && partition.bytes().size() > model::kMaxPartitionKeyBytes) {
    return fail_validation(
        "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  if (!schema.sort) return {};
  const auto sort = *item.find(schema.sort->name);
  if (!sort.is(Type::kNumber) && sort.bytes().size() > model::kMaxSortKeyBytes) {
    return fail_validation(
        "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of "
        "1024 bytes");
  }
  return {};
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
