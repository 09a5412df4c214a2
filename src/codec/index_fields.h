// A secondary index within its table's record. docs/formats/records.md.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/table.h"

namespace stator::codec {

[[nodiscard]] std::string encode_index(const model::Index& index);
[[nodiscard]] Result<model::Index> decode_index(std::string_view bytes);

}  // namespace stator::codec
