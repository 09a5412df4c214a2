#include "bench/histogram.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace stator::bench {
namespace {

using std::chrono::nanoseconds;

TEST(Histogram, NothingRecorded) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.percentile(0.99), nanoseconds{0});
  EXPECT_EQ(histogram.mean(), nanoseconds{0});
  EXPECT_EQ(histogram.max(), nanoseconds{0});
}

TEST(Histogram, ShortDurationsAreExact) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(nanoseconds{i});
  EXPECT_EQ(histogram.percentile(0.5), nanoseconds{50});
  EXPECT_EQ(histogram.percentile(0.99), nanoseconds{99});
  EXPECT_EQ(histogram.percentile(1), nanoseconds{100});
  EXPECT_EQ(histogram.percentile(0), nanoseconds{1});
  EXPECT_EQ(histogram.mean(), nanoseconds{51});  // 50.5
}

TEST(Histogram, LimitsOfWhatItTakes) {
  for (const nanoseconds duration : {nanoseconds{-5}, nanoseconds{0}, nanoseconds{511}, nanoseconds{512},
                                     nanoseconds{1023}, nanoseconds{1024}, nanoseconds::max()}) {
    Histogram histogram;
    histogram.record(duration);
    EXPECT_EQ(histogram.count(), 1U);
    EXPECT_EQ(histogram.percentile(0.5), std::max(duration, nanoseconds{0}));
    EXPECT_EQ(histogram.max(), std::max(duration, nanoseconds{0}));
  }
}

// Against the sorted durations themselves, over all magnitudes.
TEST(Histogram, ErrorIsBounded) {
  SeededRandom random(7);
  Histogram histogram;
  std::vector<std::int64_t> all;
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double exponent = static_cast<double>(random.next() % 1'000'000) / 1'000'000 * 40;
    all.push_back(static_cast<std::int64_t>(std::exp2(exponent)));
    histogram.record(nanoseconds{all.back()});
    sum += static_cast<double>(all.back());
  }
  std::ranges::sort(all);
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(all.size())));
    const auto want = static_cast<double>(all[rank - 1]);
    const auto got = static_cast<double>(histogram.percentile(share).count());
    EXPECT_GE(got, want) << share;
    EXPECT_LE(got, want * 1.004) << share;
  }
  EXPECT_EQ(histogram.max().count(), all.back());
  EXPECT_NEAR(static_cast<double>(histogram.mean().count()), sum / static_cast<double>(all.size()), 1);
}

TEST(Histogram, MergedIsAsRecordedTogether) {
  SeededRandom random(8);
  Histogram one;
  Histogram two;
  Histogram both;
  for (int i = 0; i < 1000; ++i) {
    const nanoseconds duration{static_cast<std::int64_t>(random.next() % 1'000'000)};
    (i % 3 == 0 ? one : two).record(duration);
    both.record(duration);
  }
  one.merge(two);
  EXPECT_EQ(one.count(), both.count());
  EXPECT_EQ(one.max(), both.max());
  EXPECT_EQ(one.mean(), both.mean());
  for (const double share : {0.5, 0.9, 0.999}) EXPECT_EQ(one.percentile(share), both.percentile(share));
  one.clear();
  EXPECT_EQ(one.count(), 0U);
  EXPECT_EQ(one.percentile(1), nanoseconds{0});
}

}  // namespace
}  // namespace stator::bench
