#include "ops/key_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "codec/keys.h"
#include "expr/key_limits.h"

namespace stator::ops {
namespace {

using model::KeyAttribute;
using model::KeySchema;

constexpr std::string_view kKeyMismatch = "The provided key element does not match the schema";

// The values are of their types.
Result<void> check_values(const KeySchema& schema, model::MapView item) {
  for (const KeyAttribute& attribute : schema.attributes()) {
    TRY(expr::check_key_not_empty(attribute, *item.find(attribute.name)));
  }
  for (const KeyAttribute& attribute : schema.partition()) {
    TRY(expr::check_key_size(expr::KeyPart::kPartition, *item.find(attribute.name)));
  }
  for (const KeyAttribute& attribute : schema.sort()) {
    TRY(expr::check_key_size(expr::KeyPart::kSort, *item.find(attribute.name)));
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

// No key attribute may be `reached_into`: first those of indexes alone, then the table's.
Result<void> check_scalars(const storage::TableHandle& table, const auto& reached_into) {
  const KeySchema& key = table.definition().key;
  const auto check = [&](const KeySchema& schema, std::string_view what) -> Result<void> {
    for (const KeyAttribute& attribute : schema.attributes()) {
      if (!reached_into(attribute.name) || (&schema != &key && key.contains(attribute.name))) continue;
      return fail_validation(
          fmt::format("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                      "{}: {}",
                      what, attribute.name));
    }
    return {};
  };
  for (const storage::IndexEntries& entries : table.indexes()) TRY(check(entries.index().key, "IndexKey"));
  return check(key, "Key");
}

}  // namespace

Result<void> check_key(const KeySchema& schema, model::MapView key) {
  const bool matches =
      key.size() == schema.size() && std::ranges::all_of(schema.attributes(), [&](const KeyAttribute& attribute) {
        return has_key_attribute(attribute, key);
      });
  if (!matches) return fail_validation(std::string(kKeyMismatch));
  return check_values(schema, key);
}

Result<void> check_item_key(const KeySchema& schema, model::MapView item) {
  for (const KeyAttribute& attribute : schema.attributes()) TRY(check_item_attribute(attribute, item));
  return check_values(schema, item);
}

bool NamedItems::add(const model::Table& table, model::MapView key) {
  return keys_.insert(codec::item_key(table.number, table.key, key)).second;
}

Result<void> check_paths(const storage::TableHandle& table, std::span<const model::DocumentPath> paths) {
  return check_scalars(table, [&](std::string_view name) {
    return std::ranges::any_of(
        paths, [&](const model::DocumentPath& path) { return path.steps.size() > 1 && path.attribute() == name; });
  });
}

Result<void> check_paths(const storage::TableHandle& table, const expr::Condition& condition) {
  return check_scalars(table, [&](std::string_view name) { return condition.reaches_into(name); });
}

}  // namespace stator::ops
