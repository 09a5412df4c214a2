#include "ops/transaction.h"

#include <utility>

#include "expr/key_limits.h"

namespace stator::ops {

std::unexpected<Error> cancel(std::size_t i, std::size_t count, Error reason) {
  Error error{ErrorCode::kTransactionCanceled, ""};
  error.reasons.assign(count, Error{ErrorCode::kNone, ""});
  error.reasons[i] = std::move(reason);
  return std::unexpected(std::move(error));
}

Result<void> check_key_not_empty(const model::KeySchema& schema, model::MapView key) {
  for (const model::KeyAttribute& attribute : schema.attributes()) {
    const auto value = key.find(attribute.name);
    if (value && value->is(attribute.type)) TRY(expr::check_key_not_empty(attribute, *value));
  }
  return {};
}

Result<void> check_distinct(NamedItems& items, const model::Table& table, model::MapView key) {
  if (items.add(table, key)) return {};
  return fail_validation("Transaction request cannot include multiple operations on one item");
}

}  // namespace stator::ops
