// A store: the part of an engine that keeps bytes. kv/local/ makes an Engine of any Store by adding latches, commit
// order and group commit.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "kv/engine.h"

namespace stator::kv {

// What an acknowledged commit survives. --durability.
enum class Durability : std::uint8_t {
  kSync,  // "sync": the loss of power; the log is synced before the answer
  kOs,    // "os": a crash of the server, not one of the machine; the log is handed to the operating system
  kNone,  // "none": only a clean stop; no log
};

struct StoreSizes {
  std::uint64_t disk_bytes = 0;
  std::uint64_t memory_bytes = 0;
};

// A flat change that a Store applies: no stamps, no counters.
// Thread-safe, but write() is called by one thread at a time. Snapshots and cursors must not outlive the store.
class Store : public Reader {
 public:
  [[nodiscard]] virtual std::unique_ptr<Reader> snapshot() const = 0;

  // Applies every put, erase and erase_range of `batch`, all or none, with this store's durability. Visible to
  // readers only when that durability is reached. After an error nothing of the batch is visible, and the store
  // can be written again once its cause is gone. `batch` has no add()s left and its stamps are filled in.
  virtual Result<void> write(const Batch& batch) = 0;

  [[nodiscard]] virtual StoreSizes sizes() const = 0;
};

}  // namespace stator::kv
