// What a key's value may not be, be it an item's, a Key's or a key condition's. Values of the attribute's type.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html.
#pragma once

#include "base/result.h"
#include "model/table.h"
#include "model/value.h"

namespace stator::expr {

enum class KeyPart : std::uint8_t { kPartition, kSort };

// Strings and binaries of a key have at least a byte.
[[nodiscard]] Result<void> check_key_not_empty(const model::KeyAttribute& attribute, model::ValueView value);

// At most 2048 bytes in a partition key and 1024 in a sort key.
[[nodiscard]] Result<void> check_key_size(KeyPart part, model::ValueView value);

}  // namespace stator::expr
