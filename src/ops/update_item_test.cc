#include "ops/update_item.h"

#include <gtest/gtest.h>

#include "model/value_writer.h"
#include "ops/table_fixture_for_tests.h"

namespace stator::ops {
namespace {

class UpdateItemTest : public TableOperationsTest {
 protected:
  // SET a = a string of `size` bytes, on the item "x", if the condition holds.
  std::string update(std::size_t size, std::string_view condition) {
    std::string text;
    model::append_string(text, std::string(size, 'x'));
    expr::Placeholders placeholders({}, {{":v", model::Value(text)}});
    model::MapWriter map;
    model::append_string(map.next("pk"), "x");
    std::string key;
    map.finish(key);
    return outcome(api::UpdateItem::Request{
        .table_name = "Music",
        .key = model::Item(key),
        .update = *expr::Update::compile("SET a = :v", placeholders),
        .condition = *expr::Condition::compile(expr::Parameter::kConditionExpression, condition, placeholders),
        .report = {}});
  }
};

TEST_F(UpdateItemTest, AStatementTooLargeIsRefusedBeforeTheConditionIsLookedAt) {
  ASSERT_TRUE(execute(on_demand("Music")));
  put("Music", "x");
  EXPECT_EQ(update(409'600, "attribute_exists(pk)"), "Item size to update has exceeded the maximum allowed size");
  EXPECT_EQ(update(409'600, "attribute_exists(b)"), "Item size to update has exceeded the maximum allowed size");
  EXPECT_EQ(update(400'000, "attribute_exists(b)"), "The conditional request failed");
  EXPECT_EQ(update(400'000, "attribute_exists(pk)"), "ok");
}

}  // namespace
}  // namespace stator::ops
