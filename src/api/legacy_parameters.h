// The parameters that came before expressions, as sent, and on their way to expr/legacy.h: Expected, QueryFilter,
// ScanFilter, KeyConditions, ConditionalOperator, AttributeUpdates, AttributesToGet.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/attribute_value.h"
#include "api/constraints.h"
#include "api/json.h"
#include "api/wording.h"
#include "base/result.h"
#include "expr/condition.h"
#include "expr/legacy.h"
#include "expr/projection.h"
#include "expr/update.h"

namespace stator::api {

// One entry of any of the maps of conditions. `value` and `exists` are read for Expected only.
struct WireCondition {
  std::string attribute;
  std::optional<std::string> comparison_operator;
  std::optional<std::vector<WireValue>> attribute_value_list;
  std::optional<WireValue> value;
  std::optional<bool> exists;
};

struct WireExpected {
  std::vector<WireCondition> entries;
};

// QueryFilter, ScanFilter, KeyConditions.
struct WireConditions {
  std::vector<WireCondition> entries;
};

struct WireAttributeUpdate {
  std::string attribute;
  std::optional<WireValue> value;
  std::optional<std::string> action;
};

Result<void> read(Element element, std::optional<WireExpected>& field);
Result<void> read(Element element, std::optional<WireConditions>& field);
Result<void> read(Element element, std::optional<std::vector<WireAttributeUpdate>>& field);

// `path` is the parameter's: "queryFilter".
void constrain(Constraints& constraints, const std::optional<WireExpected>& sent, std::string_view path);
void constrain(Constraints& constraints, const std::optional<WireConditions>& sent, std::string_view path);
void constrain(Constraints& constraints, const std::optional<std::vector<WireAttributeUpdate>>& sent,
               std::string_view path);
void constrain_attributes_to_get(Constraints& constraints, const std::optional<std::vector<std::string>>& sent);

// ConditionalOperator's values; the older layer checks them among the constraints.
inline constexpr std::string_view kConditionalOperatorSet = "[OR, AND]";
[[nodiscard]] Result<void> check_conditional_operator(Wording wording, const std::optional<std::string>& op);
// ConditionalOperator needs two conditions to join. `conditions` is how many Expected or the filter has.
[[nodiscard]] Result<void> check_conditional_operator_use(const std::optional<std::string>& op, std::size_t conditions);

// How many conditions there are; an empty map is as good as none.
template <class Map>
[[nodiscard]] std::size_t count_of(const std::optional<Map>& sent) {
  return sent ? sent->entries.size() : 0;
}

// No condition if the parameter is absent or empty. `op` has passed its checks.
[[nodiscard]] Result<std::optional<expr::Condition>> compile(Wording wording, const std::optional<WireExpected>& sent,
                                                             const std::optional<std::string>& op);
[[nodiscard]] Result<std::optional<expr::Condition>> compile_filter(Wording wording,
                                                                    const std::optional<WireConditions>& sent,
                                                                    const std::optional<std::string>& op);
[[nodiscard]] Result<expr::Condition> compile_key_conditions(Wording wording, const WireConditions& sent);
[[nodiscard]] Result<expr::Update> compile(Wording wording, const std::vector<WireAttributeUpdate>& sent);
// AttributesToGet.
[[nodiscard]] Result<std::optional<expr::Projection>> compile(const std::optional<std::vector<std::string>>& sent);

}  // namespace stator::api
