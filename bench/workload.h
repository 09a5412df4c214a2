// What the connections of the load generator ask for, and what they make of the answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signing.h"

namespace stator::bench {

enum class Verdict : std::uint8_t {
  kDone,
  kRefused,   // by a condition: the operation goes on with another attempt
  kConflict,  // with another write: likewise
  kError,     // the operation is over
};

// Of one run. A connection has one operation at a time, which takes one attempt or several.
class Workload {
 public:
  virtual ~Workload() = default;

  // The request of the connection's next attempt; nullopt if there is none left. Valid until the connection's next one.
  virtual std::optional<std::string_view> request(unsigned connection) = 0;
  // Of the answer with head, which `is_ok` if its status is 200.
  virtual Verdict judge(unsigned connection, bool is_ok, std::string_view answer) = 0;
  // What is wrong with the data after so many completed operations, if anything is.
  virtual std::optional<std::string> fault(std::uint64_t completed) = 0;
};

// Requests that are there before the clock starts, dealt to whichever connection is free.
class Prepared final : public Workload {
 public:
  // With `once` each is sent once, else again and again.
  Prepared(std::uint16_t port, std::string_view operation, std::vector<std::string> bodies, bool once);

  std::optional<std::string_view> request(unsigned connection) override;
  Verdict judge(unsigned connection, bool is_ok, std::string_view answer) override;
  std::optional<std::string> fault(std::uint64_t) override { return std::nullopt; }

 private:
  std::vector<std::string> requests_;
  bool once_;
  std::size_t next_ = 0;
};

// TransactWriteItems, each with a ClientRequestToken of its own and therefore signed just before it is sent.
class WithTokens final : public Workload {
 public:
  WithTokens(std::uint16_t port, std::vector<std::string> bodies, unsigned connections);

  std::optional<std::string_view> request(unsigned connection) override;
  Verdict judge(unsigned connection, bool is_ok, std::string_view answer) override;
  std::optional<std::string> fault(std::uint64_t) override { return std::nullopt; }

 private:
  Signer signer_;
  std::vector<std::string> bodies_;
  std::vector<std::string> sent_;  // by connection
  std::uint64_t first_token_;      // differs from run to run
  std::uint64_t tokens_ = 0;
};

}  // namespace stator::bench
