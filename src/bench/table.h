// The table that is measured.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "bench/connection.h"
#include "bench/load.h"
#include "bench/signing.h"

namespace stator::bench {

// kResourceNotFound, in words that say what to do, if it is not there.
[[nodiscard]] Result<void> expect_table(Caller& caller, std::string_view table);

// Asks for the table and waits until it is active.
[[nodiscard]] Result<void> create_and_await(Caller& caller, std::string_view table, std::string_view request);

[[nodiscard]] Result<void> delete_table(Caller& caller, std::string_view table);

struct FillOptions {
  std::string table;
  std::size_t items = 0;
  std::function<std::string(std::size_t i)> item;  // JSON
  LoadOptions load;                                // connections, timeout, progress
};
// Puts all items, in batches.
[[nodiscard]] Result<void> fill_table(const Address& address, Signer& signer, const Clock& clock,
                                      const FillOptions& options);

}  // namespace stator::bench
