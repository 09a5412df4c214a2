// The part of TOML that the config file is written in: tables, dotted and quoted names, texts of every kind, lists.
// Not read are dates, inline tables, arrays of tables and lists in lists. Beyond TOML, a value of one word needs no
// quotes: idle-timeout = 5m.
// Source: toml.io/en/v1.0.0.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stator::config {

// A `key = value`, or the head of a table.
struct TomlEntry {
  std::size_t line = 0;  // from 1
  std::vector<std::string> table;
  std::string key;                  // empty: the table's head
  std::vector<std::string> values;  // one, unless it is a list
  bool is_list = false;
};

// In the order of the text. kValidation: "line 3: ...".
[[nodiscard]] Result<std::vector<TomlEntry>> parse_toml(std::string_view text);

}  // namespace stator::config
