#include "bench/table.h"

#include <thread>

#include <fmt/format.h>

#include "bench/operations.h"
#include "bench/requests.h"

namespace stator::bench {
namespace {

std::string named(std::string_view table) { return fmt::format(R"({{"TableName":"{}"}})", table); }

}  // namespace

Result<void> expect_table(Caller& caller, std::string_view table) {
  TRY_ASSIGN(const Caller::Reply reply, caller.ask("DescribeTable", named(table)));
  if (reply.is_ok()) return {};
  if (reply.body.find("ResourceNotFoundException") != std::string::npos) {
    return fail(ErrorCode::kResourceNotFound,
                fmt::format("there is no table '{}'; --create-table creates and fills one", table));
  }
  return fail(ErrorCode::kInternal,
              fmt::format("DescribeTable: HTTP {}: {}", reply.status, reply.body.substr(0, 1000)));
}

Result<void> create_and_await(Caller& caller, std::string_view table, std::string_view request) {
  constexpr int kTries = 600;
  constexpr std::chrono::milliseconds kPause{100};
  TRY(caller.demand("CreateTable", request));
  for (int i = 0; i < kTries; ++i) {
    TRY_ASSIGN(const std::string answer, caller.demand("DescribeTable", named(table)));
    if (answer.find("\"CREATING\"") == std::string::npos) return {};
    std::this_thread::sleep_for(kPause);
  }
  return fail(ErrorCode::kUnavailable, fmt::format("the table '{}' does not become active", table));
}

Result<void> delete_table(Caller& caller, std::string_view table) {
  TRY(caller.demand("DeleteTable", named(table)));
  return {};
}

Result<void> fill_table(const Address& address, Signer& signer, const Clock& clock, const FillOptions& options) {
  LoadOptions load = options.load;
  load.duration = std::chrono::hours{24};
  Filling filling(signer, fill_bodies(options.table, options.items, options.item), load.connections);
  TRY_ASSIGN(const Measured measured, measure(address, load, clock, filling));
  if (!measured.broken.empty()) return fail(ErrorCode::kUnavailable, measured.broken);
  if (measured.failures.empty()) return {};
  const auto& [kind, failure] = *measured.failures.begin();
  return fail(ErrorCode::kInternal, fmt::format("cannot fill the table: {} {}", kind, failure.sample));
}

}  // namespace stator::bench
