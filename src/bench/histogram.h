// How often which durations were, in buckets that are as wide as their durations are long: 256 for each doubling, so
// that what is told of them is wrong by less than 0.4 %.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace stator::bench {

// Not thread-safe.
class Histogram {
 public:
  using Duration = std::chrono::nanoseconds;

  Histogram();

  // A negative one is taken as none.
  void record(Duration duration);
  void merge(const Histogram& other);
  void clear();

  [[nodiscard]] std::uint64_t count() const { return count_; }
  // All are 0 of nothing.
  [[nodiscard]] Duration mean() const;
  [[nodiscard]] Duration max() const { return max_; }
  // At least `share` (0 to 1) of the durations are no longer than this, but for the error.
  [[nodiscard]] Duration percentile(double share) const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  Duration max_{0};
  double sum_ = 0;
};

}  // namespace stator::bench
