// Writes of items that another write holds for longer than they wait.
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "api/error_response.h"
#include "api/json.h"
#include "codec/keys.h"
#include "model/value_writer.h"
#include "ops/batch_write_item.h"
#include "ops/delete_item.h"
#include "ops/get_item.h"
#include "ops/put_item.h"
#include "ops/table_fixture_for_tests.h"
#include "ops/transact_get_items.h"
#include "ops/transact_write_items.h"
#include "ops/update_item.h"

namespace stator::ops {
namespace {

constexpr std::string_view kConflict = R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException",)"
                                       R"("message":"Transaction is ongoing for the item"})";

class WriteConflictTest : public TableOperationsTest {
 protected:
  void SetUp() override {
    open(0ms, 5ms);
    ASSERT_TRUE(execute(on_demand("Music")));
    put("Music", "held");
  }

  // The answer's body.
  template <class Api>
  std::string answer(std::string_view body) {
    const auto object = api::parse_body(body);
    auto request = Api::decode(*object);
    api::finish_body();
    EXPECT_TRUE(request) << request.error().message;
    const auto response = execute(*request);
    if (!response) return api::render_error(response.error()).body;
    std::string out;
    Api::render(*response, out);
    return out;
  }

  // `request` while a commit that goes on meanwhile decides on `key`.
  std::string while_held(const std::string& key, const std::function<std::string()>& request) {
    std::string shown;
    const auto decide = [&](const kv::DecisionView&, kv::Batch&) -> Result<kv::Verdict> {
      shown = request();
      return kv::Verdict::kAbandon;
    };
    EXPECT_TRUE(storage_->engine().commit({{key}}, kv::Wait::kAllowed, decide));
    return shown;
  }

  std::string held_item() {
    const auto table = *storage_->usable_table(identity_.region, "Music");
    model::MapWriter map;
    model::append_string(map.next("pk"), "held");
    std::string encoded;
    map.finish(encoded);
    return codec::item_key(table->definition().number, table->definition().key, model::ValueView(encoded).map());
  }
};

TEST_F(WriteConflictTest, EachWriteSaysSoInItsWay) {
  constexpr std::string_view kKey = R"("TableName":"Music","Key":{"pk":{"S":"held"}})";
  struct Row {
    const char* name;
    std::function<std::string()> request;
    std::string_view answer;
  };
  const Row rows[] = {
      {"PutItem", [&] { return answer<api::PutItem>(R"({"TableName":"Music","Item":{"pk":{"S":"held"}}})"); },
       kConflict},
      {"DeleteItem", [&] { return answer<api::DeleteItem>(fmt::format("{{{}}}", kKey)); }, kConflict},
      {"UpdateItem",
       [&] { return answer<api::UpdateItem>(fmt::format(R"({{{},"UpdateExpression":"REMOVE a"}})", kKey)); },
       kConflict},
      {"BatchWriteItem",
       [&] {
         return answer<api::BatchWriteItem>(
             R"({"RequestItems":{"Music":[{"PutRequest":{"Item":{"pk":{"S":"free"},"n":{"N":"1"}}}},)"
             R"({"DeleteRequest":{"Key":{"pk":{"S":"held"}}}}]}})");
       },
       R"({"UnprocessedItems":{"Music":[{"PutRequest":{"Item":{"n":{"N":"1"},"pk":{"S":"free"}}}},)"
       R"({"DeleteRequest":{"Key":{"pk":{"S":"held"}}}}]}})"},
      {"TransactWriteItems",
       [&] {
         return answer<api::TransactWriteItems>(
             R"({"TransactItems":[{"Put":{"TableName":"Music","Item":{"pk":{"S":"free"}}}},)"
             R"({"Delete":{"TableName":"Music","Key":{"pk":{"S":"held"}}}}],"ClientRequestToken":"t"})");
       },
       R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",)"
       R"("CancellationReasons":[{"Code":"None"},)"
       R"({"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"}],)"
       R"("Message":"Transaction cancelled, please refer cancellation reasons for specific reasons )"
       R"([None, TransactionConflict]"})"},
      {"GetItem waits for nothing", [&] { return answer<api::GetItem>(fmt::format("{{{}}}", kKey)); },
       R"({"Item":{"pk":{"S":"held"}}})"},
      {"nor does TransactGetItems",
       [&] {
         return answer<api::TransactGetItems>(
             R"({"TransactItems":[{"Get":{"TableName":"Music","Key":{"pk":{"S":"held"}}}}]})");
       },
       R"({"Responses":[{"Item":{"pk":{"S":"held"}}}]})"},
  };
  for (const Row& row : rows) EXPECT_EQ(while_held(held_item(), row.request), row.answer) << row.name;
  EXPECT_EQ(answer<api::GetItem>(R"({"TableName":"Music","Key":{"pk":{"S":"free"}}})"), "{}");
}

TEST_F(WriteConflictTest, ATokenThatIsBeingDecidedOnIsInProgress) {
  const auto window = static_cast<std::uint32_t>(clock_.now().time_since_epoch() / 10min);
  const auto request = [&](std::string_view token) {
    return answer<api::TransactWriteItems>(fmt::format(
        R"({{"TransactItems":[{{"Put":{{"TableName":"Music","Item":{{"pk":{{"S":"a"}}}}}}}}],"ClientRequestToken":"{}"}})",
        token));
  };
  const std::string held = codec::client_token_key(window, identity_.region, "token");
  EXPECT_EQ(while_held(held, [&] { return request("token"); }),
            R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionInProgressException",)"
            R"("Message":"Transaction from previous request is still in progress"})");
  EXPECT_EQ(while_held(held, [&] { return request("other"); }), "{}");
}

}  // namespace
}  // namespace stator::ops
