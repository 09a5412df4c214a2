#include "api/key_schema_request.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/rule.h"
#include "api/structure_readers.h"

namespace stator::api {
namespace {

constexpr std::size_t kMostAttributeName = 255;
constexpr std::ptrdiff_t kMostOfOneRole = 4;  // HASH or RANGE attributes of a global index

// "[KeySchemaElement(attributeName=a, keyType=HASH)]": how the service prints a key schema.
std::string printed(const KeyElements& key_schema) {
  std::vector<std::string> elements;
  for (const KeySchemaElementInput& element : key_schema) {
    elements.push_back(fmt::format("KeySchemaElement(attributeName={}, keyType={})", element.name.value_or("null"),
                                   element.type.value_or("null")));
  }
  return fmt::format("[{}]", fmt::join(elements, ", "));
}

// The attribute's name and its type or role, at "<path>.<position>.member".
void constrain_attribute(Constraints& constraints, std::string_view path, std::size_t position,
                         const std::optional<std::string>& name, std::string_view type_member,
                         const std::optional<std::string>& type, std::string_view types) {
  const std::string name_path = fmt::format("{}.{}.member.attributeName", path, position);
  constraints.not_null(name.has_value(), name_path);
  constraints.length_between(name, name_path, 1, kMostAttributeName);
  const std::string type_path = fmt::format("{}.{}.member.{}", path, position, type_member);
  constraints.not_null(type.has_value(), type_path);
  constraints.one_of(type, type_path, types);
}

template <class Named>
std::string joined_names(const std::vector<Named>& elements) {
  std::vector<std::string_view> names;
  for (const Named& element : elements) names.push_back(*element.name);
  return fmt::format("[{}]", fmt::join(names, ", "));
}

bool is_hash(const KeySchemaElementInput& element) { return element.type == "HASH"; }
bool is_range(const KeySchemaElementInput& element) { return !is_hash(element); }

struct DefinedKey {
  const KeyElements& key_schema;
  const DefinedAttributes& defined;
};

bool has_more_elements_than_definitions(const DefinedKey& key) {
  return key.key_schema.size() > key.defined.all().size();
}
bool lacks_definition(const DefinedKey& key) {
  return std::ranges::any_of(
      key.key_schema, [&](const KeySchemaElementInput& element) { return key.defined.find(*element.name) == nullptr; });
}
bool names_one_attribute_twice(const KeyElements& key) {
  std::unordered_set<std::string_view> names;
  return !std::ranges::all_of(key,
                              [&](const KeySchemaElementInput& element) { return names.insert(*element.name).second; });
}
bool does_not_begin_with_hash(const KeyElements& key) { return is_range(key.front()); }
bool has_second_hash(const KeyElements& key) { return key.size() > 1 && is_hash(key[1]); }
bool has_hash_behind_range(const KeyElements& key) { return !std::ranges::is_partitioned(key, is_hash); }
bool has_too_many_hashes(const KeyElements& key) { return std::ranges::count_if(key, is_hash) > kMostOfOneRole; }
bool has_too_many_ranges(const KeyElements& key) { return std::ranges::count_if(key, is_range) > kMostOfOneRole; }

constexpr Rule<DefinedKey> kDefinedRules[] = {
    {has_more_elements_than_definitions, "Invalid KeySchema: Some index key attribute have no definition", false},
    {.is_broken = lacks_definition,
     .message =
         [](const DefinedKey& key) {
           return fmt::format(
               "Some index key attributes are not defined in AttributeDefinitions. Keys: {}, AttributeDefinitions: {}",
               names_of(key.key_schema), names_of(key.defined.all()));
         }},
};

constexpr Rule<KeyElements> kSimpleRules[] = {
    {names_one_attribute_twice, "Both the Hash Key and the Range Key element in the KeySchema have the same name",
     false},
    {does_not_begin_with_hash, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type", false},
    {has_second_hash, "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type", false},
};

constexpr Rule<KeyElements> kMultiAttributeRules[] = {
    {names_one_attribute_twice, "The KeySchema contains multiple key attributes with the same name", false},
    {does_not_begin_with_hash, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type", false},
    {has_hash_behind_range, "All HASH key attributes must precede RANGE key attributes in the KeySchema"},
    {has_too_many_hashes, "The KeySchema exceeds the maximum allowed number of HASH key attributes"},
    {has_too_many_ranges, "The KeySchema exceeds the maximum allowed number of RANGE key attributes"},
};

}  // namespace

Result<void> read(Element element, std::optional<Definitions>& field) {
  static constexpr std::array kMembers{member<&AttributeDefinitionInput::name>("AttributeName"),
                                       member<&AttributeDefinitionInput::type>("AttributeType")};
  return read_elements(element, "AttributeDefinition", kMembers, field);
}

Result<void> read(Element element, std::optional<KeyElements>& field) {
  static constexpr std::array kMembers{member<&KeySchemaElementInput::name>("AttributeName"),
                                       member<&KeySchemaElementInput::type>("KeyType")};
  return read_elements(element, "KeySchemaElement", kMembers, field);
}

void constrain(Constraints& constraints, const Definitions& definitions) {
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    constrain_attribute(constraints, "attributeDefinitions", i + 1, definitions[i].name, "attributeType",
                        definitions[i].type, "[B, N, S]");
  }
}

void constrain(Constraints& constraints, const KeyElements& key_schema, std::string_view path, std::size_t most) {
  if (key_schema.empty()) {
    constraints.add("[]", path, "Member must have length greater than or equal to 1");
  }
  if (most != 0 && key_schema.size() > most) {
    constraints.add(printed(key_schema), path, fmt::format("Member must have length less than or equal to {}", most));
  }
  for (std::size_t i = 0; i < key_schema.size(); ++i) {
    constrain_attribute(constraints, path, i + 1, key_schema[i].name, "keyType", key_schema[i].type, "[HASH, RANGE]");
  }
}

DefinedAttributes::DefinedAttributes(const Definitions& definitions) : definitions_(&definitions) {
  for (const AttributeDefinitionInput& definition : definitions) by_name_.emplace(*definition.name, &definition);
}

const AttributeDefinitionInput* DefinedAttributes::find(std::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? nullptr : it->second;
}

Result<void> check_distinct(const Definitions& definitions) {
  std::unordered_set<std::string_view> names;
  for (const AttributeDefinitionInput& definition : definitions) {
    if (!names.insert(*definition.name).second) {
      return fail_validation("Attribute Name is duplicated: " + *definition.name);
    }
  }
  return {};
}

Result<void> check_defined(const KeyElements& key_schema, const DefinedAttributes& defined) {
  return check_rules<DefinedKey>(kDefinedRules, {.key_schema = key_schema, .defined = defined});
}

Result<void> check_simple_key(const KeyElements& key_schema) {
  return check_rules<KeyElements>(kSimpleRules, key_schema);
}

Result<void> check_multi_attribute_key(const KeyElements& key_schema) {
  return check_rules<KeyElements>(kMultiAttributeRules, key_schema);
}

model::KeySchema key_schema_of(const KeyElements& key_schema, const DefinedAttributes& defined) {
  model::KeySchema schema;
  for (const KeySchemaElementInput& element : key_schema) {
    model::KeyAttribute attribute{.name = *element.name, .type = attribute_type_of(*defined.find(*element.name)->type)};
    if (is_hash(element)) {
      schema.add_partition(std::move(attribute));
    } else {
      schema.add_sort(std::move(attribute));
    }
  }
  return schema;
}

std::string names_of(const Definitions& definitions) { return joined_names(definitions); }
std::string names_of(const KeyElements& key_schema) { return joined_names(key_schema); }

model::Type attribute_type_of(std::string_view name) {
  return model::type_from_name(name).value_or(model::Type::kString);
}

}  // namespace stator::api
