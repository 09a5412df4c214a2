// Connections that all count up one item: how a server deals with contention.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signing.h"
#include "workload.h"

namespace stator::bench {

enum class Counting : std::uint8_t {
  kAdd,          // UpdateItem ADD n :one, which cannot fail
  kCondition,    // UpdateItem SET n = :new if n = :old, again with the value that the refusal tells until it succeeds
  kTransaction,  // TransactWriteItems: ADD n :one, and a Put of an item of the connection's own with its own count
};

// Every completed operation has added one, exactly: the fault is that the counter, or the sum of the connections' own
// counts, is another number afterwards.
class Counter final : public Workload {
 public:
  // Sets the counter in `table` to 0.
  Counter(std::uint16_t port, std::string table, Counting counting, unsigned connections, std::size_t item_bytes);

  std::optional<std::string_view> request(unsigned connection) override;
  Verdict judge(unsigned connection, bool is_ok, std::string_view answer) override;
  std::optional<std::string> fault(std::uint64_t completed) override;

 private:
  struct Client {
    std::string sent;
    std::uint64_t seen = 0;       // the counter's value, as last heard of
    std::uint64_t completed = 0;  // operations
  };

  [[nodiscard]] std::string body(unsigned connection) const;
  std::uint64_t read(std::string_view key);

  const std::uint16_t port_;
  const std::string table_;
  const Counting counting_;
  const std::string padding_;
  Signer signer_;
  std::vector<Client> clients_;
};

}  // namespace stator::bench
