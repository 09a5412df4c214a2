#include "bench/distribution.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace stator::bench {
namespace {

constexpr int kDraws = 1'000'000;

std::vector<double> frequencies(const Zipfian& zipfian, std::uint64_t count, std::uint64_t seed) {
  SeededRandom random(seed);
  std::vector<double> found(count);
  for (int i = 0; i < kDraws; ++i) found.at(zipfian.draw(random)) += 1;
  return found;
}

// Each rank's count is within five standard deviations of what is expected of it.
void expect_zipfian(const std::vector<double>& found, double exponent) {
  double sum = 0;
  for (std::size_t k = 0; k < found.size(); ++k) sum += std::pow(static_cast<double>(k + 1), -exponent);
  for (std::size_t k = 0; k < found.size(); ++k) {
    const double p = std::pow(static_cast<double>(k + 1), -exponent) / sum;
    const double deviation = std::sqrt(kDraws * p * (1 - p));
    EXPECT_NEAR(found[k], kDraws * p, 5 * deviation + 1) << "rank " << k << " of " << found.size();
  }
}

TEST(Zipfian, FrequenciesAreThoseOfTheory) {
  struct Row {
    std::uint64_t count;
    double exponent;
  };
  for (const Row& row : {Row{1, 0.99}, Row{2, 0.99}, Row{3, 0.5}, Row{100, 0.99}, Row{1000, 0.99}, Row{1000, 1.3}}) {
    expect_zipfian(frequencies(Zipfian(row.count, row.exponent), row.count, row.count), row.exponent);
  }
}

TEST(Zipfian, GrownIsAsMadeSo) {
  Zipfian grown(10);
  grown.grow(200);
  grown.grow(50);
  expect_zipfian(frequencies(grown, 200, 3), Zipfian::kExponent);
}

TEST(Zipfian, OfVeryManyRanks) {
  SeededRandom random(1);
  const std::uint64_t count = 10'000'000'000;
  const Zipfian zipfian(count);
  std::uint64_t most = 0;
  for (int i = 0; i < 10'000; ++i) most = std::max(most, zipfian.draw(random));
  EXPECT_LT(most, count);
  EXPECT_GT(most, count / 100);
}

TEST(Permutation, TakesEachOnce) {
  for (const std::uint64_t count : {1UL, 2UL, 3UL, 4UL, 5UL, 16UL, 17UL, 1000UL, 65'537UL}) {
    const Permutation permutation(count, count);
    std::vector<bool> seen(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t to = permutation(i);
      ASSERT_LT(to, count);
      EXPECT_FALSE(seen[to]) << to << " twice of " << count;
      seen[to] = true;
    }
  }
}

TEST(Permutation, IsNoOrder) {
  const std::uint64_t count = 100'000;
  const Permutation permutation(count, 1);
  const Permutation other(count, 2);
  int ascending = 0;
  int same = 0;
  for (std::uint64_t i = 0; i + 1 < count; ++i) {
    ascending += permutation(i) < permutation(i + 1) ? 1 : 0;
    same += permutation(i) == other(i) ? 1 : 0;
  }
  EXPECT_NEAR(ascending, count / 2, 1000);
  EXPECT_LT(same, 20);
}

TEST(Draw, IsUniform) {
  SeededRandom random(4);
  std::vector<int> found(10);
  for (int i = 0; i < 100'000; ++i) ++found.at(draw_below(random, 10));
  for (const int n : found) EXPECT_NEAR(n, 10'000, 500);
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double unit = draw_unit(random);
    EXPECT_GE(unit, 0);
    EXPECT_LT(unit, 1);
    sum += unit;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.01);
}

}  // namespace
}  // namespace stator::bench
