#include "requests.h"

#include <algorithm>
#include <functional>
#include <random>
#include <span>

#include <fmt/format.h>

namespace stator::bench {
namespace {

constexpr std::size_t kBatch = 25;
constexpr std::size_t kTransaction = 4;

std::string key_json(std::size_t i) { return fmt::format(R"({{"pk":{{"S":"item-{:08}"}}}})", i); }

std::string group_name(std::size_t i) { return fmt::format("group-{:08}", i); }

std::string item_json(std::size_t i, unsigned version, std::string_view padding) {
  return fmt::format(R"({{"pk":{{"S":"item-{:08}"}},"n":{{"N":"{}"}},"g0":{{"S":"{}"}},"g1":{{"S":"{}"}},)"
                     R"("g2":{{"S":"{}"}},"v":{{"S":"{}{}"}}}})",
                     i, i, group_name(i / 10), group_name(i * 7 / 10), group_name(i * 13 / 10), version, padding);
}

std::string index_definition(unsigned i) {
  return fmt::format(R"({{"IndexName":"by-g{0}","KeySchema":[{{"AttributeName":"g{0}","KeyType":"HASH"}},)"
                     R"({{"AttributeName":"n","KeyType":"RANGE"}}],"Projection":{{"ProjectionType":"ALL"}}}})",
                     i);
}

std::vector<std::size_t> shuffled(std::size_t count) {
  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = i;
  std::mt19937_64 random(1);
  std::ranges::shuffle(order, random);
  return order;
}

// `before` and `after` enclose `size` elements, which are separated by commas.
struct List {
  std::size_t size;
  std::string before;
  std::function<std::string(std::size_t key, unsigned version)> element;
  std::string after;
};

std::vector<std::string> lists(const Items& items, unsigned versions, const List& list) {
  std::vector<std::string> bodies;
  const std::vector<std::size_t> keys = shuffled(items.count);
  for (unsigned version = 1; version <= versions; ++version) {
    for (std::size_t first = 0; first + list.size <= keys.size(); first += list.size) {
      std::string& body = bodies.emplace_back(list.before);
      for (const std::size_t key : std::span(keys).subspan(first, list.size)) {
        body += list.element(key, version);
        body += ',';
      }
      body.pop_back();
      body += list.after;
    }
  }
  return bodies;
}

}  // namespace

std::string create_table(std::string_view table, unsigned indexes) {
  std::string definitions = R"({"AttributeName":"pk","AttributeType":"S"})";
  std::string list;
  if (indexes > 0) definitions += R"(,{"AttributeName":"n","AttributeType":"N"})";
  for (unsigned i = 0; i < indexes; ++i) {
    definitions += fmt::format(R"(,{{"AttributeName":"g{}","AttributeType":"S"}})", i);
    list += (i == 0 ? "" : ",") + index_definition(i);
  }
  if (indexes > 0) list = fmt::format(R"("GlobalSecondaryIndexes":[{}],)", list);
  return fmt::format(R"({{"TableName":"{}","BillingMode":"PAY_PER_REQUEST",{}"AttributeDefinitions":[{}],)"
                     R"("KeySchema":[{{"AttributeName":"pk","KeyType":"HASH"}}]}})",
                     table, list, definitions);
}

std::string add_index(std::string_view table) {
  return fmt::format(
      R"({{"TableName":"{}","AttributeDefinitions":[{{"AttributeName":"g0","AttributeType":"S"}},)"
      R"({{"AttributeName":"n","AttributeType":"N"}}],"GlobalSecondaryIndexUpdates":[{{"Create":{}}}]}})",
      table, index_definition(0));
}

std::vector<std::string> put_bodies(const Items& items) {
  const std::string padding(items.bytes, 'x');
  return lists(items, items.versions,
               {.size = 1,
                .before = fmt::format(R"({{"TableName":"{}","Item":)", items.table),
                .element = [&](std::size_t key, unsigned version) { return item_json(key, version, padding); },
                .after = "}"});
}

std::vector<std::string> get_bodies(const Items& items) {
  return lists(items, 1,
               {.size = 1,
                .before = fmt::format(R"({{"TableName":"{}","Key":)", items.table),
                .element = [](std::size_t key, unsigned) { return key_json(key); },
                .after = "}"});
}

std::vector<std::string> query_bodies(const Items& items) {
  return lists(items, 1,
               {.size = 1,
                .before = fmt::format(R"({{"TableName":"{}","IndexName":"by-g0","KeyConditionExpression":"g0 = :g",)"
                                      R"("ExpressionAttributeValues":{{":g":{{"S":")",
                                      items.table),
                .element = [](std::size_t key, unsigned) { return group_name(key / 10); },
                .after = R"("}}})"});
}

std::vector<std::string> batch_write_bodies(const Items& items) {
  const std::string padding(items.bytes, 'x');
  const auto put = [&](std::size_t key, unsigned version) {
    return fmt::format(R"({{"PutRequest":{{"Item":{}}}}})", item_json(key, version, padding));
  };
  return lists(items, items.versions,
               {.size = kBatch,
                .before = fmt::format(R"({{"RequestItems":{{"{}":[)", items.table),
                .element = put,
                .after = "]}}"});
}

std::vector<std::string> batch_get_bodies(const Items& items) {
  return lists(items, 1,
               {.size = kBatch,
                .before = fmt::format(R"({{"RequestItems":{{"{}":{{"Keys":[)", items.table),
                .element = [](std::size_t key, unsigned) { return key_json(key); },
                .after = "]}}}"});
}

std::vector<std::string> transact_write_bodies(const Items& items) {
  const std::string padding(items.bytes, 'x');
  const auto put = [&](std::size_t key, unsigned version) {
    return fmt::format(R"({{"Put":{{"TableName":"{}","Item":{}}}}})", items.table, item_json(key, version, padding));
  };
  return lists(items, items.versions,
               {.size = kTransaction, .before = R"({"TransactItems":[)", .element = put, .after = "]}"});
}

std::vector<std::string> transact_get_bodies(const Items& items) {
  const auto get = [&](std::size_t key, unsigned) {
    return fmt::format(R"({{"Get":{{"TableName":"{}","Key":{}}}}})", items.table, key_json(key));
  };
  return lists(items, 1, {.size = kTransaction, .before = R"({"TransactItems":[)", .element = get, .after = "]}"});
}

}  // namespace stator::bench
