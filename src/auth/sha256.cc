// OpenSSL 3 would have EVP_MD_CTX for these. Such a context cannot be copied without the heap, which takes longer than
// the hashing of the pads that a copy is to save.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "auth/sha256.h"

#include <cstddef>

namespace stator::auth {
namespace {

constexpr std::size_t kBlockBytes = SHA256_CBLOCK;
constexpr unsigned char kInnerPad = 0x36;
constexpr unsigned char kOuterPad = 0x5c;

}  // namespace

Sha256::Sha256() { SHA256_Init(&state_); }

Sha256& Sha256::update(std::string_view bytes) {
  SHA256_Update(&state_, bytes.data(), bytes.size());
  return *this;
}

Sha256::Digest Sha256::finish() {
  Digest digest;
  SHA256_Final(digest.data(), &state_);
  return digest;
}

Sha256::Digest sha256(std::string_view bytes) { return Sha256().update(bytes).finish(); }

std::string_view view(const Sha256::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

HexDigest to_hex(const Sha256::Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  HexDigest hex;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    hex[2 * i] = kDigits[digest[i] >> 4];
    hex[2 * i + 1] = kDigits[digest[i] & 15];
  }
  return hex;
}

std::string_view view(const HexDigest& digest) { return {digest.data(), digest.size()}; }

HmacKey::HmacKey(std::string_view key) {
  const Sha256::Digest short_key = key.size() > kBlockBytes ? sha256(key) : Sha256::Digest{};
  if (key.size() > kBlockBytes) key = view(short_key);
  const auto pad = [key](unsigned char with) {
    std::array<char, kBlockBytes> block;
    for (std::size_t i = 0; i < block.size(); ++i) {
      const auto byte = static_cast<unsigned char>(i < key.size() ? key[i] : 0);
      block[i] = static_cast<char>(byte ^ with);
    }
    return block;
  };
  const auto inner = pad(kInnerPad);
  const auto outer = pad(kOuterPad);
  inner_.update({inner.data(), inner.size()});
  outer_.update({outer.data(), outer.size()});
}

Sha256::Digest HmacKey::sign(std::string_view bytes) const {
  const Sha256::Digest digest = Sha256(inner_).update(bytes).finish();
  return Sha256(outer_).update(view(digest)).finish();
}

}  // namespace stator::auth
