// The triggers that the options declare.
#pragma once

#include <vector>

#include "config/options.h"
#include "lambda/declared_triggers.h"

namespace stator::server {

[[nodiscard]] std::vector<lambda::DeclaredTrigger> declared_triggers(const config::ServeOptions& options);

}  // namespace stator::server
