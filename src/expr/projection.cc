#include "expr/projection.h"

#include "expr/resolve.h"

namespace stator::expr {
namespace {

Result<Projection> compile(std::string_view text, Placeholders& placeholders) {
  TRY_ASSIGN(const auto parsed, parse_projection(text));
  return resolve_projection(parsed, placeholders);
}

}  // namespace

Result<Projection> compile_projection(std::string_view text, Placeholders& placeholders) {
  auto projection = compile(text, placeholders);
  if (!projection) return in_parameter("ProjectionExpression", std::move(projection).error());
  return projection;
}

}  // namespace stator::expr
