// Client token records: what is remembered of a transaction that was sent with a ClientRequestToken.
// docs/formats/records.md describes them byte by byte.
//
//   version (1 byte) | time (8, big-endian) | digest (32) | a varint for each action
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace stator::codec {

inline constexpr std::uint8_t kClientTokenRecordVersion = 1;
inline constexpr std::size_t kRequestDigestBytes = 32;

struct ClientTokenRecord {
  WallTime time;                        // when it was committed
  std::string digest;                   // of the request, kRequestDigestBytes
  std::vector<std::size_t> item_sizes;  // of each action's item, the larger of before and after
};

void append_client_token_record(std::string& out, const ClientTokenRecord& record);

// kCorruption if `bytes` is of another version or cut short.
[[nodiscard]] Result<ClientTokenRecord> read_client_token_record(std::string_view bytes);

}  // namespace stator::codec
