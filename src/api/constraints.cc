#include "api/constraints.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace stator::api {
namespace {

constexpr std::size_t kMostReported = 10;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

// The service counts UTF-16 units.
std::size_t length_of(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0U) != 0x80U ? (byte >= 0xF0U ? 2U : 1U) : 0U;
  }
  return units;
}

}  // namespace

void Constraints::add(const std::optional<std::string>& value, std::string_view path, std::string_view constraint) {
  problems_.push_back(value
                          ? fmt::format("Value '{}' at '{}' failed to satisfy constraint: {}", *value, path, constraint)
                          : fmt::format("Value null at '{}' failed to satisfy constraint: {}", path, constraint));
}

void Constraints::not_null(bool present, std::string_view path) {
  if (!present) add(std::nullopt, path, "Member must not be null");
}

void Constraints::one_of(const std::optional<std::string>& value, std::string_view path, std::string_view set) {
  if (!value) return;
  std::string_view rest = set.substr(1, set.size() - 2);
  while (!rest.empty()) {
    const std::size_t comma = rest.find(", ");
    if (rest.substr(0, comma) == *value) return;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 2);
  }
  add(value, path, fmt::format("Member must satisfy enum value set: {}", set));
}

void Constraints::length_between(const std::optional<std::string>& value, std::string_view path, std::size_t least,
                                 std::size_t most) {
  if (!value) return;
  const std::size_t length = length_of(*value);
  if (length < least) add(value, path, fmt::format("Member must have length greater than or equal to {}", least));
  if (length > most) add(value, path, fmt::format("Member must have length less than or equal to {}", most));
}

void Constraints::at_least(const std::optional<std::int64_t>& value, std::string_view path, std::int64_t least) {
  if (!value || *value >= least) return;
  add(fmt::to_string(*value), path, fmt::format("Member must have value greater than or equal to {}", least));
}

void Constraints::at_most(const std::optional<std::int64_t>& value, std::string_view path, std::int64_t most) {
  if (!value || *value <= most) return;
  add(fmt::to_string(*value), path, fmt::format("Member must have value less than or equal to {}", most));
}

void Constraints::name_pattern(const std::optional<std::string>& value, std::string_view path) {
  if (!value || (!value->empty() && std::ranges::all_of(*value, is_name_character))) return;
  add(value, path, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
}

Result<void> Constraints::result() const {
  if (problems_.empty()) return {};
  const std::size_t count = std::min(problems_.size(), kMostReported);
  return fail_validation(
      fmt::format("{} validation error{} detected: {}", count, count == 1 ? "" : "s",
                  fmt::join(problems_.begin(), problems_.begin() + static_cast<std::ptrdiff_t>(count), "; ")));
}

}  // namespace stator::api
