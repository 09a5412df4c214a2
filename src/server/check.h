// `stator check`: whether all that a data folder keeps twice agrees.
#pragma once

#include "config/options.h"

namespace stator::server {

// Prints what it finds. Returns the exit code: 0 if all agrees, 1 if not or if the data cannot be read. The data must
// not be in use.
[[nodiscard]] int check(const config::CheckOptions& options);

}  // namespace stator::server
