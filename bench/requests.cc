#include "requests.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <random>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace stator::bench {
namespace {

constexpr std::string_view kAccessKey = "AKIDBENCH";
constexpr std::string_view kSecretKey = "secret";
constexpr std::string_view kRegion = "us-east-1";

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string hmac(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
       bytes.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string key_name(std::size_t i) { return fmt::format("item-{:08}", i); }

std::string group_name(std::size_t i) { return fmt::format("group-{:08}", i); }

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

}  // namespace

std::string signed_request(const Target& target, std::string_view operation, std::string_view body) {
  const std::time_t now = std::time(nullptr);
  const std::string stamp = fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(now));
  const std::string date = stamp.substr(0, 8);
  const std::string full_target = fmt::format("DynamoDB_20120810.{}", operation);
  const std::string canonical =
      fmt::format("POST\n/\n\nhost:{}\nx-amz-date:{}\nx-amz-target:{}\n\nhost;x-amz-date;x-amz-target\n{}", target.host,
                  stamp, full_target, hex(sha256(body)));
  const std::string scope = fmt::format("{}/{}/dynamodb/aws4_request", date, kRegion);
  const std::string to_sign = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", stamp, scope, hex(sha256(canonical)));
  const std::string key =
      hmac(hmac(hmac(hmac(fmt::format("AWS4{}", kSecretKey), date), kRegion), "dynamodb"), "aws4_request");
  return fmt::format(
      "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: {}\r\n"
      "X-Amz-Date: {}\r\nAuthorization: AWS4-HMAC-SHA256 Credential={}/{}, "
      "SignedHeaders=host;x-amz-date;x-amz-target, Signature={}\r\nContent-Length: {}\r\n\r\n{}",
      target.host, full_target, stamp, kAccessKey, scope, hex(hmac(key, to_sign)), body.size(), body);
}

std::string create_table(const Target& target, unsigned indexes) {
  std::string definitions = R"({"AttributeName":"pk","AttributeType":"S"})";
  std::string list;
  if (indexes > 0) definitions += R"(,{"AttributeName":"n","AttributeType":"N"})";
  for (unsigned i = 0; i < indexes; ++i) {
    definitions += fmt::format(R"(,{{"AttributeName":"g{}","AttributeType":"S"}})", i);
    list += (i == 0 ? "" : ",") + index_definition(i);
  }
  if (indexes > 0) list = fmt::format(R"("GlobalSecondaryIndexes":[{}],)", list);
  return signed_request(target, "CreateTable",
                        fmt::format(R"({{"TableName":"{}","BillingMode":"PAY_PER_REQUEST",{})"
                                    R"("AttributeDefinitions":[{}],)"
                                    R"("KeySchema":[{{"AttributeName":"pk","KeyType":"HASH"}}]}})",
                                    target.table, list, definitions));
}

std::string add_index(const Target& target) {
  return signed_request(
      target, "UpdateTable",
      fmt::format(R"({{"TableName":"{}","AttributeDefinitions":[{{"AttributeName":"g0","AttributeType":"S"}},)"
                  R"({{"AttributeName":"n","AttributeType":"N"}}],"GlobalSecondaryIndexUpdates":[{{"Create":{}}}]}})",
                  target.table, index_definition(0)));
}

std::vector<std::string> put_requests(const Target& target, std::size_t count, std::size_t item_bytes) {
  const std::string padding(item_bytes, 'x');
  std::vector<std::string> requests;
  requests.reserve(2 * count);
  for (const int version : {1, 2}) {
    for (const std::size_t i : shuffled(count)) {
      requests.push_back(signed_request(
          target, "PutItem",
          fmt::format(R"({{"TableName":"{}","Item":{{"pk":{{"S":"{}"}},"n":{{"N":"{}"}},"g0":{{"S":"{}"}},)"
                      R"("g1":{{"S":"{}"}},"g2":{{"S":"{}"}},"v":{{"S":"{}{}"}}}}}})",
                      target.table, key_name(i), i, group_name(i / 10), group_name(i * 7 / 10), group_name(i * 13 / 10),
                      version, padding)));
    }
  }
  return requests;
}

std::vector<std::string> get_requests(const Target& target, std::size_t count) {
  std::vector<std::string> requests;
  requests.reserve(count);
  for (const std::size_t i : shuffled(count)) {
    requests.push_back(
        signed_request(target, "GetItem",
                       fmt::format(R"({{"TableName":"{}","Key":{{"pk":{{"S":"{}"}}}}}})", target.table, key_name(i))));
  }
  return requests;
}

std::vector<std::string> query_requests(const Target& target, std::size_t count) {
  std::vector<std::string> requests;
  requests.reserve(count);
  for (const std::size_t i : shuffled(count)) {
    requests.push_back(
        signed_request(target, "Query",
                       fmt::format(R"({{"TableName":"{}","IndexName":"by-g0","KeyConditionExpression":"g0 = :g",)"
                                   R"("ExpressionAttributeValues":{{":g":{{"S":"{}"}}}}}})",
                                   target.table, group_name(i / 10))));
  }
  return requests;
}

}  // namespace stator::bench
