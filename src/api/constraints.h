// The model's constraints: collected, and reported together as
// "2 validation errors detected: Value '...' at '...' failed to satisfy constraint: ...; Value ...".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stator::api {

// Paths are the service's: members begin lower-case, list elements are "keySchema.1.member.keyType".
class Constraints {
 public:
  // "Value '<value>' at '<path>' failed to satisfy constraint: <constraint>"; no value prints as null, unquoted.
  void add(const std::optional<std::string>& value, std::string_view path, std::string_view constraint);

  void not_null(bool present, std::string_view path);
  // `set` as the service prints it: "[INDEXES, TOTAL, NONE]". An absent value is fine.
  void one_of(const std::optional<std::string>& value, std::string_view path, std::string_view set);
  void length_between(const std::optional<std::string>& value, std::string_view path, std::size_t least,
                      std::size_t most);
  void at_least(const std::optional<std::int64_t>& value, std::string_view path, std::int64_t least);
  void at_most(const std::optional<std::int64_t>& value, std::string_view path, std::int64_t most);
  // [a-zA-Z0-9_.-]+
  void name_pattern(const std::optional<std::string>& value, std::string_view path);

  [[nodiscard]] Result<void> result() const;

 private:
  std::vector<std::string> problems_;
};

}  // namespace stator::api
