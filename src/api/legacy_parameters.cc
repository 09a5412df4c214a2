#include "api/legacy_parameters.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace stator::api {
namespace {

constexpr std::string_view kComparisonOperatorSet =
    "[IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]";
constexpr std::string_view kActionSet = "[ADD, PUT, DELETE]";

constexpr std::pair<std::string_view, expr::ComparisonOperator> kComparisonOperators[] = {
    {"EQ", expr::ComparisonOperator::kEq},
    {"NE", expr::ComparisonOperator::kNe},
    {"IN", expr::ComparisonOperator::kIn},
    {"LE", expr::ComparisonOperator::kLe},
    {"LT", expr::ComparisonOperator::kLt},
    {"GE", expr::ComparisonOperator::kGe},
    {"GT", expr::ComparisonOperator::kGt},
    {"BETWEEN", expr::ComparisonOperator::kBetween},
    {"NOT_NULL", expr::ComparisonOperator::kNotNull},
    {"NULL", expr::ComparisonOperator::kNull},
    {"CONTAINS", expr::ComparisonOperator::kContains},
    {"NOT_CONTAINS", expr::ComparisonOperator::kNotContains},
    {"BEGINS_WITH", expr::ComparisonOperator::kBeginsWith},
};

constexpr std::array kConditionMembers{
    member<&WireCondition::attribute_value_list>("AttributeValueList"),
    member<&WireCondition::comparison_operator>("ComparisonOperator"),
};

constexpr std::array kExpectedMembers{
    member<&WireCondition::value>("Value"),
    member<&WireCondition::exists>("Exists"),
    member<&WireCondition::comparison_operator>("ComparisonOperator"),
    member<&WireCondition::attribute_value_list>("AttributeValueList"),
};

constexpr std::array kAttributeUpdateMembers{
    member<&WireAttributeUpdate::value>("Value"),
    member<&WireAttributeUpdate::action>("Action"),
};

// A map from attribute names to structures of the Java class `java_class`.
template <class Entry>
Result<std::vector<Entry>> read_entries(Element element, std::string_view java_class,
                                        std::span<const Member<Entry>> members) {
  TRY_ASSIGN(const Object object,
             read_map(element,
                      fmt::format("java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.{}>", java_class)));
  TRY(check_distinct_names(object));
  std::vector<Entry> entries;
  entries.reserve(object.size());
  for (auto [name, part] : object) {
    TRY_ASSIGN(const Object structure, read_structure(part, java_class, Place::kElement));
    entries.emplace_back().attribute = name;
    TRY(read_members<Entry>(structure, members, entries.back()));
  }
  return entries;
}

void constrain_operators(Constraints& constraints, const std::vector<WireCondition>& entries, std::string_view path,
                         bool required) {
  for (const WireCondition& entry : entries) {
    const std::string member_path = fmt::format("{}.{}.member.comparisonOperator", path, entry.attribute);
    if (required) constraints.not_null(entry.comparison_operator.has_value(), member_path);
    constraints.one_of(entry.comparison_operator, member_path, kComparisonOperatorSet);
  }
}

std::optional<expr::ComparisonOperator> comparison_of(const std::optional<std::string>& name) {
  const auto* const found =
      std::ranges::find_if(kComparisonOperators, [&](const auto& op) { return name == op.first; });
  return found == std::end(kComparisonOperators) ? std::nullopt : std::optional(found->second);
}

expr::ConditionalOperator conditional_of(const std::optional<std::string>& op) {
  return op == "OR" ? expr::ConditionalOperator::kOr : expr::ConditionalOperator::kAnd;
}

const ValueProblem* problem_of(const WireCondition& entry) {
  if (entry.value && entry.value->problem) return &*entry.value->problem;
  if (!entry.attribute_value_list) return nullptr;
  for (const WireValue& value : *entry.attribute_value_list) {
    if (value.problem) return &*value.problem;
  }
  return nullptr;
}

const ValueProblem* problem_of(const WireAttributeUpdate& entry) {
  return entry.value && entry.value->problem ? &*entry.value->problem : nullptr;
}

expr::LegacyCondition typed(const WireCondition& entry) {
  expr::LegacyCondition condition{.attribute = entry.attribute,
                                  .comparison = comparison_of(entry.comparison_operator),
                                  .attribute_value_list = {},
                                  .value = {},
                                  .exists = entry.exists};
  if (entry.value) condition.value = entry.value->value;
  if (entry.attribute_value_list) {
    auto& values = condition.attribute_value_list.emplace();
    for (const WireValue& value : *entry.attribute_value_list) values.push_back(value.value);
  }
  return condition;
}

expr::AttributeUpdate typed(const WireAttributeUpdate& entry) {
  expr::AttributeUpdate update{.attribute = entry.attribute, .value = {}, .action = expr::AttributeAction::kPut};
  if (entry.value) update.value = entry.value->value;
  if (entry.action == "ADD") update.action = expr::AttributeAction::kAdd;
  if (entry.action == "DELETE") update.action = expr::AttributeAction::kDelete;
  return update;
}

template <class Entry>
Result<void> any_form(const Entry&) {
  return {};
}

Result<void> expected_form(const WireCondition& entry) {
  return expr::check_form({.attribute = entry.attribute,
                           .comparison = comparison_of(entry.comparison_operator),
                           .exists = entry.exists,
                           .has_value = entry.value.has_value(),
                           .has_list = entry.attribute_value_list.has_value()});
}

// Compiles the entries; of several faults the first entry's is reported, be it in its form, its values or its use of
// them.
template <class Entry, class Compile>
auto compile_entries(Wording wording, const std::vector<Entry>& sent, Compile compile,
                     Result<void> (*check_form)(const Entry&) = any_form<Entry>)
    -> decltype(compile({typed(sent.front())})) {
  std::vector<decltype(typed(sent.front()))> entries;
  for (const Entry& entry : sent) {
    if (const auto form = worded(wording, check_form(entry)); !form) {
      if (!entries.empty()) TRY(worded(wording, compile(entries)));
      return std::unexpected(form.error());
    }
    if (const ValueProblem* problem = problem_of(entry)) {
      if (!entries.empty()) TRY(worded(wording, compile(entries)));
      return fail_value(wording, *problem);
    }
    entries.push_back(typed(entry));
  }
  return worded(wording, compile(entries));
}

}  // namespace

