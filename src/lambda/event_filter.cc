#include "lambda/event_filter.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "api/json.h"
#include "lambda/filter_rule.h"

namespace stator::lambda {
namespace {

// The deepest attribute of an item takes 70 levels, with those of the record around it.
constexpr int kMostLevels = 100;
// Of looking a member up; a usual record takes some hundred. With patterns and records as large as they can be, lists
// of small maps take more, and the thread that looks has other records to see to.
constexpr std::uint64_t kMostSteps = 10'000'000;

std::unexpected<Error> fail_pattern() {
  return fail(ErrorCode::kInvalidParameterValue, "Invalid filter pattern definition.");
}

struct Member;

// What a pattern asks of an object: each of the members, and of each list of alternatives one.
struct Pattern {
  std::vector<Member> members;
  std::vector<std::vector<Pattern>> alternatives;
};

struct Member {
  std::string name;
  std::variant<Pattern, std::vector<FilterRule>> wanted;  // of several rules one is enough
};

Result<Pattern> compile_object(api::Object object, int level);

Result<std::vector<FilterRule>> compile_leaf(simdjson::dom::array array) {
  std::vector<FilterRule> rules;
  for (const api::Element element : array) {
    auto rule = FilterRule::compile(element);
    if (!rule) return fail_pattern();
    rules.push_back(*std::move(rule));
  }
  if (rules.empty()) return fail_pattern();
  return rules;
}

Result<std::vector<Pattern>> compile_alternatives(simdjson::dom::array array, int level) {
  std::vector<Pattern> patterns;
  for (const api::Element element : array) {
    api::Object object;
    if (element.get(object) != simdjson::SUCCESS) return fail_pattern();
    TRY_ASSIGN(patterns.emplace_back(), compile_object(object, level));
  }
  if (patterns.empty()) return fail_pattern();
  return patterns;
}

Result<Pattern> compile_object(api::Object object, int level) {
  if (object.size() == 0 || level > kMostLevels) return fail_pattern();
  std::map<std::string_view, api::Element> elements;  // of members of one name the last counts
  for (const auto [name, element] : object) elements.insert_or_assign(name, element);
  Pattern pattern;
  for (const auto& [name, element] : elements) {
    if (api::Object nested; element.get(nested) == simdjson::SUCCESS) {
      TRY_ASSIGN(Pattern compiled, compile_object(nested, level + 1));
      pattern.members.push_back({std::string(name), std::move(compiled)});
      continue;
    }
    simdjson::dom::array array;
    if (element.get(array) != simdjson::SUCCESS) return fail_pattern();
    if (name == "$or") {
      TRY_ASSIGN(pattern.alternatives.emplace_back(), compile_alternatives(array, level + 1));
    } else {
      TRY_ASSIGN(std::vector<FilterRule> rules, compile_leaf(array));
      pattern.members.push_back({std::string(name), std::move(rules)});
    }
  }
  return pattern;
}

Result<Pattern> compile_pattern(const std::string& text) {
  const auto object = api::parse_body(text);
  if (!object) return fail_pattern();
  if (object->size() == 0) return Pattern();
  return compile_object(*object, 1);
}

// Looks whether one record matches. What is not there, and what is of another kind than the pattern has at its place,
// is absent.
class Matcher {
 public:
  bool matches(const Pattern& pattern, const std::optional<api::Object>& object) {
    const auto is_matched = [&](const Pattern& alternative) { return matches(alternative, object); };
    return std::ranges::all_of(pattern.members, [&](const Member& member) { return matches(member, object); }) &&
           std::ranges::all_of(pattern.alternatives, [&](const std::vector<Pattern>& alternatives) {
             return std::ranges::any_of(alternatives, is_matched);
           });
  }

 private:
  enum class Found : std::uint8_t { kNothing, kOther, kMatch };

  bool matches(const Member& member, const std::optional<api::Object>& object) {
    if (steps_ > kMostSteps) return true;
    std::optional<api::Element> value;
    ++steps_;
    if (object) {
      steps_ += object->size();
      if (api::Element found; object->at_key(member.name).get(found) == simdjson::SUCCESS) value = found;
    }
    if (const auto* pattern = std::get_if<Pattern>(&member.wanted)) {
      const Found found = value ? look_for(*pattern, *value) : Found::kNothing;
      return found == Found::kNothing ? matches(*pattern, std::nullopt) : found == Found::kMatch;
    }
    const auto& rules = std::get<std::vector<FilterRule>>(member.wanted);
    const Found found = value ? look_for(rules, *value) : Found::kNothing;
    return found == Found::kNothing ? std::ranges::any_of(rules, &FilterRule::accepts_absence) : found == Found::kMatch;
  }

  // Of an array any element will do.
  template <class Wanted>
  Found look_for(const Wanted& wanted, api::Element value) {
    simdjson::dom::array array;
    if (value.get(array) != simdjson::SUCCESS) return look_at(wanted, value);
    Found found = Found::kNothing;
    for (const api::Element element : array) {
      ++steps_;
      found = std::max(found, look_for(wanted, element));
      if (found == Found::kMatch) break;
    }
    return found;
  }
  Found look_at(const Pattern& pattern, api::Element value) {
    api::Object object;
    if (value.get(object) != simdjson::SUCCESS) return Found::kNothing;
    return matches(pattern, object) ? Found::kMatch : Found::kOther;
  }
  Found look_at(const std::vector<FilterRule>& rules, api::Element value) {
    if (value.is_object()) return Found::kNothing;
    steps_ += rules.size();
    const auto accepts = [&](const FilterRule& rule) { return rule.accepts(value); };
    return std::ranges::any_of(rules, accepts) ? Found::kMatch : Found::kOther;
  }

  std::uint64_t steps_ = 0;
};

}  // namespace

struct EventFilter::Impl {
  std::vector<Pattern> patterns;
};

Result<EventFilter> EventFilter::compile(std::span<const std::string> patterns) {
  auto impl = std::make_shared<Impl>();
  for (const std::string& pattern : patterns) {
    TRY_ASSIGN(impl->patterns.emplace_back(), compile_pattern(pattern));
  }
  return EventFilter(std::move(impl));
}

bool EventFilter::matches(std::string_view record) const {
  if (impl_->patterns.empty()) return true;
  const auto object = api::parse_body(record);
  Matcher matcher;  // one, so that its steps are those of all patterns
  const bool is_matched = object && std::ranges::any_of(impl_->patterns, [&](const Pattern& pattern) {
                            return matcher.matches(pattern, *object);
                          });
  api::finish_body();
  return is_matched;
}

}  // namespace stator::lambda
