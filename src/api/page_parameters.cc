#include "api/page_parameters.h"

#include <utility>

#include <fmt/format.h>

namespace stator::api {
namespace {

constexpr std::string_view kSelectSet = "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]";
constexpr std::size_t kMinIndexNameLength = 3;
constexpr std::size_t kMaxIndexNameLength = 255;

// A projection with a Select that leaves it nothing to choose.
std::unexpected<Error> fail_select(std::string_view parameter, std::string_view select, Wording wording) {
  return fail_worded(wording, fmt::format("Cannot specify the {} when choosing to get {}", parameter,
                                          select == "COUNT" ? "only the Count" : select));
}

}  // namespace

void constrain_select_and_index(Constraints& constraints, const PageInput& input) {
  constraints.one_of(input.select, "select", kSelectSet);
  constraints.name_pattern(input.index_name, "indexName");
  constraints.length_between(input.index_name, "indexName", kMinIndexNameLength, kMaxIndexNameLength);
}

Result<std::optional<model::Item>> take_starting_key(Wording wording, std::optional<WireItem> sent) {
  if (!sent) return std::nullopt;
  if (sent->problem && sent->problem->prefixed) {
    return fail_validation(fmt::format("The provided starting key is invalid: {}", sent->problem->text(wording.layer)));
  }
  return take_item(wording, *std::move(sent));
}

Result<void> check_select(const PageInput& input, const std::optional<expr::Projection>& projection, Wording wording) {
  if (!input.select) return {};
  const std::string& select = *input.select;
  if (select == "SPECIFIC_ATTRIBUTES") {
    if (projection) return {};
    return fail_worded(
        wording, "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  }
  if (input.projection_expression) return fail_select("ProjectionExpression", select, wording);
  if (input.attributes_to_get) return fail_select("AttributesToGet", select, wording);
  if (select == "ALL_PROJECTED_ATTRIBUTES" && !input.index_name) {
    return fail_worded(wording, "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
  return {};
}

Select select_of(const std::optional<std::string>& select) {
  constexpr std::pair<std::string_view, Select> kNames[] = {
      {"ALL_ATTRIBUTES", Select::kAllAttributes},
      {"ALL_PROJECTED_ATTRIBUTES", Select::kAllProjectedAttributes},
      {"SPECIFIC_ATTRIBUTES", Select::kSpecificAttributes},
      {"COUNT", Select::kCount},
  };
  for (const auto& [name, meaning] : kNames) {
    if (select == name) return meaning;
  }
  return Select::kDefault;
}

void render_page(const PageResponse& response, std::string& out) {
  out.push_back('{');
  if (!response.count_only) {
    out.reserve(out.size() + rendered_size(response.items));
    out.append("\"Items\":");
    append_items(out, response.items);
    out.push_back(',');
  }
  fmt::format_to(std::back_inserter(out), R"("Count":{},"ScannedCount":{})", response.count, response.scanned_count);
  if (response.last_evaluated_key) {
    out.append(",\"LastEvaluatedKey\":");
    append_item(out, response.last_evaluated_key->view());
  }
  if (response.consumed) {
    out.append(",\"ConsumedCapacity\":");
    append_consumed_capacity(out, *response.consumed);
  }
  out.push_back('}');
}

}  // namespace stator::api
