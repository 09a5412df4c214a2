// What a key's value may not be, be it an item's, a Key's or a key condition's. Values of the attribute's type.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/table.h"
#include "model/value.h"

namespace stator::expr {

enum class KeyPart : std::uint8_t { kPartition, kSort };

// Strings and binaries of a key have at least a byte. `index` is the name of the index whose key it is, empty for the
// table's.
[[nodiscard]] Result<void> check_key_not_empty(const model::KeyAttribute& attribute, model::ValueView value,
                                               std::string_view index = {});
[[nodiscard]] std::unexpected<Error> fail_empty_key(const model::KeyAttribute& attribute, std::string_view index);

// At most 2048 bytes in a partition key and 1024 in a sort key.
[[nodiscard]] Result<void> check_key_size(KeyPart part, model::ValueView value);

}  // namespace stator::expr
