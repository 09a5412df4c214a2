// The sections of the config file that declare what triggers call and when: [functions.NAME], [destinations.NAME] and
// [triggers.NAME].
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "config/options.h"
#include "config/toml.h"

namespace stator::config {

// True if the entry is of such a section.
[[nodiscard]] bool is_section(const TomlEntry& entry);

// Reads all that are of such sections into `options`. Relative paths stay so: they are taken from the working
// directory. `path` names the file in errors. kValidation: "stator.toml:3: [functions.audit]: url: ...".
Result<void> read_sections(std::span<const TomlEntry> entries, const std::string& path, ServeOptions& options);

// What sections need of each other, and of settings that may come from elsewhere. kValidation, as above.
Result<void> check_sections(const ServeOptions& options, const std::string& path);

}  // namespace stator::config
