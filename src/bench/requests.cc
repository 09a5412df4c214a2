#include "bench/requests.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bench/distribution.h"
#include "bench/texts.h"

namespace stator::bench {
namespace {

std::string key_json(std::size_t i) { return fmt::format(R"({{"pk":{{"S":"item-{:08}"}}}})", i); }

std::string group_name(std::size_t i) { return fmt::format("group-{:08}", i); }

std::string item_json(std::size_t i, unsigned version, std::size_t bytes) {
  return fmt::format(R"({{"pk":{{"S":"item-{:08}"}},"n":{{"N":"{}"}},"g0":{{"S":"{}"}},"g1":{{"S":"{}"}},)"
                     R"("g2":{{"S":"{}"}},"v":{{"S":"{}{}"}}}})",
                     i, i, group_name(i / 10), group_name(i * 7 / 10), group_name(i * 13 / 10), version,
                     text_of(i, bytes));
}

std::string index_definition(unsigned i, std::string_view projection) {
  return fmt::format(R"({{"IndexName":"by-g{0}","KeySchema":[{{"AttributeName":"g{0}","KeyType":"HASH"}},)"
                     R"({{"AttributeName":"n","KeyType":"RANGE"}}],"Projection":{{"ProjectionType":"{1}"}}}})",
                     i, projection);
}

std::string add_index(std::string_view table) {
  return fmt::format(
      R"({{"TableName":"{}","AttributeDefinitions":[{{"AttributeName":"g0","AttributeType":"S"}},)"
      R"({{"AttributeName":"n","AttributeType":"N"}}],"GlobalSecondaryIndexUpdates":[{{"Create":{}}}]}})",
      table, index_definition(0, "ALL"));
}

// `before` and `after` enclose up to `size` elements, which are separated by commas.
struct List {
  std::string operation;
  std::size_t size = 1;
  std::string before;
  std::function<std::string(std::size_t key, unsigned version)> element;
  std::string after;
};

Bodies lists(List list, std::size_t keys, unsigned versions, const std::function<std::size_t(std::size_t)>& order) {
  const std::size_t each = (keys + list.size - 1) / list.size;  // requests of a version
  auto make = [list, keys, each, order](std::size_t i) {
    const std::size_t first = i % each * list.size;
    std::string body = list.before;
    for (std::size_t at = first; at < std::min(first + list.size, keys); ++at) {
      if (at > first) body += ',';
      body += list.element(order(at), static_cast<unsigned>(i / each + 1));
    }
    return body += list.after;
  };
  return {std::move(list.operation), versions * each, std::move(make)};
}

List put_list(const Items& items) {
  return {
      .operation = "PutItem",
      .before = fmt::format(R"({{"TableName":"{}","Item":)", items.table),
      .element = [bytes = items.bytes](std::size_t key, unsigned version) { return item_json(key, version, bytes); },
      .after = "}"};
}

List update_list(const Items& items) {
  const auto element = [bytes = items.bytes](std::size_t key, unsigned version) {
    return fmt::format(R"({},"ExpressionAttributeValues":{{":v":{{"S":"{}{}"}}}})", key_json(key), version,
                       text_of(key, bytes));
  };
  return {.operation = "UpdateItem",
          .before = fmt::format(R"({{"TableName":"{}","UpdateExpression":"SET v = :v","Key":)", items.table),
          .element = element,
          .after = "}"};
}

List query_list(const Items& items) {
  return {.operation = "Query",
          .before = fmt::format(R"({{"TableName":"{}","IndexName":"by-g0","KeyConditionExpression":"g0 = :g",)"
                                R"("ExpressionAttributeValues":{{":g":{{"S":")",
                                items.table),
          .element = [](std::size_t key, unsigned) { return group_name(key / 10); },
          .after = R"("}}})"};
}

List write_list(const Items& items) {
  const auto put = [bytes = items.bytes](std::size_t key, unsigned version) {
    return fmt::format(R"({{"PutRequest":{{"Item":{}}}}})", item_json(key, version, bytes));
  };
  return {.operation = "BatchWriteItem",
          .size = kBatch,
          .before = fmt::format(R"({{"RequestItems":{{"{}":[)", items.table),
          .element = put,
          .after = "]}}"};
}

