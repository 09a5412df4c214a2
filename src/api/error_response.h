// Errors on the wire: the one switch from codes to HTTP status, __type and body.
#pragma once

#include <string>

#include "base/result.h"

namespace stator::api {

struct ErrorAnswer {
  int status = 400;
  std::string body;
};

[[nodiscard]] ErrorAnswer render_error(const Error& error);

}  // namespace stator::api
