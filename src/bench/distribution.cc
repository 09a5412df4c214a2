#include "bench/distribution.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace stator::bench {
namespace {

// splitmix64's finaliser.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

double draw_unit(Random& random) { return static_cast<double>(random.next() >> 11) * 0x1p-53; }

std::uint64_t draw_below(Random& random, std::uint64_t count) {
  // Of 64 bits and counts below 2^40 the rest is no more often one than another by one in 2^24.
  return random.next() % count;
}

Zipfian::Zipfian(std::uint64_t count, double exponent) : exponent_(exponent), count_(count) {
  from_ = integral(1.5) - 1;
  to_ = integral(static_cast<double>(count) + 0.5);
  near_ = 2 - inverse(integral(2.5) - weight(2));
}

void Zipfian::grow(std::uint64_t count) {
  if (count <= count_) return;
  count_ = count;
  to_ = integral(static_cast<double>(count) + 0.5);
}

double Zipfian::weight(double x) const { return std::exp(-exponent_ * std::log(x)); }

// Of weight, up to a constant.
double Zipfian::integral(double x) const {
  const double power = 1 - exponent_;
  return std::expm1(power * std::log(x)) / power;
}

double Zipfian::inverse(double y) const {
  const double power = 1 - exponent_;
  return std::exp(std::log1p(y * power) / power);
}

std::uint64_t Zipfian::draw(Random& random) const {
  const auto most = static_cast<double>(count_);
  while (true) {
    const double u = to_ + draw_unit(random) * (from_ - to_);
    const double x = inverse(u);
    const double rank = std::clamp(std::floor(x + 0.5), 1.0, most);
    if (rank - x <= near_ || u >= integral(rank + 0.5) - weight(rank)) return static_cast<std::uint64_t>(rank) - 1;
  }
}

Permutation::Permutation(std::uint64_t count, std::uint64_t seed) : count_(count), seed_(mix(seed + 1)), half_bits_(1) {
  while (half_bits_ < 31 && (1ULL << (2 * half_bits_)) < count) ++half_bits_;
}

std::uint64_t Permutation::operator()(std::uint64_t i) const {
  constexpr unsigned kRounds = 4;
  const std::uint64_t mask = (1ULL << half_bits_) - 1;
  // A Feistel network permutes a power of 4, less than four times `count_`; what leads out of the range is led on until
  // it is back in it.
  do {
    std::uint64_t left = i >> half_bits_;
    std::uint64_t right = i & mask;
    for (unsigned round = 0; round < kRounds; ++round) {
      const std::uint64_t next = left ^ (mix(right + seed_ + (static_cast<std::uint64_t>(round) << 60)) & mask);
      left = right;
      right = next;
    }
    i = left << half_bits_ | right;
  } while (i >= count_);
  return i;
}

}  // namespace stator::bench
