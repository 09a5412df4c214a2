#include "counter.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "connection.h"

namespace stator::bench {
namespace {

constexpr std::string_view kCounter = "counter";

std::string own_key(unsigned connection) { return fmt::format("client-{:04}", connection); }

// The attribute n of the item that the answer shows.
std::optional<std::uint64_t> count_in(std::string_view answer) {
  constexpr std::string_view kBefore = R"("n":{"N":")";
  const std::size_t at = answer.find(kBefore);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t count = 0;
  const char* from = answer.data() + at + kBefore.size();
  if (std::from_chars(from, answer.data() + answer.size(), count).ec != std::errc()) return std::nullopt;
  return count;
}

}  // namespace

Counter::Counter(std::uint16_t port, std::string table, Counting counting, unsigned connections, std::size_t item_bytes)
    : port_(port),
      table_(std::move(table)),
      counting_(counting),
      padding_(item_bytes, 'x'),
      signer_(port),
      clients_(connections) {
  ask(port_, signer_.request("PutItem", fmt::format(R"({{"TableName":"{}","Item":{{"pk":{{"S":"{}"}},)"
                                                    R"("n":{{"N":"0"}}}}}})",
                                                    table_, kCounter)));
}

std::string Counter::body(unsigned connection) const {
  const Client& client = clients_[connection];
  const std::string update =
      fmt::format(R"("TableName":"{}","Key":{{"pk":{{"S":"{}"}}}},"UpdateExpression":)", table_, kCounter);
  switch (counting_) {
    case Counting::kAdd:
      return fmt::format(R"({{{}"ADD n :one","ExpressionAttributeValues":{{":one":{{"N":"1"}}}}}})", update);
    case Counting::kCondition:
      return fmt::format(R"({{{}"SET n = :new","ConditionExpression":"n = :old","ExpressionAttributeValues":)"
                         R"({{":new":{{"N":"{}"}},":old":{{"N":"{}"}}}},)"
                         R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD"}})",
                         update, client.seen + 1, client.seen);
    case Counting::kTransaction:
      return fmt::format(R"({{"TransactItems":[{{"Update":{{{}"ADD n :one","ExpressionAttributeValues":)"
                         R"({{":one":{{"N":"1"}}}}}}}},{{"Put":{{"TableName":"{}","Item":{{"pk":{{"S":"{}"}},)"
                         R"("n":{{"N":"{}"}},"v":{{"S":"{}"}}}}}}}}]}})",
                         update, table_, own_key(connection), client.completed + 1, padding_);
  }
  return {};
}

std::optional<std::string_view> Counter::request(unsigned connection) {
  const auto operation = counting_ == Counting::kTransaction ? "TransactWriteItems" : "UpdateItem";
  Client& client = clients_[connection];
  client.sent = signer_.request(operation, body(connection));
  return client.sent;
}

Verdict Counter::judge(unsigned connection, bool is_ok, std::string_view answer) {
  Client& client = clients_[connection];
  if (is_ok) {
    ++client.completed;
    ++client.seen;
    return Verdict::kDone;
  }
  if (answer.find("TransactionConflict") != std::string_view::npos) return Verdict::kConflict;
  const auto count = count_in(answer);
  if (!count || answer.find("#ConditionalCheckFailedException") == std::string_view::npos) return Verdict::kError;
  client.seen = *count;
  return Verdict::kRefused;
}

std::uint64_t Counter::read(std::string_view key) {
  const std::string body =
      fmt::format(R"({{"TableName":"{}","Key":{{"pk":{{"S":"{}"}}}},"ConsistentRead":true}})", table_, key);
  return count_in(ask(port_, signer_.request("GetItem", body))).value_or(0);
}

std::optional<std::string> Counter::fault(std::uint64_t completed) {
  if (const std::uint64_t count = read(kCounter); count != completed) {
    return fmt::format("the counter is {} after {} completed operations", count, completed);
  }
  if (counting_ != Counting::kTransaction) return std::nullopt;
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < clients_.size(); ++i) {
    if (clients_[i].completed > 0) sum += read(own_key(i));
  }
  if (sum == completed) return std::nullopt;
  return fmt::format("the clients' own counts sum to {} after {} completed operations", sum, completed);
}

}  // namespace stator::bench