List transact_write_list(const Items& items) {
  const auto put = [table = items.table, bytes = items.bytes](std::size_t key, unsigned version) {
    return fmt::format(R"({{"Put":{{"TableName":"{}","Item":{}}}}})", table, item_json(key, version, bytes));
  };
  return {.operation = "TransactWriteItems",
          .size = kTransaction,
          .before = R"({"TransactItems":[)",
          .element = put,
          .after = "]}"};
}

// What reads by key has one version only.
List read_list(std::string_view operation, const Items& items) {
  const auto key = [](std::size_t i, unsigned) { return key_json(i); };
  if (operation == "GetItem") {
    return {.operation = "GetItem",
            .before = fmt::format(R"({{"TableName":"{}","Key":)", items.table),
            .element = key,
            .after = "}"};
  }
  if (operation == "BatchGetItem") {
    return {.operation = "BatchGetItem",
            .size = kBatch,
            .before = fmt::format(R"({{"RequestItems":{{"{}":{{"Keys":[)", items.table),
            .element = key,
            .after = "]}}}"};
  }
  const auto get = [table = items.table](std::size_t i, unsigned) {
    return fmt::format(R"({{"Get":{{"TableName":"{}","Key":{}}}}})", table, key_json(i));
  };
  return {.operation = "TransactGetItems",
          .size = kTransaction,
          .before = R"({"TransactItems":[)",
          .element = get,
          .after = "]}"};
}

}  // namespace

std::string create_table(std::string_view table, unsigned indexes, std::string_view projection) {
  std::string definitions = R"({"AttributeName":"pk","AttributeType":"S"})";
  std::string list;
  if (indexes > 0) definitions += R"(,{"AttributeName":"n","AttributeType":"N"})";
  for (unsigned i = 0; i < indexes; ++i) {
    definitions += fmt::format(R"(,{{"AttributeName":"g{}","AttributeType":"S"}})", i);
    list += (i == 0 ? "" : ",") + index_definition(i, projection);
  }
  if (indexes > 0) list = fmt::format(R"("GlobalSecondaryIndexes":[{}],)", list);
  return fmt::format(R"({{"TableName":"{}","BillingMode":"PAY_PER_REQUEST",{}"AttributeDefinitions":[{}],)"
                     R"("KeySchema":[{{"AttributeName":"pk","KeyType":"HASH"}}]}})",
                     table, list, definitions);
}

Bodies make_bodies(std::string_view operation, const Items& items) {
  const auto order = [shuffled = Permutation(items.count, items.seed)](std::size_t i) { return shuffled(i); };
  if (operation == "AddIndex") {
    return {"UpdateTable", 1, [table = items.table](std::size_t) { return add_index(table); }};
  }
  if (operation == "PutItem") return lists(put_list(items), items.count, items.versions, order);
  if (operation == "UpdateItem") return lists(update_list(items), items.count, items.versions, order);
  if (operation == "BatchWriteItem") return lists(write_list(items), items.count, items.versions, order);
  if (operation == "TransactWriteItems") {
    return lists(transact_write_list(items), items.count, items.versions, order);
  }
  if (operation == "Query") return lists(query_list(items), items.count, 1, order);
  return lists(read_list(operation, items), items.count, 1, order);
}

Bodies fill_bodies(const std::string& table, std::size_t count, std::function<std::string(std::size_t i)> item) {
  const auto put = [item = std::move(item)](std::size_t i, unsigned) {
    return fmt::format(R"({{"PutRequest":{{"Item":{}}}}})", item(i));
  };
  return lists({.operation = "BatchWriteItem",
                .size = kBatch,
                .before = fmt::format(R"({{"RequestItems":{{"{}":[)", table),
                .element = put,
                .after = "]}}"},
               count, 1, [](std::size_t i) { return i; });
}

std::function<std::string(std::size_t i)> item_maker(const Items& items) {
  return [bytes = items.bytes](std::size_t i) { return item_json(i, 1, bytes); };
}

}  // namespace stator::bench
