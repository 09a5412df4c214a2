#include "api/update_time_to_live.h"

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "api/attribute_value.h"
#include "api/constraints.h"
#include "api/json.h"
#include "api/structure_readers.h"
#include "api/table_request.h"

namespace stator::api {
namespace {

constexpr std::size_t kMostAttributeName = 255;

struct SpecificationInput {
  std::optional<bool> enabled;
  std::optional<std::string> attribute;
};
struct Input {
  std::optional<std::string> table_name;
  std::optional<SpecificationInput> specification;
};

constexpr std::array kSpecificationMembers{member<&SpecificationInput::enabled>("Enabled"),
                                           member<&SpecificationInput::attribute>("AttributeName")};

Result<void> read(Element element, std::optional<SpecificationInput>& field) {
  return read_member(element, "TimeToLiveSpecification", kSpecificationMembers, field);
}

constexpr std::array kMembers{member<&Input::table_name>("TableName"),
                              member<&Input::specification>("TimeToLiveSpecification")};

Result<void> check_constraints(const Input& input) {
  Constraints constraints;
  constraints.not_null(input.specification.has_value(), "timeToLiveSpecification");
  if (input.specification) {
    const auto& [enabled, attribute] = *input.specification;
    constraints.not_null(attribute.has_value(), "timeToLiveSpecification.attributeName");
    constraints.length_between(attribute, "timeToLiveSpecification.attributeName", 1, kMostAttributeName);
    constraints.not_null(enabled.has_value(), "timeToLiveSpecification.enabled");
  }
  return constraints.result();
}

}  // namespace

Result<UpdateTimeToLive::Request> UpdateTimeToLive::decode(Object body) {
  Input input;
  TRY(read_members<Input>(body, kMembers, input));
  TRY_ASSIGN(std::string table_name, decode_table_name(input.table_name));
  TRY(check_constraints(input));
  return Request{.table_name = std::move(table_name),
                 .enabled = *input.specification->enabled,
                 .attribute = *std::move(input.specification->attribute)};
}

void UpdateTimeToLive::render(const Response& response, std::string& out) {
  out += R"({"TimeToLiveSpecification":{"Enabled":)";
  out += response.enabled ? "true" : "false";
  out += R"(,"AttributeName":)";
  append_json_string(out, response.attribute);
  out += "}}";
}

}  // namespace stator::api
