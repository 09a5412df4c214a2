#include "model/stream.h"

#include <chrono>

#include <gtest/gtest.h>

namespace stator::model {
namespace {

using namespace std::chrono_literals;

TEST(StreamLabel, IsTheTimeToTheMillisecond) {
  const WallTime created = std::chrono::sys_days(std::chrono::year(2026) / 2 / 3) + 4h + 5min + 6s + 7ms;
  EXPECT_EQ(stream_label(created), "2026-02-03T04:05:06.007");
  EXPECT_EQ(stream_label(created + 999us), "2026-02-03T04:05:06.007");
  EXPECT_EQ(parse_stream_label("2026-02-03T04:05:06.007"), created);
  EXPECT_EQ(stream_arn("arn:t", created), "arn:t/stream/2026-02-03T04:05:06.007");
}

TEST(StreamLabel, NothingElseIsOne) {
  const char* const wrong[] = {"",
                               "2026-02-03T04:05:06",
                               "2026-02-03T04:05:06.007Z",
                               "2026-02-30T04:05:06.007",
                               "2026-02-03T24:05:06.007",
                               "2026-02-03 04:05:06.007",
                               "+026-02-03T04:05:06.007"};
  for (const char* label : wrong) EXPECT_FALSE(parse_stream_label(label)) << label;
}

}  // namespace
}  // namespace stator::model
