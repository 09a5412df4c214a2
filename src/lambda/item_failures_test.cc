#include "lambda/item_failures.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "streams/sequence_number.h"

namespace stator::lambda {
namespace {

TEST(ItemFailuresTest, HowManyRecordsAreDone) {
  std::vector<codec::LogPosition> batch;
  for (const std::uint64_t commit : {5U, 6U, 8U, 9U}) batch.push_back({.commit = {commit}, .place = 1});
  const auto number = [&](std::size_t i) { return streams::sequence_number(batch[i]); };
  const auto failed = [](const std::string& identifier) {
    return fmt::format(R"({{"itemIdentifier":"{}"}})", identifier);
  };
  const auto answer = [](const std::string& failures) {
    return fmt::format(R"({{"batchItemFailures":[{}]}})", failures);
  };
  const std::string absent = streams::sequence_number({.commit = {7}, .place = 1});

  struct Row {
    std::string_view name;
    std::string answer;
    std::size_t want;
  };
  const std::vector<Row> rows = {
      {"null", "null", 4},
      {"an empty object", "{}", 4},
      {"an empty list", "[]", 4},
      {"no failures", answer(""), 4},
      {"failures that are null", R"({"batchItemFailures":null})", 4},
      {"another object", R"({"statusCode":200})", 4},
      {"a text", R"("done")", 4},
      {"a number", "7", 4},
      {"nothing at all", " \n", 4},
      {"the first failed", answer(failed(number(0))), 0},
      {"the third failed", answer(failed(number(2))), 2},
      {"with further members", fmt::format(R"({{"a":1,"batchItemFailures":[{}]}})", failed(number(3))), 3},
      {"of several the lowest", answer(failed(number(3)) + "," + failed(number(1)) + "," + failed(number(2))), 1},
      {"an empty identifier", answer(failed("")), 0},
      {"no identifier", answer(R"({"itemIdentifier":null})"), 0},
      {"a number for an identifier", answer(R"({"itemIdentifier":123})"), 0},
      {"another member", answer(R"({"foo":123})"), 0},
      {"an empty element", answer("{}"), 0},
      {"an element that is no object", answer(R"("a")"), 0},
      {"of no record of the batch", answer(failed(absent)), 0},
      {"after the last of the batch", answer(failed(streams::sequence_number({.commit = {10}, .place = 0}))), 0},
      {"one good and one bad", answer(failed(number(2)) + "," + failed("x")), 0},
      {"failures that are no list", R"({"batchItemFailures":"x"})", 0},
      {"cut short", R"({"batchItemFailures":[{"itemIde)", 0},
      {"no JSON", "done", 0},
  };
  for (const Row& row : rows) EXPECT_EQ(records_done(row.answer, batch), row.want) << row.name;
}

}  // namespace
}  // namespace stator::lambda
