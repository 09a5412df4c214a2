#include "storage/erased.h"

#include <string>

namespace stator::storage {

Result<bool> is_any_there(const kv::Reader& reader, kv::Cursor& cursor, std::string_view prefix) {
  std::string value;
  for (; cursor.valid() && cursor.key().starts_with(prefix); cursor.next()) {
    TRY_ASSIGN(const bool found, reader.get(cursor.key(), kv::Wait::kAllowed, value));
    if (found) return true;
  }
  TRY(cursor.status());
  return false;
}

}  // namespace stator::storage
