// Sequence numbers: where a change stands in the order of all commits, as the API of streams tells it. 31 decimal
// digits, so that the order of the texts is the order of the changes:
//
//   1 | commit number (20 digits) | place in the commit (10 digits)
//
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html: 21 to 40 digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "codec/keys.h"

namespace stator::streams {

[[nodiscard]] std::string sequence_number(codec::LogPosition position);

// None for what sequence_number() never makes.
[[nodiscard]] std::optional<codec::LogPosition> parse_sequence_number(std::string_view text);

}  // namespace stator::streams
