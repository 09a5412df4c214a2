// The functions and destinations that the options declare.
#pragma once

#include <memory>

#include "base/random.h"
#include "base/result.h"
#include "config/options.h"
#include "lambda/targets.h"

namespace stator::server {

// kValidation, with what is wrong with a declaration. `random` must live as long as the targets.
[[nodiscard]] Result<std::unique_ptr<lambda::Targets>> make_targets(const config::ServeOptions& options,
                                                                    Random& random);

}  // namespace stator::server
