// Content codings: unpacking requests, packing answers, and the choice between them. Source: RFC 9110 sections 8.4
// and 12.5.3; what DynamoDB makes of Accept-Encoding was observed on the service.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stator::http {

enum class Coding : std::uint8_t { kIdentity, kGzip, kDeflate };

enum class Unpacked : std::uint8_t {
  kOk,
  kTooLarge,  // the limit is passed; no more than it was unpacked
  kBad,       // an unknown coding, or bytes that are not of it
};

// Unpacks `body`, to which the codings of the Content-Encoding header `codings` were applied (several: in their
// order), into `out`. Gzip may be of several members; deflate of zlib's format or raw.
[[nodiscard]] Unpacked unpack(std::string_view codings, std::string_view body, std::size_t max_bytes, std::string& out);

// The coding that an Accept-Encoding header asks for: the highest q-value, the first listed of equals; `*` means gzip,
// `identity` and what is not known are passed over, q=0 refuses.
[[nodiscard]] Coding choose_coding(std::string_view accept_encoding);

// The name in Content-Encoding.
[[nodiscard]] std::string_view coding_name(Coding coding);

// `body` packed. Empty if zlib cannot (it has no memory).
[[nodiscard]] std::string pack(Coding coding, std::string_view body);

// The CRC-32 that x-amz-crc32 carries.
[[nodiscard]] std::uint32_t crc32_of(std::string_view bytes);

}  // namespace stator::http
