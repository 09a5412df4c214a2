// For tests: the operations on tables over a storage in memory, with a clock that stands still.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "auth/signature.h"
#include "base/clock.h"
#include "base/random.h"
#include "kv/open.h"
#include "model/item.h"
#include "model/value_writer.h"
#include "ops/create_table.h"
#include "ops/delete_table.h"
#include "ops/describe_endpoints.h"
#include "ops/describe_limits.h"
#include "ops/describe_table.h"
#include "ops/list_tables.h"
#include "ops/list_tags_of_resource.h"
#include "ops/tag_resource.h"
#include "ops/untag_resource.h"
#include "ops/update_table.h"
#include "storage/storage.h"
#include "storage/write_item.h"

namespace stator::ops {

using namespace std::chrono_literals;
using model::BillingMode;
using model::TableStatus;

inline std::string arn_of(std::string_view name) {
  return fmt::format("arn:aws:dynamodb:us-east-1:000000000000:table/{}", name);
}

class TableOperationsTest : public testing::Test {
 protected:
  void SetUp() override { open(0ms); }

  void open(std::chrono::milliseconds table_delay, std::chrono::milliseconds patience = kv::kPatience) {
    auto engine = kv::make_local_engine(kv::make_memory_store(), clock_, patience);
    ASSERT_TRUE(engine);
    auto storage = storage::Storage::open(*std::move(engine), {.table_delay = table_delay}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
  }

  template <class Request>
  auto execute(const Request& request) {
    storage::Session session{.storage = *storage_};
    Context context{
        .storage = *storage_, .session = session, .clock = clock_, .identity = identity_, .host = "localhost:8000"};
    return run(context, request);
  }

  // "ok", or the error's message.
  template <class Request>
  std::string outcome(const Request& request) {
    const auto result = execute(request);
    return result ? "ok" : result.error().message;
  }
  template <class Request>
  ErrorCode code(const Request& request) {
    const auto result = execute(request);
    EXPECT_FALSE(result);
    return result ? ErrorCode::kInternal : result.error().code;
  }

  static api::CreateTable::Request provisioned(std::string name, std::int64_t reads = 5, std::int64_t writes = 5) {
    return {.table_name = std::move(name),
            .key = model::KeySchema({{"pk", model::Type::kString}}),
            .attribute_definitions = {{"pk", model::Type::kString}},
            .billing_mode = BillingMode::kProvisioned,
            .throughput = {.read_units = reads, .write_units = writes},
            .on_demand_throughput = {},
            .table_class = {},
            .tags = {}};
  }
  static api::CreateTable::Request on_demand(std::string name) {
    api::CreateTable::Request request = provisioned(std::move(name), 0, 0);
    request.billing_mode = BillingMode::kPayPerRequest;
    return request;
  }
  static api::UpdateTable::Request to(std::int64_t reads, std::int64_t writes) {
    return {.table_name = "Music", .throughput = model::Throughput{.read_units = reads, .write_units = writes}};
  }

  api::TableDescription described(std::string name = "Music") {
    const auto description = execute(api::DescribeTable::Request{.table_name = std::move(name)});
    EXPECT_TRUE(description) << description.error().message;
    return description ? *description : api::TableDescription{};
  }

  void put(std::string_view name, std::string_view key) {
    model::MapWriter map;
    model::append_string(map.next("pk"), key);
    std::string encoded;
    map.finish(encoded);
    const model::Item item(encoded);
    const auto table = storage_->usable_table(identity_.region, name);
    ASSERT_TRUE(table);
    storage::Session session{.storage = *storage_};
    ASSERT_TRUE(storage::write_item(session, **table, item.view(), [&](const codec::ItemRecord*) {
      return storage::ItemChange{storage::WriteAction::kPut, item.value(), model::item_size(item.view())};
    }));
    for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
  }

  ManualClock clock_;
  SeededRandom random_{1};
  auth::Identity identity_{.access_key_id = "key", .region = "us-east-1", .service = "dynamodb"};
  std::unique_ptr<storage::Storage> storage_;
};

}  // namespace stator::ops
