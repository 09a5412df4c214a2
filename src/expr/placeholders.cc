#include "expr/placeholders.h"

#include <fmt/format.h>

namespace stator::expr {
namespace {

template <class Map>
Result<void> check_used(std::string_view parameter, const Map& map, const std::set<std::string, std::less<>>& used) {
  std::string unused;
  for (const auto& [placeholder, meaning] : map) {
    if (!used.contains(placeholder)) unused += (unused.empty() ? "" : ", ") + placeholder;
  }
  if (unused.empty()) return {};
  return fail_validation(fmt::format("Value provided in {} unused in expressions: keys: {{{}}}", parameter, unused));
}

}  // namespace

const std::string* Placeholders::name(std::string_view placeholder) {
  const auto found = names_.find(placeholder);
  if (found == names_.end()) return nullptr;
  used_.insert(found->first);
  return &found->second;
}

std::optional<model::ValueView> Placeholders::value(std::string_view placeholder) {
  const auto found = values_.find(placeholder);
  if (found == values_.end()) return std::nullopt;
  used_.insert(found->first);
  return found->second.view();
}

Result<void> Placeholders::check_all_used() const {
  TRY(check_used("ExpressionAttributeNames", names_, used_));
  return check_used("ExpressionAttributeValues", values_, used_);
}

}  // namespace stator::expr
