// Table records: the value under a table's key. docs/formats/records.md.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/table.h"

namespace stator::codec {

[[nodiscard]] std::string encode_table(const model::Table& table);
[[nodiscard]] Result<model::Table> decode_table(std::string_view bytes);

}  // namespace stator::codec
