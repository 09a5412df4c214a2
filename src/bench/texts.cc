#include "bench/texts.h"

#include <string>

#include "base/random.h"
#include "bench/distribution.h"

namespace stator::bench {
namespace {

constexpr std::size_t kPlaces = 1UL << 20;  // far more than a compressor looks back

std::string make_pool() {
  constexpr std::string_view kCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  SeededRandom random(1);
  std::string pool(kPlaces + kLongestText, ' ');
  for (char& c : pool) c = kCharacters[draw_below(random, kCharacters.size())];
  return pool;
}

}  // namespace

std::string_view text_of(std::uint64_t which, std::size_t bytes) {
  static const std::string kPool = make_pool();
  constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;  // scatters neighbours
  return std::string_view(kPool).substr((which * kGolden >> 32U) % kPlaces, bytes);
}

}  // namespace stator::bench
