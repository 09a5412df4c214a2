#include "api/item_request.h"

#include <gtest/gtest.h>

#include "model/value_writer.h"

namespace stator::api {
namespace {

TEST(ConsumedCapacity, Total) {
  std::string out;
  append_consumed_capacity(out, {.table_name = "t", .table_units = 0.5, .local_indexes = {}, .global_indexes = {}});
  EXPECT_EQ(out, R"({"TableName":"t","CapacityUnits":0.5})");
}

TEST(ConsumedCapacity, ByIndexShowsThePartsAndCountsThemAll) {
  std::string out;
  append_consumed_capacity(out, {.table_name = "t",
                                 .table_units = 1,
                                 .local_indexes = {{"l", 2}},
                                 .global_indexes = {{"a", 1.5}, {"b", 10}},
                                 .by_index = true});
  EXPECT_EQ(out, R"({"TableName":"t","CapacityUnits":14.5,"Table":{"CapacityUnits":1.0},)"
                 R"("LocalSecondaryIndexes":{"l":{"CapacityUnits":2.0}},)"
                 R"("GlobalSecondaryIndexes":{"a":{"CapacityUnits":1.5},"b":{"CapacityUnits":10.0}}})");
}

TEST(ConsumedCapacity, TransactionsShowUnitsByKind) {
  ConsumedCapacity consumed{.table_name = "t",
                            .table_units = 4,
                            .local_indexes = {},
                            .global_indexes = {{"g", 1}},
                            .by_index = true,
                            .kind = CapacityKind::kWrite};
  std::string out;
  append_consumed_capacity(out, consumed);
  EXPECT_EQ(out, R"({"TableName":"t","CapacityUnits":5.0,"WriteCapacityUnits":5.0,)"
                 R"("Table":{"CapacityUnits":4.0,"WriteCapacityUnits":4.0},)"
                 R"("GlobalSecondaryIndexes":{"g":{"CapacityUnits":1.0,"WriteCapacityUnits":1.0}}})");

  consumed = {
      .table_name = "t", .table_units = 2, .local_indexes = {}, .global_indexes = {}, .kind = CapacityKind::kRead};
  out.clear();
  append_consumed_capacity(out, consumed);
  EXPECT_EQ(out, R"({"TableName":"t","CapacityUnits":2.0,"ReadCapacityUnits":2.0})");
}

TEST(ItemCollectionMetrics, Renders) {
  model::MapWriter writer;
  model::append_string(writer.next("pk"), "x");
  std::string key;
  writer.finish(key);
  std::string out;
  append_item_collection_metrics(out, {.key = model::Item(key), .lower_gb = 0, .upper_gb = 1});
  EXPECT_EQ(out, R"({"ItemCollectionKey":{"pk":{"S":"x"}},"SizeEstimateRangeGB":[0.0,1.0]})");
}

TEST(TableNameOf, TakesNamesAndArns) {
  struct Case {
    std::string_view given;
    std::string_view want;
  };
  for (const auto& [given, want] : {
           Case{"Music", "Music"},
           Case{"arn:aws:dynamodb:us-east-1:000000000000:table/Music", "Music"},
           Case{"arn:aws:s3:us-east-1:000000000000:table/Music", "arn:aws:s3:us-east-1:000000000000:table/Music"},
           Case{"arn:aws:dynamodb:us-east-1:table/Music", "arn:aws:dynamodb:us-east-1:table/Music"},
           Case{"arn:aws:dynamodb:us-east-1:000000000000:table/", "arn:aws:dynamodb:us-east-1:000000000000:table/"},
           Case{"arn:", "arn:"},
       }) {
    EXPECT_EQ(table_name_of(given), want);
  }
}

}  // namespace
}  // namespace stator::api
