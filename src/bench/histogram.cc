#include "bench/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace stator::bench {
namespace {

// Durations below kWidth have a bucket each. Those of each further number of bits have kWidth / 2 together: the upper
// half of kWidth, because their highest bit is set.
constexpr unsigned kBits = 9;
constexpr std::uint64_t kWidth = 1ULL << kBits;
constexpr std::size_t kBuckets = kWidth + (63 - kBits) * (kWidth / 2);

std::size_t bucket_of(std::uint64_t nanos) {
  if (nanos < kWidth) return nanos;
  const auto shift = static_cast<unsigned>(std::bit_width(nanos)) - kBits;
  return shift * (kWidth / 2) + (nanos >> shift);
}

// The longest duration in the bucket.
std::uint64_t end_of(std::size_t bucket) {
  if (bucket < kWidth) return bucket;
  const std::size_t shift = bucket / (kWidth / 2) - 1;
  return ((bucket - shift * (kWidth / 2) + 1) << shift) - 1;
}

}  // namespace

Histogram::Histogram() : buckets_(kBuckets) {}

void Histogram::record(Duration duration) {
  duration = std::max(duration, Duration{0});
  ++buckets_[bucket_of(static_cast<std::uint64_t>(duration.count()))];
  ++count_;
  max_ = std::max(max_, duration);
  sum_ += static_cast<double>(duration.count());
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

void Histogram::clear() { *this = Histogram(); }

Histogram::Duration Histogram::mean() const {
  return Duration{count_ == 0 ? 0 : std::llround(sum_ / static_cast<double>(count_))};
}

Histogram::Duration Histogram::percentile(double share) const {
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size() && count_ > 0; ++i) {
    seen += buckets_[i];
    if (seen >= std::max<std::uint64_t>(rank, 1)) {
      return std::min(max_, Duration{static_cast<std::int64_t>(end_of(i))});
    }
  }
  return max_;
}

}  // namespace stator::bench
