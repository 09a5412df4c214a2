#include "bench/requests.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/request_pool.h"
#include "config/bench_options.h"

namespace stator::bench {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const Items kItems{.table = "t", .count = 103, .bytes = 20, .versions = 2};

// How often `part` is in `text`.
std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(Requests, EveryOperationHasSome) {
  for (const std::string_view operation : config::kBenchOperations) {
    if (operation.starts_with("CountBy")) continue;
    const Bodies bodies = make_bodies(operation, kItems);
    EXPECT_EQ(bodies.operation, operation == "AddIndex" ? "UpdateTable" : operation);
    ASSERT_GT(bodies.count, 0U) << operation;
    EXPECT_EQ(bodies.make(0), bodies.make(0)) << operation;
    EXPECT_THAT(bodies.make(0), HasSubstr(R"("t")")) << operation;
  }
}

// Each version of each key once, the second version after all of the first.
TEST(Requests, WritesTakeEachKeyAsOftenAsItHasVersions) {
  struct Row {
    const char* operation;
    std::size_t requests;
    std::size_t in_last;
  };
  for (const Row& row : {Row{"PutItem", 206, 1}, Row{"BatchWriteItem", 10, 3}, Row{"TransactWriteItems", 52, 3}}) {
    const Bodies bodies = make_bodies(row.operation, kItems);
    ASSERT_EQ(bodies.count, row.requests) << row.operation;
    EXPECT_EQ(count_of(bodies.make(bodies.count - 1), "item-"), row.in_last) << row.operation;
    for (const std::size_t from : {std::size_t{0}, bodies.count / 2}) {
      std::string all;
      for (std::size_t i = 0; i < bodies.count / 2; ++i) all += bodies.make(from + i);
      EXPECT_EQ(count_of(all, "item-"), 103U);
      EXPECT_EQ(count_of(all, from == 0 ? R"("v":{"S":"1)" : R"("v":{"S":"2)"), 103U) << row.operation;
      for (int key = 0; key < 103; ++key) {
        char name[20];
        std::snprintf(name, sizeof name, "item-%08d", key);
        EXPECT_EQ(count_of(all, name), 1U) << row.operation << " " << name;
      }
    }
  }
}

TEST(Requests, TheSeedDecidesTheOrder) {
  Items others = kItems;
  others.seed = 2;
  EXPECT_NE(make_bodies("GetItem", kItems).make(0), make_bodies("GetItem", others).make(0));
}

TEST(Requests, FillTakesAllInOrder) {
  const Bodies bodies = fill_bodies("t", 30, [](std::size_t i) { return std::to_string(i); });
  ASSERT_EQ(bodies.count, 2U);
  EXPECT_THAT(bodies.make(0), StartsWith(R"({"RequestItems":{"t":[{"PutRequest":{"Item":0}},)"));
  EXPECT_EQ(count_of(bodies.make(1), "PutRequest"), 5U);
}

TEST(RequestPool, SignsBeforeOrWhenThereIsNoRoom) {
  ManualClock clock;
  Signer signer(config::BenchOptions{}, clock);
  const auto make = [] { return Bodies{"GetItem", 3, [](std::size_t i) { return "{" + std::to_string(i) + "}"; }}; };
  RequestPool ready(signer, make());
  RequestPool late(signer, make(), 0);
  std::string buffer;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(ready.request(i, buffer), late.request(i, buffer));
    EXPECT_THAT(std::string(ready.request(i, buffer)), HasSubstr("X-Amz-Date: 20231114T221320Z"));
  }
}

TEST(RequestPool, SignsAgainBeforeTheSignatureIsTooOld) {
  ManualClock clock;
  Signer signer(config::BenchOptions{}, clock);
  RequestPool pool(signer, {"GetItem", 1, [](std::size_t) { return std::string("{}"); }});
  std::string buffer;
  const std::string first(pool.request(0, buffer));
  clock.advance(std::chrono::minutes{3});
  EXPECT_EQ(pool.request(0, buffer), first);
  clock.advance(std::chrono::minutes{2});
  EXPECT_NE(pool.request(0, buffer), first);
  EXPECT_EQ(pool.request(0, buffer), signer.request("GetItem", "{}"));
}

}  // namespace
}  // namespace stator::bench
