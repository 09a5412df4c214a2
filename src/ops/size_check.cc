#include "ops/size_check.h"

#include <algorithm>

#include "model/limits.h"

namespace stator::ops {
namespace {

bool is_local(const storage::IndexEntries& entries) { return entries.index().kind == model::IndexKind::kLocal; }

bool fits(const storage::TableHandle& table, const model::Item& item, std::size_t size) {
  if (size > model::kMaxItemBytes) return false;
  // An entry is never larger than its item.
  const auto count = static_cast<std::size_t>(std::ranges::count_if(table.indexes(), is_local));
  if (size * (1 + count) <= model::kMaxItemBytes) return true;
  const storage::KeyValues keys = table.key_values(item.view());
  std::size_t total = size;
  for (const storage::IndexEntries& entries : table.indexes()) {
    if (is_local(entries) && entries.has(keys)) total += entries.project(item.value(), size).size();
  }
  return total <= model::kMaxItemBytes;
}

std::unexpected<Error> fail_update() {
  return fail_validation("Item size to update has exceeded the maximum allowed size");
}

}  // namespace

Result<void> check_size(const storage::TableHandle& table, const model::Item& item, std::size_t size) {
  if (!fits(table, item, size)) return fail_validation("Item size has exceeded the maximum allowed size");
  return {};
}

Result<void> check_updated_size(const storage::TableHandle& table, const model::Item& item, std::size_t size) {
  if (!fits(table, item, size)) return fail_update();
  return {};
}

Result<void> check_statement_size(std::size_t size) {
  if (size > model::kMaxItemBytes) return fail_update();
  return {};
}

}  // namespace stator::ops
