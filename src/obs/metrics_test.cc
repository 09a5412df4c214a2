#include "obs/metrics.h"

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stator::obs {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;
using testing::Not;

TEST(Histogram, PutsEachLatencyIntoItsBucket) {
  struct Row {
    std::int64_t micros;
    std::size_t bucket;
  };
  const std::vector<Row> rows{
      {-1, 0},   {0, 0},    {1, 0},    {16, 0},         {17, 1},         {32, 1}, {33, 2},
      {1000, 6}, {1024, 6}, {1025, 7}, {8'388'608, 19}, {8'388'609, 20}, {16, 0}, {60'000'000, 20},
  };
  for (const Row& row : rows) {
    Histogram histogram;
    histogram.record(microseconds{row.micros});
    EXPECT_EQ(histogram.snapshot().counts[row.bucket], 1U) << row.micros;
    EXPECT_EQ(histogram.snapshot().total, 1U) << row.micros;
  }
}

TEST(Metrics, RendersPrometheusText) {
  constexpr std::array<std::string_view, 2> kNames{"GetItem", "PutItem"};
  Metrics metrics(kNames);
  metrics.operation(1).requests = 3;
  metrics.operation(1).user_errors = 2;
  metrics.operation(1).system_errors = 1;
  metrics.operation(1).latency.record(microseconds{20});
  metrics.operation(1).latency.record(microseconds{1500});
  metrics.operation(1).latency.record(microseconds{9'000'000});
  int calls = 0;
  metrics.add_sources(
      {{"stator_commits_total", "Commits.", "counter"}, {"stator_disk_bytes", "Bytes on disk.", "gauge"}}, [&] {
        ++calls;
        return std::vector{1e6, 123456789012.0};
      });

  const std::string page = metrics.render();
  for (const char* want : {
           "# HELP stator_requests_total ",
           "# TYPE stator_requests_total counter\nstator_requests_total{operation=\"GetItem\"} 0\n"
           "stator_requests_total{operation=\"PutItem\"} 3\n",
           "stator_errors_total{operation=\"PutItem\",kind=\"user\"} 2\n",
           "stator_errors_total{operation=\"PutItem\",kind=\"system\"} 1\n",
           "# TYPE stator_request_duration_seconds histogram\n",
           "stator_request_duration_seconds_bucket{operation=\"PutItem\",le=\"1.6e-05\"} 0\n",
           "stator_request_duration_seconds_bucket{operation=\"PutItem\",le=\"3.2e-05\"} 1\n",
           "stator_request_duration_seconds_bucket{operation=\"PutItem\",le=\"0.001024\"} 1\n",
           "stator_request_duration_seconds_bucket{operation=\"PutItem\",le=\"0.002048\"} 2\n",
           "stator_request_duration_seconds_bucket{operation=\"PutItem\",le=\"8.388608\"} 2\n",
           "stator_request_duration_seconds_bucket{operation=\"PutItem\",le=\"+Inf\"} 3\n",
           "stator_request_duration_seconds_sum{operation=\"PutItem\"} 9.00152\n",
           "stator_request_duration_seconds_count{operation=\"PutItem\"} 3\n",
           "# HELP stator_commits_total Commits.\n# TYPE stator_commits_total counter\nstator_commits_total 1000000\n",
           "# TYPE stator_disk_bytes gauge\nstator_disk_bytes 123456789012\n",
       }) {
    EXPECT_THAT(page, HasSubstr(want));
  }
  EXPECT_THAT(page, Not(HasSubstr("duration_seconds_bucket{operation=\"GetItem\"")));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace stator::obs
