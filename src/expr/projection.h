// Projection expressions and AttributesToGet, compiled: paths, pairwise disjoint.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/placeholders.h"
#include "model/document_path.h"

namespace stator::expr {

using Projection = std::vector<model::DocumentPath>;

[[nodiscard]] Result<Projection> compile_projection(std::string_view text, Placeholders& placeholders);

}  // namespace stator::expr
