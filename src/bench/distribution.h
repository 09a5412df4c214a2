// Which items are asked for. Drawing takes no memory that grows with their number.
#pragma once

#include <cstdint>

#include "base/random.h"

namespace stator::bench {

// 0 to below 1, uniformly.
[[nodiscard]] double draw_unit(Random& random);
// 0 to below `count`, which is not 0, uniformly.
[[nodiscard]] std::uint64_t draw_below(Random& random, std::uint64_t count);

// Ranks 0 to below `count`, rank k with a probability in proportion to 1 / (k + 1)^exponent, by rejection-inversion:
// W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions",
// ACM TOMACS 6(3), 1996.
class Zipfian {
 public:
  // YCSB's exponent.
  static constexpr double kExponent = 0.99;

  // `count` is not 0, `exponent` above 0 and not 1.
  explicit Zipfian(std::uint64_t count, double exponent = kExponent);

  // Of as many more ranks; never fewer.
  void grow(std::uint64_t count);
  [[nodiscard]] std::uint64_t draw(Random& random) const;

 private:
  [[nodiscard]] double weight(double x) const;
  [[nodiscard]] double integral(double x) const;
  [[nodiscard]] double inverse(double y) const;

  double exponent_;
  std::uint64_t count_;
  double from_ = 0;  // of the integral
  double to_ = 0;
  double near_ = 0;  // a draw that is as near to its rank is never rejected
};

// A one-to-one mapping of 0 to below `count` to itself that looks random: scatters what is often asked for, and deals
// items in an order that no server can make use of.
class Permutation {
 public:
  Permutation(std::uint64_t count, std::uint64_t seed);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t operator()(std::uint64_t i) const;

 private:
  std::uint64_t count_;
  std::uint64_t seed_;
  unsigned half_bits_;
};

}  // namespace stator::bench
