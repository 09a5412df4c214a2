// The triggers that the options declare.
#pragma once

#include <vector>

#include "base/result.h"
#include "config/options.h"
#include "lambda/declared_triggers.h"

namespace stator::server {

// Their functions as whole ARNs. kValidation: one of another account or region than the trigger's, or two triggers of
// the same table and function.
[[nodiscard]] Result<std::vector<lambda::DeclaredTrigger>> declared_triggers(const config::ServeOptions& options);

}  // namespace stator::server
