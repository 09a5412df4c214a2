// What the connections of the load generator ask for, and what they make of the answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bench/answer.h"

namespace stator::bench {

enum class Verdict : std::uint8_t {
  kDone,
  kRefused,   // by a condition: the operation goes on with another attempt
  kConflict,  // with another write: likewise
  kNext,      // the operation goes on with its next request
  kError,     // the operation is over
};

struct Judgement {
  Verdict verdict = Verdict::kDone;
  std::string_view error;  // which kind of kError, if the answer does not say it; lives as long as the program
};

struct Attempt {
  std::string_view request;  // valid until the connection's next
  unsigned kind = 0;         // of the operation: an index of kinds()
};

// Of one run. A connection has one operation at a time, which takes one attempt or several. Not thread-safe.
class Workload {
 public:
  virtual ~Workload() = default;

  // The names of the kinds of operations, which are measured each.
  [[nodiscard]] virtual std::vector<std::string> kinds() const = 0;
  // The connection's next attempt; nullopt if there is no operation left.
  virtual std::optional<Attempt> request(unsigned connection) = 0;
  virtual Judgement judge(unsigned connection, const Answer& answer) = 0;
  // The answer of the connection's attempt will never come: the operation is over, and may have happened.
  virtual void lost(unsigned connection) = 0;
  // After the run: what is wrong with the data, if anything is; an error if that cannot be told.
  virtual Result<std::optional<std::string>> fault() = 0;
};

}  // namespace stator::bench