Result<void> read(Element element, std::optional<WireExpected>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(field.emplace().entries, read_entries<WireCondition>(element, "ExpectedAttributeValue", kExpectedMembers));
  return {};
}

Result<void> read(Element element, std::optional<WireConditions>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(field.emplace().entries, read_entries<WireCondition>(element, "Condition", kConditionMembers));
  return {};
}

Result<void> read(Element element, std::optional<std::vector<WireAttributeUpdate>>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(field, read_entries<WireAttributeUpdate>(element, "AttributeValueUpdate", kAttributeUpdateMembers));
  return {};
}

void constrain(Constraints& constraints, const std::optional<WireExpected>& sent, std::string_view path) {
  if (sent) constrain_operators(constraints, sent->entries, path, false);
}

void constrain(Constraints& constraints, const std::optional<WireConditions>& sent, std::string_view path) {
  if (sent) constrain_operators(constraints, sent->entries, path, true);
}

void constrain(Constraints& constraints, const std::optional<std::vector<WireAttributeUpdate>>& sent,
               std::string_view path) {
  if (!sent) return;
  for (const WireAttributeUpdate& entry : *sent) {
    constraints.one_of(entry.action, fmt::format("{}.{}.member.action", path, entry.attribute), kActionSet);
  }
}

void constrain_attributes_to_get(Constraints& constraints, const std::optional<std::vector<std::string>>& sent) {
  if (!sent || !sent->empty()) return;
  constraints.add("[]", "attributesToGet", "Member must have length greater than or equal to 1");
}

Result<void> check_conditional_operator(Wording wording, const std::optional<std::string>& op) {
  if (!op || *op == "AND" || *op == "OR") return {};
  // The service's own words, ALL for AND.
  return fail_worded(wording, "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]");
}

Result<void> check_conditional_operator_use(const std::optional<std::string>& op, std::size_t conditions) {
  if (!op || conditions > 1) return {};
  return fail_validation(conditions == 0
                             ? "ConditionalOperator cannot be used without Filter or Expected"
                             : "ConditionalOperator can only be used when Filter or Expected has two or more elements");
}

Result<std::optional<expr::Condition>> compile(Wording wording, const std::optional<WireExpected>& sent,
                                               const std::optional<std::string>& op) {
  if (count_of(sent) == 0) return std::nullopt;
  return compile_entries(
      wording, sent->entries,
      [&](const std::vector<expr::LegacyCondition>& expected) {
        return expr::compile_expected(expected, conditional_of(op));
      },
      expected_form);
}

Result<std::optional<expr::Condition>> compile_filter(Wording wording, const std::optional<WireConditions>& sent,
                                                      const std::optional<std::string>& op) {
  if (count_of(sent) == 0) return std::nullopt;
  return compile_entries(wording, sent->entries, [&](const std::vector<expr::LegacyCondition>& filter) {
    return expr::compile_filter(filter, conditional_of(op));
  });
}

Result<expr::Condition> compile_key_conditions(Wording wording, const WireConditions& sent) {
  return compile_entries(wording, sent.entries, expr::compile_key_conditions);
}

Result<expr::Update> compile(Wording wording, const std::vector<WireAttributeUpdate>& sent) {
  return compile_entries(wording, sent, expr::compile_attribute_updates);
}

Result<std::optional<expr::Projection>> compile(const std::optional<std::vector<std::string>>& sent) {
  if (!sent) return std::nullopt;
  return expr::compile_attributes_to_get(*sent);
}

}  // namespace stator::api
