// TransactWriteItems. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/item_request.h"
#include "api/json_object.h"
#include "base/result.h"
#include "expr/condition.h"
#include "expr/update.h"
#include "model/item.h"

namespace stator::api {

enum class TransactAction : std::uint8_t { kPut, kUpdate, kDelete, kConditionCheck };

struct TransactWriteItems {
  struct Action {
    TransactAction kind = TransactAction::kPut;
    std::string table_name;     // or the table's ARN, as sent
    model::Item item;           // kPut: the item; else the key
    std::size_t item_size = 0;  // kPut
    std::optional<expr::Condition> condition;
    std::optional<expr::Update> update;  // kUpdate
    bool return_old_on_failure = false;
  };
  struct Request {
    std::vector<Action> actions;
    std::optional<std::string> token;  // ClientRequestToken
    // SHA-256 of all that makes two requests with one token the same: the actions, without what to report. Empty
    // without a token.
    std::string digest;
    ReportOptions report;
  };
  struct Response {
    std::vector<ConsumedCapacity> consumed;  // of each table, if asked for
    // Of each table that has local indexes, by what the request calls it, if asked for.
    std::vector<std::pair<std::string, std::vector<ItemCollectionMetrics>>> collections;
  };

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
