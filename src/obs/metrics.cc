#include "obs/metrics.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace stator::obs {
namespace {

void append_family(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void append_histogram(std::string& out, std::string_view operation, const Histogram::Snapshot& snapshot) {
  constexpr std::string_view kName = "stator_request_duration_seconds";
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
    below += snapshot.counts[i];
    out += fmt::format("{}_bucket{{operation=\"{}\",le=\"{}\"}} {}\n", kName, operation,
                       static_cast<double>(Histogram::upper_micros(i)) / 1e6, below);
  }
  out += fmt::format("{}_bucket{{operation=\"{}\",le=\"+Inf\"}} {}\n", kName, operation, snapshot.total);
  out +=
      fmt::format("{}_sum{{operation=\"{}\"}} {}\n", kName, operation, static_cast<double>(snapshot.sum_micros) / 1e6);
  out += fmt::format("{}_count{{operation=\"{}\"}} {}\n", kName, operation, snapshot.total);
}

}  // namespace

void Histogram::record(std::chrono::microseconds latency) {
  const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(latency.count(), 0));
  // Bucket i holds what is above 2^(i+3) us and at most 2^(i+4).
  const auto bits = micros <= upper_micros(0) ? 0U : static_cast<unsigned>(std::bit_width(micros - 1)) - 4U;
  counts_[std::min<std::size_t>(bits, kBuckets)].fetch_add(1, std::memory_order_relaxed);
  sum_micros_.fetch_add(micros, std::memory_order_relaxed);
}

Histogram::Snapshot Histogram::snapshot() const {
  Snapshot snapshot;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    snapshot.counts[i] = counts_[i].load(std::memory_order_relaxed);
    snapshot.total += snapshot.counts[i];
  }
  snapshot.sum_micros = sum_micros_.load(std::memory_order_relaxed);
  return snapshot;
}

Metrics::Metrics(std::span<const std::string_view> operations)
    : names_(operations.begin(), operations.end()),
      operations_(std::make_unique<OperationMetrics[]>(operations.size())) {}

void Metrics::add_sources(std::vector<Series> series, std::function<std::vector<double>()> values) {
  const std::lock_guard lock(mutex_);
  sources_.push_back({std::move(series), std::move(values)});
}

std::string Metrics::render() const {
  std::string out;
  append_family(out, "stator_requests_total", "counter", "Requests answered, by operation.");
  for (std::size_t i = 0; i < names_.size(); ++i) {
    out += fmt::format("stator_requests_total{{operation=\"{}\"}} {}\n", names_[i],
                       operations_[i].requests.load(std::memory_order_relaxed));
  }
  append_family(out, "stator_errors_total", "counter",
                "Requests answered with an error: the user's (4xx), the system's (5xx).");
  for (std::size_t i = 0; i < names_.size(); ++i) {
    out += fmt::format(
        "stator_errors_total{{operation=\"{0}\",kind=\"user\"}} {1}\n"
        "stator_errors_total{{operation=\"{0}\",kind=\"system\"}} {2}\n",
        names_[i], operations_[i].user_errors.load(std::memory_order_relaxed),
        operations_[i].system_errors.load(std::memory_order_relaxed));
  }
  append_family(out, "stator_request_duration_seconds", "histogram",
                "From a request's arrival to its answer, by operation; of operations that were asked for.");
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const Histogram::Snapshot snapshot = operations_[i].latency.snapshot();
    if (snapshot.total > 0) append_histogram(out, names_[i], snapshot);
  }
  const std::lock_guard lock(mutex_);
  for (const Source& source : sources_) {
    const std::vector<double> values = source.values();
    for (std::size_t i = 0; i < source.series.size() && i < values.size(); ++i) {
      const Series& series = source.series[i];
      append_family(out, series.name, series.type, series.help);
      out += fmt::format("{} {}\n", series.name, values[i]);
    }
  }
  return out;
}

}  // namespace stator::obs
