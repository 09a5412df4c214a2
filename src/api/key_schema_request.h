// KeySchema and AttributeDefinitions of the requests on tables, as sent: their constraints, and the rules that keys of
// tables and of secondary indexes have to keep.
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_KeySchemaElement.html,
// API_AttributeDefinition.html and the service's model.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/constraints.h"
#include "api/json.h"
#include "base/result.h"
#include "model/table.h"

namespace stator::api {

struct AttributeDefinitionInput {
  std::optional<std::string> name;
  std::optional<std::string> type;
};
struct KeySchemaElementInput {
  std::optional<std::string> name;
  std::optional<std::string> type;
};
using Definitions = std::vector<AttributeDefinitionInput>;
using KeyElements = std::vector<KeySchemaElementInput>;

Result<void> read(Element element, std::optional<Definitions>& field);
Result<void> read(Element element, std::optional<KeyElements>& field);

// The model's constraints, in the service's order.
void constrain(Constraints& constraints, const Definitions& definitions);
// `most`: 0 for a schema whose length the model does not limit.
void constrain(Constraints& constraints, const KeyElements& key_schema, std::string_view path, std::size_t most);

// What follows is of input that passed its constraints.

// AttributeDefinitions by name. Refers to them.
class DefinedAttributes {
 public:
  explicit DefinedAttributes(const Definitions& definitions);
  [[nodiscard]] const Definitions& all() const { return *definitions_; }
  // Null if no definition has the name.
  [[nodiscard]] const AttributeDefinitionInput* find(std::string_view name) const;

 private:
  const Definitions* definitions_;
  std::unordered_map<std::string_view, const AttributeDefinitionInput*> by_name_;
};

// "Attribute Name is duplicated: pk".
[[nodiscard]] Result<void> check_distinct(const Definitions& definitions);
// All attributes of the key are defined.
[[nodiscard]] Result<void> check_defined(const KeyElements& key_schema, const DefinedAttributes& defined);
// One HASH, then at most one RANGE: the key of a table or of a local index.
[[nodiscard]] Result<void> check_simple_key(const KeyElements& key_schema);
// Up to four HASH, then up to four RANGE: that of a global index.
[[nodiscard]] Result<void> check_multi_attribute_key(const KeyElements& key_schema);
// Every attribute must be defined.
[[nodiscard]] model::KeySchema key_schema_of(const KeyElements& key_schema, const DefinedAttributes& defined);
// "[a, b]": how the service prints the names of attributes.
[[nodiscard]] std::string names_of(const Definitions& definitions);
[[nodiscard]] std::string names_of(const KeyElements& key_schema);
[[nodiscard]] model::Type attribute_type_of(std::string_view name);

}  // namespace stator::api
