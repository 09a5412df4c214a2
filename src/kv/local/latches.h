// Striped latches: what keeps two commits from deciding on the same key at once. A key's stripe is a hash of it, so
// that unrelated keys share one now and then, which costs a wait and nothing else.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <boost/container/small_vector.hpp>

#include "kv/engine.h"

namespace stator::kv {

// A mutex in four bytes. Not a std::mutex, because all stripes are held at once for a change of the catalog, and
// ThreadSanitizer follows no more than 64 of those in one thread.
class Latch {
 public:
  // Tries for about a microsecond, which is what an undisturbed decision takes.
  bool try_lock();
  void lock();
  void unlock();

 private:
  enum State : int { kFree, kHeld, kHeldWithWaiters };
  std::atomic<int> state_ = kFree;
};

// Thread-safe. Stripes are always taken in rising order, hence without deadlock.
class Latches {
 public:
  static constexpr std::size_t kStripes = 1024;

  // Holds stripes until it is destroyed.
  class Hold {
   public:
    Hold() = default;
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold();

   private:
    friend class Latches;
    Latches* latches_ = nullptr;
    boost::container::small_vector<std::uint16_t, 8> stripes_;  // rising, each once
  };

  // Takes the stripes of `keys` into `hold`, a new one. False, with none taken, if that would have to wait and may not.
  [[nodiscard]] bool take(std::span<const std::string> keys, Wait wait, Hold& hold);
  // Takes every stripe.
  void take_all(Hold& hold);

 private:
  std::array<Latch, kStripes> stripes_;
};

}  // namespace stator::kv
