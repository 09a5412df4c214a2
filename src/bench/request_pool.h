// Requests that are signed before the clock starts, as far as there is room for them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/requests.h"
#include "bench/signing.h"

namespace stator::bench {

// Not thread-safe.
class RequestPool {
 public:
  static constexpr std::size_t kMostBytes = 512UL << 20;

  // Signs all, if they take no more than `most_bytes`, else each when it is asked for. `signer` must outlive it.
  RequestPool(Signer& signer, Bodies bodies, std::size_t most_bytes = kMostBytes);

  [[nodiscard]] std::size_t size() const { return bodies_.count; }
  // The i-th, in the pool or in `buffer`; until the same one is asked for again, or `buffer` is changed.
  std::string_view request(std::size_t i, std::string& buffer);

 private:
  struct Signed {
    std::string text;
    std::size_t body_bytes = 0;
    WallTime time;
  };

  [[nodiscard]] Signed sign(std::string_view body);

  Signer& signer_;
  Bodies bodies_;
  std::vector<Signed> signed_;
};

}  // namespace stator::bench
