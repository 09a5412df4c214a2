// How busy the server is with requests: while it is, a job leaves them most of the machine.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

namespace stator::jobs {

// Not thread-safe.
class RequestLoad {
 public:
  // `requests`: those answered so far.
  explicit RequestLoad(std::function<std::uint64_t()> requests) : requests_(std::move(requests)) {}

  // True if there were more than a few since the last call: a few are somebody who looks how far the job is.
  bool is_busy() {
    constexpr std::uint64_t kFew = 10;
    const std::uint64_t seen = std::exchange(seen_, requests_());
    return seen_ > seen + kFew;
  }

 private:
  std::function<std::uint64_t()> requests_;
  std::uint64_t seen_ = 0;
};

}  // namespace stator::jobs
