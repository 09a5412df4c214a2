#include "base/random.h"

#include <string_view>

namespace stator {

std::uint64_t SystemRandom::next() {
  thread_local std::mt19937_64 engine = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  return engine();
}

std::string make_uuid(Random& random) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const std::uint64_t high = (random.next() & ~0xf000ULL) | 0x4000ULL;
  const std::uint64_t low = (random.next() & ~(3ULL << 62)) | (2ULL << 62);
  std::string out;
  out.reserve(36);
  for (unsigned nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) out.push_back('-');
    const std::uint64_t half = nibble < 16 ? high : low;
    out.push_back(kHex[(half >> (60 - 4 * (nibble % 16))) & 0xf]);
  }
  return out;
}

std::string make_request_id(Random& random) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  constexpr std::size_t kLength = 52;
  constexpr std::size_t kPerDraw = 10;  // 36^10 is far below 2^64, so that the bias is not worth a thought
  std::string out;
  out.reserve(kLength);
  std::uint64_t draw = 0;
  for (std::size_t i = 0; i < kLength; ++i) {
    if (i % kPerDraw == 0) draw = random.next();
    out.push_back(kAlphabet[draw % kAlphabet.size()]);
    draw /= kAlphabet.size();
  }
  return out;
}

}  // namespace stator
