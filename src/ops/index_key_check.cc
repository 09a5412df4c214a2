#include "ops/index_key_check.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include <fmt/format.h>

#include "model/limits.h"

namespace stator::ops {
namespace {

using model::KeyAttribute;
using model::Type;

// What is wrong with an attribute as part of an index's key.
enum class Fault : std::uint8_t { kType, kEmpty, kSize };
struct Finding {
  Fault fault;
  const model::Index& index;
  const KeyAttribute& attribute;
  model::ValueView value;
  std::size_t size;  // of this attribute and those before it in its part of the key
  std::size_t most;
};

std::optional<Finding> find_fault(const model::Index& index, std::span<const KeyAttribute> attributes, std::size_t most,
                                  model::MapView item) {
  std::size_t size = 0;
  for (const KeyAttribute& attribute : attributes) {
    const auto value = item.find(attribute.name);
    if (!value) continue;
    if (!value->is(attribute.type)) return Finding{Fault::kType, index, attribute, *value, size, most};
    if (value->is(Type::kNumber)) continue;
    if (value->bytes().empty()) return Finding{Fault::kEmpty, index, attribute, *value, size, most};
    size += value->bytes().size();
    if (size > most) return Finding{Fault::kSize, index, attribute, *value, size, most};
  }
  return std::nullopt;
}

std::optional<Finding> find_fault(const storage::TableHandle& table, model::MapView item) {
  for (const storage::IndexEntries& entries : table.indexes()) {
    const model::Index& index = entries.index();
    if (auto found = find_fault(index, index.key.partition(), model::kMaxPartitionKeyBytes, item)) return found;
    if (auto found = find_fault(index, index.key.sort(), model::kMaxSortKeyBytes, item)) return found;
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
  switch (found.fault) {
    case Fault::kType:
      break;
    case Fault::kEmpty:
      return fail_validation(
          fmt::format("One or more parameter values are not valid. A value specified for a secondary index key is not "
                      "supported. The AttributeValue for a key attribute cannot contain an empty {} value. IndexName: "
                      "{}, IndexKey: {}",
                      kind_of_empty(found.attribute), found.index.name, found.attribute.name));
    case Fault::kSize:
      return fail_validation(
          fmt::format("One or more parameter values were invalid: Size limit exceeded for Index Key {} Actual Size: {} "
                      "bytes Max Size: {} bytes IndexName: {}",
                      found.attribute.name, found.size, found.most, found.index.name));
  }
  return fail_type(found.index, found.attribute, found.value.type());
}

}  // namespace

Result<void> check_item_index_keys(const storage::TableHandle& table, model::MapView item) {
  if (const auto found = find_fault(table, item)) return fail_put(*found);
  return {};
}

Result<void> check_index_keys(const storage::TableHandle& table, const expr::Update& update) {
  for (const storage::IndexEntries& entries : table.indexes()) {
    for (const KeyAttribute& attribute : entries.index().key.attributes()) {
      const auto assigned = update.assigned_to(attribute.name);
      if (!assigned) continue;
      if (assigned->type != attribute.type) return fail_type(entries.index(), attribute, assigned->type);
      const bool is_empty = assigned->value && !assigned->value->is(Type::kNumber) && assigned->value->bytes().empty();
      if (is_empty) return fail_updated_empty(attribute);
    }
  }
  return {};
}

Result<void> check_updated_index_keys(const storage::TableHandle& table, model::MapView item) {
  const auto found = find_fault(table, item);
  if (!found) return {};
  switch (found->fault) {
    case Fault::kType:
      break;
    case Fault::kEmpty:
      return fail_updated_empty(found->attribute);
    case Fault::kSize:
      return fail_validation(
          "The update expression attempted to update the secondary index key beyond allowed size limits");
  }
  return fail_validation("The update expression attempted to update the secondary index key to unsupported type");
}

}  // namespace stator::ops
