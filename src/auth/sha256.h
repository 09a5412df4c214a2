// SHA-256 and HMAC-SHA-256, by OpenSSL and so by the processor's instructions where it has them.
// Source: FIPS 180-4; RFC 2104.
#pragma once

#include <array>
#include <string_view>

#include <openssl/sha.h>

namespace stator::auth {

class Sha256 {
 public:
  using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

  Sha256();
  Sha256& update(std::string_view bytes);
  // Of all that was given. Nothing more may be.
  [[nodiscard]] Digest finish();

 private:
  SHA256_CTX state_;
};

[[nodiscard]] Sha256::Digest sha256(std::string_view bytes);
[[nodiscard]] std::string_view view(const Sha256::Digest& digest);

using HexDigest = std::array<char, 2 * SHA256_DIGEST_LENGTH>;
// In lower case.
[[nodiscard]] HexDigest to_hex(const Sha256::Digest& digest);
[[nodiscard]] std::string_view view(const HexDigest& digest);

// A key whose two pads are hashed already, which is half of the work of a short HMAC.
class HmacKey {
 public:
  explicit HmacKey(std::string_view key);
  [[nodiscard]] Sha256::Digest sign(std::string_view bytes) const;

 private:
  Sha256 inner_;
  Sha256 outer_;
};

}  // namespace stator::auth
