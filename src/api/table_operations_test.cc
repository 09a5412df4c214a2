// The smaller operations on tables: what they refuse, and how they answer.
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/delete_table.h"
#include "api/describe_endpoints.h"
#include "api/describe_limits.h"
#include "api/describe_table.h"
#include "api/list_tables.h"
#include "api/list_tags_of_resource.h"
#include "api/outcome_for_tests.h"
#include "api/tag_resource.h"
#include "api/untag_resource.h"

namespace stator::api {
namespace {

constexpr std::string_view kArn = "arn:aws:dynamodb:us-east-1:000000000000:table/Music";

template <class Operation>
void check(const std::vector<DecodeCase>& rows) {
  for (const DecodeCase& row : rows) {
    EXPECT_EQ(outcome<Operation>(row.body, [](const auto&) { return "ok"; }), row.want) << row.name;
  }
}

template <class Operation>
std::string rendered(const typename Operation::Response& response) {
  std::string out;
  Operation::render(response, out);
  return out;
}

TEST(TableOperationsTest, DescribeAndDeleteTakeAName) {
  const std::vector<DecodeCase> rows{
      {"a name", R"({"TableName":"Music"})", "ok"},
      {"an ARN", fmt::format(R"({{"TableName":"{}"}})", kArn), "ok"},
      {"none", "{}", "The parameter 'TableName' is required but was not present in the request"},
      {"short", R"({"TableName":"ab"})",
       "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length "
       "greater than or equal to 3"},
      {"pattern", R"({"TableName":"abc;"})",
       "1 validation error detected: Value 'abc;' at 'tableName' failed to satisfy constraint: Member must satisfy "
       "regular expression pattern: [a-zA-Z0-9_.-]+"},
      {"wrong type", R"({"TableName":true})", "SerializationException: TRUE_VALUE cannot be converted to String"},
  };
  check<DescribeTable>(rows);
  check<DeleteTable>(rows);
}

TEST(TableOperationsTest, ListTables) {
  check<ListTables>({
      {"nothing", "{}", "ok"},
      {"most", R"({"Limit":100,"ExclusiveStartTableName":"abc"})", "ok"},
      {"limit, then name", R"({"ExclusiveStartTableName":"a;","Limit":0})",
       "3 validation errors detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value "
       "greater "
       "than or equal to 1; Value 'a;' at 'exclusiveStartTableName' failed to satisfy constraint: Member must satisfy "
       "regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a;' at 'exclusiveStartTableName' failed to satisfy "
       "constraint: Member must have length greater than or equal to 3"},
      {"too many", R"({"Limit":101})",
       "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value less "
       "than or equal to 100"},
      {"an ARN is no name", fmt::format(R"({{"ExclusiveStartTableName":"{}"}})", kArn),
       fmt::format("1 validation error detected: Value '{}' at 'exclusiveStartTableName' failed to satisfy constraint: "
                   "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                   kArn)},
      {"wrong type", R"({"Limit":"5"})", "SerializationException: STRING_VALUE cannot be converted to Integer"},
  });
  EXPECT_EQ(rendered<ListTables>({}), R"({"TableNames":[]})");
  EXPECT_EQ(rendered<ListTables>({.names = {"a", "b"}}), R"({"TableNames":["a","b"]})");
  EXPECT_EQ(rendered<ListTables>({.names = {"a", "b"}, .more = true}),
            R"({"TableNames":["a","b"],"LastEvaluatedTableName":"b"})");
}

// What all three operations on tags say of a ResourceArn.
template <class Operation>
void check_arns(std::string_view more) {
  const auto of = [&](std::string_view arn) { return fmt::format(R"({{"ResourceArn":"{}"{}}})", arn, more); };
  const std::string parameter = "One or more parameter values were invalid: ";
  const std::string index = fmt::format("{}/index/by", kArn);
  const std::string backup = fmt::format("{}/backup/01", kArn);
  check<Operation>({
      {"a table", of(kArn), "ok"},
      {"none", "{}", "Invalid TableArn"},
      {"a name", of("Music"), parameter + "ARNs must start with 'arn:': Music"},
      {"of another service", of("arn:aws:s3:::bucket"),
       parameter + "Provided Arn is not a DynamoDB resource arn: arn:aws:s3:::bucket"},
      {"an index", of(index),
       parameter + "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: " + index},
      {"a backup", of(backup), parameter + "Provided Arn is not a DynamoDB resource arn: " + backup},
      {"a short name", of("arn:aws:dynamodb:us-east-1:000000000000:table/ab"),
       "Invalid TableArn: Invalid ResourceArn provided as input arn:aws:dynamodb:us-east-1:000000000000:table/ab"},
  });
}

TEST(TableOperationsTest, TagsNeedATablesArn) {
  check_arns<TagResource>(R"(,"Tags":[{"Key":"a","Value":"b"}])");
  check_arns<UntagResource>(R"(,"TagKeys":["a"])");
  check_arns<ListTagsOfResource>("");
}

TEST(TableOperationsTest, Tags) {
  const auto of = [](std::string_view arn, std::string_view more) {
    return fmt::format(R"({{"ResourceArn":"{}"{}}})", arn, more);
  };
  std::string fifty_one = R"("k0")";
  for (int i = 1; i < 51; ++i) fifty_one += fmt::format(R"(,"k{}")", i);

  check<TagResource>({
      {"no tags", of("arn:x", ""),
       "1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null"},
      {"empty", of(kArn, R"(,"Tags":[])"), "Atleast one Tag needs to be provided as Input."},
      {"all or nothing", of(kArn, R"(,"Tags":[{"Key":"good","Value":""},{"Key":"aws:zzz","Value":""}])"),
       "Tag Key cannot be prefixed with aws:, Key: aws:zzz"},
      {"10,241 bytes",
       of(kArn,
          [] {
            std::string tags = R"(,"Tags":[{"Key":"k","Value":""})";
            for (int i = 10; i < 50; ++i) {
              tags += fmt::format(R"(,{{"Key":"{}{}","Value":"{}"}})", i, std::string(1, 'k'), std::string(253, 'v'));
            }
            return tags + "]";
          }()),
       "Tag set size 10241 bytes is above max size limit of 10240 bytes"},
  });
  check<UntagResource>({
      {"no keys", of("arn:x", ""),
       "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null"},
      {"empty", of(kArn, R"(,"TagKeys":[])"), "Atleast one Tag Key needs to be provided as Input."},
      {"empty key", of(kArn, R"(,"TagKeys":[""])"), "The Tag Key provided is invalid, Key: "},
      {"reserved", of(kArn, R"(,"TagKeys":["aws:foo"])"), "Tag Key cannot be prefixed with aws:, Key: aws:foo"},
      {"51 keys", of(kArn, fmt::format(R"(,"TagKeys":[{}])", fifty_one)),
       "Number of Tags exceed the current limit for the provided ResourceArn"},
  });
  check<ListTagsOfResource>({{"any token", of(kArn, R"(,"NextToken":"bogus")"), "ok"}});

  EXPECT_EQ(rendered<TagResource>({}), "");
  EXPECT_EQ(rendered<UntagResource>({}), "");
  EXPECT_EQ(rendered<ListTagsOfResource>({}), R"({"Tags":[]})");
  EXPECT_EQ(rendered<ListTagsOfResource>({.tags = {{"a", "1"}, {"b", "\""}}}),
            R"({"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"\""}]})");
}

TEST(TableOperationsTest, LimitsAndEndpoints) {
  EXPECT_EQ(rendered<DescribeLimits>({.account_units = 2, .table_units = 1}),
            R"({"AccountMaxReadCapacityUnits":2,"AccountMaxWriteCapacityUnits":2,)"
            R"("TableMaxReadCapacityUnits":1,"TableMaxWriteCapacityUnits":1})");
  EXPECT_EQ(rendered<DescribeEndpoints>({.address = "localhost:8000"}),
            R"({"Endpoints":[{"Address":"localhost:8000","CachePeriodInMinutes":1440}]})");
}

}  // namespace
}  // namespace stator::api
