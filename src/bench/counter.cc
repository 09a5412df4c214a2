#include "bench/counter.h"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "bench/measured.h"

namespace stator::bench {
namespace {

constexpr std::string_view kCounter = "counter";

std::string own_key(unsigned connection) { return fmt::format("client-{:04}", connection); }

// The attribute n of the item that the answer shows.
std::optional<std::uint64_t> count_in(std::string_view answer) {
  std::size_t at = 0;
  for (const std::string_view part : {R"("n")", R"("N")", R"(")"}) {
    at = answer.find(part, at);
    if (at == std::string_view::npos) return std::nullopt;
    at += part.size();
  }
  std::uint64_t count = 0;
  if (std::from_chars(answer.data() + at, answer.data() + answer.size(), count).ec != std::errc()) return std::nullopt;
  return count;
}

struct Named {
  std::string_view name;
  Counting counting;
};
constexpr std::array<Named, 3> kNames{{{"CountByAdd", Counting::kAdd},
                                       {"CountByCondition", Counting::kCondition},
                                       {"CountByTransaction", Counting::kTransaction}}};

}  // namespace

std::optional<Counting> parse_counting(std::string_view operation) {
  for (const Named& named : kNames) {
    if (named.name == operation) return named.counting;
  }
  return std::nullopt;
}

Counter::Counter(Caller& caller, Signer& signer, std::string table, Counting counting, unsigned connections,
                 std::size_t item_bytes)
    : caller_(caller),
      signer_(signer),
      table_(std::move(table)),
      counting_(counting),
      padding_(item_bytes, 'x'),
      clients_(connections) {}

Result<void> Counter::begin() {
  TRY(caller_.demand("PutItem", fmt::format(R"({{"TableName":"{}","Item":{{"pk":{{"S":"{}"}},"n":{{"N":"0"}}}}}})",
                                            table_, kCounter)));
  return {};
}

std::vector<std::string> Counter::kinds() const {
  for (const Named& named : kNames) {
    if (named.counting == counting_) return {std::string(named.name)};
  }
  return {};
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

std::optional<Attempt> Counter::request(unsigned connection) {
  const auto operation = counting_ == Counting::kTransaction ? "TransactWriteItems" : "UpdateItem";
  Client& client = clients_[connection];
  client.sent = signer_.request(operation, body(connection));
  return Attempt{client.sent};
}

Judgement Counter::judge(unsigned connection, const Answer& answer) {
  Client& client = clients_[connection];
  if (answer.is_ok()) {
    ++client.completed;
    ++client.seen;
    return {Verdict::kDone, {}};
  }
  const std::string_view body = answer.body();
  if (body.find("TransactionConflict") != std::string_view::npos) return {Verdict::kConflict, {}};
  if (failure_kind(answer) == "ConditionalCheckFailedException") {
    if (const auto count = count_in(body)) {
      client.seen = *count;
      return {Verdict::kRefused, {}};
    }
  }
  ++client.unsure;
  return {Verdict::kError, {}};
}

Result<std::uint64_t> Counter::read(std::string_view key) {
  const std::string body =
      fmt::format(R"({{"TableName":"{}","Key":{{"pk":{{"S":"{}"}}}},"ConsistentRead":true}})", table_, key);
  TRY_ASSIGN(const std::string answer, caller_.demand("GetItem", body));
  return count_in(answer).value_or(0);
}

Result<std::optional<std::string>> Counter::fault() {
  std::uint64_t completed = 0;
  std::uint64_t unsure = 0;
  std::uint64_t sum = 0;  // of the clients' own counts
  for (unsigned i = 0; i < clients_.size(); ++i) {
    const Client& client = clients_[i];
    completed += client.completed;
    unsure += client.unsure;
    if (counting_ != Counting::kTransaction || client.completed == 0) continue;
    TRY_ASSIGN(const std::uint64_t own, read(own_key(i)));
    sum += own;
  }
  const auto is_wrong = [&](std::uint64_t count) { return count < completed || count > completed + unsure; };
  TRY_ASSIGN(const std::uint64_t count, read(kCounter));
  if (is_wrong(count)) return fmt::format("the counter is {} after {} completed operations", count, completed);
  if (counting_ != Counting::kTransaction || !is_wrong(sum)) return std::nullopt;
  return fmt::format("the clients' own counts sum to {} after {} completed operations", sum, completed);
}

}  // namespace stator::bench
