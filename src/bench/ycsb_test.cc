#include "bench/ycsb.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/bench_options.h"

namespace stator::bench {
namespace {

using testing::HasSubstr;

TEST(Ycsb, MixesAddUp) {
  for (const std::string_view workload : config::kBenchWorkloads) {
    const Mix mix = mix_of(workload, "");
    EXPECT_EQ(mix.read + mix.update + mix.insert + mix.scan + mix.read_modify_write, 100U) << workload;
    EXPECT_EQ(mix.popularity, workload == "d" ? Popularity::kLatest : Popularity::kZipfian) << workload;
    EXPECT_EQ(mix_of(workload, "uniform").popularity, Popularity::kUniform) << workload;
  }
}

TEST(YcsbItems, HaveAboutTheSizeAndAreAllDifferent) {
  for (const bool has_partitions : {false, true}) {
    const YcsbItems items(5000, 1000, has_partitions);
    std::map<std::string, int> keys;
    for (std::uint64_t i = 0; i < 6000; ++i) ++keys[items.key(i)];
    EXPECT_EQ(keys.size(), 6000U);
    EXPECT_NEAR(static_cast<double>(items.item(7).size()), 1250, 100);
    EXPECT_NE(items.field(3, 4, 0), items.field(3, 4, 1));
    EXPECT_EQ(items.field(3, 4, 0).size(), 100U);
  }
}

TEST(YcsbItems, PartitionsOfWorkloadE) {
  const YcsbItems items(5000, 100, true);
  EXPECT_EQ(items.key(3), R"("pk":{"S":"thread-000003"},"sk":{"S":"post-0000000000"})");
  EXPECT_EQ(items.key(4999), R"("pk":{"S":"thread-000004"},"sk":{"S":"post-0000000999"})");
  EXPECT_EQ(items.key(5001), R"("pk":{"S":"thread-000001"},"sk":{"S":"post-0000001000"})");
  EXPECT_THAT(items.create_table("t"), HasSubstr(R"({"AttributeName":"sk","KeyType":"RANGE"})"));
}

TEST(YcsbKeys, PopularItemsAreFewAndAnywhere) {
  YcsbKeys keys(10'000, Popularity::kZipfian, 5);
  std::map<std::uint64_t, int> drawn;
  for (int i = 0; i < 100'000; ++i) ++drawn[keys.draw()];
  int most = 0;
  std::uint64_t favourite = 0;
  for (const auto& [key, count] : drawn) {
    ASSERT_LT(key, 10'000U);
    if (count > most) favourite = key;
    most = std::max(most, count);
  }
  EXPECT_GT(most, 8000);  // a tenth, where evenly it would be 10
  EXPECT_LT(most, 12'000);
  EXPECT_NE(favourite, 0U);
}

TEST(YcsbKeys, LatestFollowsAcknowledgedInserts) {
  YcsbKeys keys(100, Popularity::kLatest, 6);
  EXPECT_EQ(keys.take_new(), 100U);
  EXPECT_EQ(keys.take_new(), 101U);
  EXPECT_EQ(keys.take_new(), 102U);
  keys.acknowledge(102);
  EXPECT_EQ(keys.known(), 100U);
  keys.acknowledge(100);
  EXPECT_EQ(keys.known(), 101U);
  for (int i = 0; i < 10'000; ++i) EXPECT_LT(keys.draw(), 101U);
  keys.acknowledge(101);
  EXPECT_EQ(keys.known(), 103U);
  std::map<std::uint64_t, int> drawn;
  for (int i = 0; i < 10'000; ++i) ++drawn[keys.draw()];
  EXPECT_GT(drawn[102], drawn[101]);
  EXPECT_GT(drawn[101], drawn[99]);
}

class YcsbTest : public testing::Test {
 protected:
  Ycsb make(std::string_view workload) {
    return {caller_,
            signer_,
            {.table = "t", .items = 1000, .item_bytes = 100, .mix = mix_of(workload, ""), .connections = 1}};
  }

  static Answer answer(int status, const std::string& body) {
    Answer answer;
    EXPECT_EQ(answer.append("HTTP/1.1 " + std::to_string(status) +
                            " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body),
              AnswerState::kComplete);
    return answer;
  }

  ManualClock clock_;
  Signer signer_{config::BenchOptions{}, clock_};
  Address address_;
  Caller caller_{address_, signer_, std::chrono::milliseconds{1}};
};

TEST_F(YcsbTest, AsksInTheMixesProportion) {
  struct Row {
    const char* workload;
    std::map<std::string, int> percent;  // by operation of the API
  };
  for (const Row& row : std::vector<Row>{{"a", {{"GetItem", 50}, {"UpdateItem", 50}}},
                                         {"b", {{"GetItem", 95}, {"UpdateItem", 5}}},
                                         {"c", {{"GetItem", 100}}},
                                         {"d", {{"GetItem", 95}, {"PutItem", 5}}},
                                         {"e", {{"Query", 95}, {"PutItem", 5}}}}) {
    Ycsb ycsb = make(row.workload);
    std::map<std::string, int> asked;
    for (int i = 0; i < 10'000; ++i) {
      const auto attempt = ycsb.request(0);
      ASSERT_TRUE(attempt);
      ASSERT_LT(attempt->kind, ycsb.kinds().size());
      const std::string request(attempt->request);
      const std::size_t from = request.find("DynamoDB_20120810.") + 18;
      ++asked[request.substr(from, request.find('\r', from) - from)];
      EXPECT_EQ(ycsb.judge(0, answer(200, R"({"Item":{"pk":{"S":"x"}}})")).verdict, Verdict::kDone);
    }
    ASSERT_EQ(asked.size(), row.percent.size()) << row.workload;
    for (const auto& [operation, percent] : row.percent) {
      EXPECT_NEAR(asked[operation], 100 * percent, 200) << row.workload << " " << operation;
    }
  }
}

TEST_F(YcsbTest, ReadModifyWriteIsOneOperationOfTwoRequests) {
  Ycsb ycsb = make("f");
  const std::vector<std::string> kinds = ycsb.kinds();
  int reads = 0;
  int both = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto attempt = ycsb.request(0);
    const std::string kind = kinds[attempt->kind];
    const std::string body(attempt->request.substr(attempt->request.find("\r\n\r\n") + 4));
    const Verdict verdict = ycsb.judge(0, answer(200, R"({"Item":{"pk":{"S":"x"}}})")).verdict;
    if (kind == "read") {
      EXPECT_EQ(verdict, Verdict::kDone);
      ++reads;
      continue;
    }
    ASSERT_EQ(verdict, Verdict::kNext);
    const auto next = ycsb.request(0);
    EXPECT_EQ(kinds[next->kind], "read-modify-write");
    EXPECT_THAT(std::string(next->request), HasSubstr("DynamoDB_20120810.UpdateItem"));
    const std::string key = body.substr(body.find(R"("Key")"), 30);
    EXPECT_THAT(std::string(next->request), HasSubstr(key));
    EXPECT_EQ(ycsb.judge(0, answer(200, "{}")).verdict, Verdict::kDone);
    ++both;
  }
  EXPECT_NEAR(reads, both, 200);
}

TEST_F(YcsbTest, FailuresEndTheOperation) {
  Ycsb ycsb = make("f");
  for (int i = 0; i < 100; ++i) {
    ycsb.request(0);
    EXPECT_EQ(ycsb.judge(0, answer(500, "{}")).verdict, Verdict::kError);
    ycsb.request(0);
    const Judgement nothing = ycsb.judge(0, answer(200, "{}"));
    EXPECT_EQ(nothing.verdict, Verdict::kError);
    EXPECT_EQ(nothing.error, "item not found");
  }
}

}  // namespace
}  // namespace stator::bench
