#include "bench/report.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include <fmt/format.h>

namespace stator::bench {
namespace {

double micros(Histogram::Duration duration) { return static_cast<double>(duration.count()) / 1000; }

double per_second(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= ' ') out += c;
  }
  return out += '"';
}

std::string json_numbers(const Histogram& latency, double seconds) {
  return fmt::format(R"("completed":{},"per_second":{:.0f},"mean_us":{:.0f},"p50_us":{:.0f},"p90_us":{:.0f},)"
                     R"("p99_us":{:.0f},"p999_us":{:.0f},"max_us":{:.0f})",
                     latency.count(), per_second(latency.count(), seconds), micros(latency.mean()),
                     micros(latency.percentile(0.5)), micros(latency.percentile(0.9)), micros(latency.percentile(0.99)),
                     micros(latency.percentile(0.999)), micros(latency.max()));
}

// Five characters or so: "812 us", "3.42 ms", "1.20 s".
std::string time_text(Histogram::Duration duration) {
  const double us = micros(duration);
  if (us < 1000) return fmt::format("{:.0f} us", us);
  if (us < 100'000) return fmt::format("{:.2f} ms", us / 1000);
  if (us < 1'000'000) return fmt::format("{:.0f} ms", us / 1000);
  return fmt::format("{:.2f} s", us / 1'000'000);
}

// 1,234,567
std::string grouped(double number) {
  std::string text = fmt::format("{:.0f}", number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string table_row(std::string_view name, const Histogram& latency, double seconds) {
  return fmt::format("{:<20}{:>12}{:>12}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n", name,
                     grouped(static_cast<double>(latency.count())), grouped(per_second(latency.count(), seconds)),
                     time_text(latency.mean()), time_text(latency.percentile(0.5)), time_text(latency.percentile(0.9)),
                     time_text(latency.percentile(0.99)), time_text(latency.percentile(0.999)),
                     time_text(latency.max()));
}

std::string title(const config::BenchOptions& options, const Measured& measured) {
  const std::string what = options.workload.empty() ? options.operation : fmt::format("workload {}", options.workload);
  const std::string loop = options.rate > 0
                               ? fmt::format("{} requests due a second", grouped(static_cast<double>(options.rate)))
                               : std::string("closed loop");
  return fmt::format("{}, {} connections, {}, {:.1f} s\n\n", what, options.connections, loop, measured.seconds);
}

}  // namespace

std::string json_report(const config::BenchOptions& options, const Measured& measured) {
  std::string failures;
  for (const auto& [kind, failure] : measured.failures) {
    failures += fmt::format("{}{}:{}", failures.empty() ? "" : ",", quoted(kind), failure.count);
  }
  std::string operations;
  for (const Measured::Operation& operation : measured.operations) {
    operations += fmt::format("{}{}:{{{}}}", operations.empty() ? "" : ",", quoted(operation.name),
                              json_numbers(operation.latency, measured.seconds));
  }
  const bool is_workload = !options.workload.empty();
  return fmt::format(
      R"({{"{}":{},"connections":{},"rate":{},"items":{},"item_size":{},"seconds":{:.6f},{},)"
      R"("pause_us":{:.0f},"refused":{},"conflicts":{},"throttled":{},"errors":{},"failures":{{{}}},"operations":{{{}}}}})"
      "\n",
      is_workload ? "workload" : "operation", quoted(is_workload ? options.workload : options.operation),
      options.connections, options.rate, options.items, options.item_bytes, measured.seconds,
      json_numbers(measured.all(), measured.seconds), micros(measured.pause), measured.refused, measured.conflicts,
      measured.throttled(), measured.errors(), failures, operations);
}

std::string table_report(const config::BenchOptions& options, const Measured& measured) {
  std::string text = title(options, measured);
  text += fmt::format("{:<20}{:>12}{:>12}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "", "completed", "per second", "mean",
                      "p50", "p90", "p99", "p99.9", "max");
  for (const Measured::Operation& operation : measured.operations) {
    text += table_row(operation.name, operation.latency, measured.seconds);
  }
  if (measured.operations.size() > 1) text += table_row("all", measured.all(), measured.seconds);
  text += '\n';
  if (measured.refused > 0) text += fmt::format("attempts refused by their condition: {}\n", measured.refused);
  if (measured.conflicts > 0) text += fmt::format("attempts that met a conflict: {}\n", measured.conflicts);
  for (const auto& [kind, failure] : measured.failures) {
    text += fmt::format("{}: {}: {}\n", is_throttle(kind) ? "throttled" : "failed", kind, failure.count);
  }
  if (measured.pause > Histogram::Duration{0}) {
    text += fmt::format("the generator itself stood still for {}: the machine was too busy to measure on\n",
                        time_text(measured.pause));
  }
  if (measured.failures.empty()) text += "nothing failed\n";
  return text;
}

std::string progress_line(const Progress& progress) {
  const double rate = per_second(progress.latency.count(), progress.taken.count());
  return fmt::format("{:>5.0f} s {:>10}/s   p50 {:>8}   p99 {:>8}   max {:>8}   failed {}\n", progress.elapsed.count(),
                     grouped(rate), time_text(progress.latency.percentile(0.5)),
                     time_text(progress.latency.percentile(0.99)), time_text(progress.latency.max()),
                     progress.failures);
}

}  // namespace stator::bench
