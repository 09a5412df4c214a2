// What the parameters around expressions have in common: which may come together, and the maps of names and values.
// Source: docs/compatibility.md; docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/attribute_value.h"
#include "api/wording.h"
#include "base/result.h"
#include "expr/placeholders.h"

namespace stator::api {

// ExpressionAttributeNames and ExpressionAttributeValues as sent.
using WireNames = std::vector<std::pair<std::string, std::string>>;

struct Given {
  std::string_view name;
  bool given = false;
};

// "Can not use both expression and non-expression parameters in the same request: ...". In the service's order.
[[nodiscard]] Result<void> check_mixing(Wording wording, std::initializer_list<Given> legacy,
                                        std::initializer_list<Given> expressions);

// Names and values are of use only to expressions.
struct PlaceholderUse {
  bool names = false;
  bool values = false;
  bool any_expression = false;
  bool any_with_values = false;         // an expression that may hold values
  std::string_view values_reason = {};  // what the message about values ends with
};
[[nodiscard]] Result<void> check_placeholder_use(Wording wording, const PlaceholderUse& use);

// The maps for the expressions: not empty, their keys placeholders, their values without problems, each map of 2 MB at
// most.
[[nodiscard]] Result<expr::Placeholders> make_placeholders(Wording wording, std::optional<WireNames> names,
                                                           std::optional<WireValues> values);

}  // namespace stator::api
