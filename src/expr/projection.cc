#include "expr/projection.h"

#include "expr/resolve.h"
#include "expr/statement_size.h"

namespace stator::expr {
namespace {

Result<Projection> compile(std::string_view text, Placeholders& placeholders) {
  TRY_ASSIGN(const auto parsed, parse_projection(text));
  TRY_ASSIGN(Projection projection, resolve_projection(parsed, placeholders));
  TRY(check_filled_size(filled_size(projection)));
  return projection;
}

}  // namespace

Result<Projection> compile_projection(std::string_view text, Placeholders& placeholders) {
  auto projection = compile(text, placeholders);
  if (!projection) return in_parameter("ProjectionExpression", std::move(projection).error());
  return projection;
}

}  // namespace stator::expr
