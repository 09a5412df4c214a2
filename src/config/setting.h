// The settings of `stator serve`: one table from which flags, environment variables, config file keys, their checks
// and their help all come.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/options.h"

namespace stator::config {

struct Setting {
  std::string_view name;         // "max-body": --max-body, STATOR_MAX_BODY, max-body = ...
  std::string_view placeholder;  // what a value is called in the help; empty for a switch, which may stand alone
  std::string_view help;
  // kValidation, with what is wrong with the text, if it is not a value of this setting.
  std::function<Result<void>(ServeOptions&, std::string_view text)> set;
  // The value as text that `set` reads.
  std::function<std::string(const ServeOptions&)> show;
};

// In the order of the help.
[[nodiscard]] std::span<const Setting> serve_settings();

// "STATOR_MAX_BODY" of "max-body".
[[nodiscard]] std::string environment_name(std::string_view setting);

}  // namespace stator::config
