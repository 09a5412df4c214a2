// Striped latches: what keeps two commits from deciding on the same key at once. A key's stripe is a hash of it, so
// that unrelated keys share one now and then, which costs a wait and nothing else.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <span>
#include <string>

#include <boost/container/small_vector.hpp>

#include "base/clock.h"
#include "kv/engine.h"

namespace stator::kv {

// A mutex in four bytes that can be waited for with a limit. Not a std::timed_mutex, because all stripes are held at
// once for a change of the catalog, and ThreadSanitizer follows no more than 64 of those in one thread.
class Latch {
 public:
  // Tries for about a microsecond, which is what an undisturbed decision takes.
  bool try_lock();
  void lock();
  // False if it is still held at `deadline`.
  [[nodiscard]] bool try_lock_until(MonotonicTime deadline, const Clock& clock);
  void unlock();

 private:
  enum State : int { kFree, kHeld, kHeldWithWaiters };
  // Returns once it may have been let go; false if `timeout`, null being none, has passed.
  bool sleep(const timespec* timeout);

  std::atomic<int> state_ = kFree;
};

// Thread-safe. Stripes are always taken in rising order, hence without deadlock.
class Latches {
 public:
  static constexpr std::size_t kStripes = 16'384;

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

  // Waits for no longer than `patience` in all.
  Latches(const Clock& clock, std::chrono::nanoseconds patience) : clock_(clock), patience_(patience) {}

  // Takes the stripes of `keys` into `hold`, a new one. kWouldBlock and kTransactionConflict as Engine::commit has
  // them; `hold` is then to be given up.
  [[nodiscard]] Result<void> take(std::span<const std::string> keys, Wait wait, Hold& hold);
  // Takes every stripe.
  void take_all(Hold& hold);

 private:
  const Clock& clock_;
  const std::chrono::nanoseconds patience_;
  std::array<Latch, kStripes> stripes_;
};

}  // namespace stator::kv
