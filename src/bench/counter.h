// Connections that all count up one item: how a server deals with contention.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/connection.h"
#include "bench/signing.h"
#include "bench/workload.h"

namespace stator::bench {

enum class Counting : std::uint8_t {
  kAdd,          // UpdateItem ADD n :one, which cannot fail
  kCondition,    // UpdateItem SET n = :new if n = :old, again with the value that the refusal tells until it succeeds
  kTransaction,  // TransactWriteItems: ADD n :one, and a Put of an item of the connection's own with its own count
};

// By the operation's name; nullopt if it does not count.
[[nodiscard]] std::optional<Counting> parse_counting(std::string_view operation);

// Every completed operation has added one, exactly, and every one that failed one or none: the fault is that the
// counter, or the sum of the connections' own counts, is another number afterwards.
class Counter final : public Workload {
 public:
  // `caller` and `signer` must outlive it. begin() comes first.
  Counter(Caller& caller, Signer& signer, std::string table, Counting counting, unsigned connections,
          std::size_t item_bytes);

  // Sets the counter to 0.
  [[nodiscard]] Result<void> begin();

  [[nodiscard]] std::vector<std::string> kinds() const override;
  std::optional<Attempt> request(unsigned connection) override;
  Judgement judge(unsigned connection, const Answer& answer) override;
  void lost(unsigned connection) override { ++clients_[connection].unsure; }
  Result<std::optional<std::string>> fault() override;

 private:
  struct Client {
    std::string sent;
    std::uint64_t seen = 0;       // the counter's value, as last heard of
    std::uint64_t completed = 0;  // operations
    std::uint64_t unsure = 0;     // operations that failed
  };

  [[nodiscard]] std::string body(unsigned connection) const;
  Result<std::uint64_t> read(std::string_view key);

  Caller& caller_;
  Signer& signer_;
  const std::string table_;
  const Counting counting_;
  const std::string padding_;
  std::vector<Client> clients_;
};

}  // namespace stator::bench
