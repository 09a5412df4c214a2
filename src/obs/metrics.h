// Metrics, in Prometheus' text format at /_stator/metrics.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stator::obs {

// Latency buckets in microseconds, rising by powers of two from 16 us to about 8 s. Thread-safe, no locks.
class Histogram {
 public:
  static constexpr std::size_t kBuckets = 20;
  void record(std::chrono::microseconds latency);
  [[nodiscard]] static std::uint64_t upper_micros(std::size_t bucket) { return 16ULL << bucket; }

  struct Snapshot {
    std::array<std::uint64_t, kBuckets + 1> counts{};  // the last: above every bucket
    std::uint64_t total = 0;
    std::uint64_t sum_micros = 0;
  };
  [[nodiscard]] Snapshot snapshot() const;

 private:
  std::array<std::atomic<std::uint64_t>, kBuckets + 1> counts_{};
  std::atomic<std::uint64_t> sum_micros_{0};
};

// What is counted for one operation of the API.
struct OperationMetrics {
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> user_errors{0};    // 4xx
  std::atomic<std::uint64_t> system_errors{0};  // 5xx
  Histogram latency;
};

// What the page says of a value.
struct Series {
  std::string name;  // complete: "stator_commits_total"
  std::string help;
  std::string type;  // "counter" or "gauge"
};

// Thread-safe. Made once with the operations' names; lookups by position.
class Metrics {
 public:
  explicit Metrics(std::span<const std::string_view> operations);
  [[nodiscard]] OperationMetrics& operation(std::size_t position) { return operations_[position]; }

  // Gauges or counters whose values are asked for when the page is made: all by one call of `values`, which answers in
  // the order of `series`, so that they are of one moment.
  void add_sources(std::vector<Series> series, std::function<std::vector<double>()> values);

  // The whole page.
  [[nodiscard]] std::string render() const;

 private:
  struct Source {
    std::vector<Series> series;
    std::function<std::vector<double>()> values;
  };
  std::vector<std::string_view> names_;
  std::unique_ptr<OperationMetrics[]> operations_;
  mutable std::mutex mutex_;
  std::vector<Source> sources_;  // guarded by mutex_
};

}  // namespace stator::obs
