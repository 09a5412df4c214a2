// The ordered key-value engine under everything: point reads, range scans from a consistent snapshot, and one atomic
// read-modify-write. All that DynamoDB does fits in it, because every write names its keys in the request.
//
// Nothing above kv/ may assume that it is alone on the data, that reads are local, or that a commit cannot fail.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "kv/batch.h"
#include "kv/ticket.h"

namespace stator::kv {

// Whether a call may wait for a disk or for another thread. An event loop says kNever, gets ErrorCode::kWouldBlock
// where it would have to, and repeats the whole operation on a thread that may.
enum class Wait : std::uint8_t { kNever, kAllowed };

enum class Direction : std::uint8_t { kForward, kBackward };

// The keys in [begin, end), byte order.
struct Range {
  std::string begin;
  std::string end;
};

// Walks a range. Positioned on the first entry (in its direction) when made. Not thread-safe. Views live until the
// next call.
class Cursor {
 public:
  virtual ~Cursor() = default;
  // False at the end, or when status() is an error.
  [[nodiscard]] virtual bool valid() const = 0;
  [[nodiscard]] virtual std::string_view key() const = 0;
  [[nodiscard]] virtual std::string_view value() const = 0;
  virtual void next() = 0;
  // kWouldBlock, or what the disk said.
  [[nodiscard]] virtual Result<void> status() const = 0;
};

// A state of the data to read from. Thread-safe.
class Reader {
 public:
  virtual ~Reader() = default;
  // True if there is `key`; `value` is then its value (its capacity is used again).
  virtual Result<bool> get(std::string_view key, Wait wait, std::string& value) const = 0;
  // One consistent state for as long as the cursor lives.
  [[nodiscard]] virtual std::unique_ptr<Cursor> scan(const Range& range, Direction direction, Wait wait) const = 0;
};

enum class Verdict : std::uint8_t {
  kCommit,
  kAbandon,  // write nothing; the ticket still waits for what the decision has seen
};

// What a decision sees: the present value of the keys that its commit named, commits not yet durable included. Only
// of counters (Batch::add) it sees the durable value, without the sums on their way.
class DecisionView {
 public:
  virtual ~DecisionView() = default;
  // The value of keys[i]; no value if there is none. Valid until the decision returns.
  virtual Result<std::optional<std::string_view>> get(std::size_t i) const = 0;
  // The present value of a key that the commit did not name, so that other commits may change it while this decision
  // runs; those that also name a key of this one have changed it before or will change it after. Valid as get()'s.
  virtual Result<std::optional<std::string_view>> peek(std::string_view key) const = 0;
};

// Looks at the keys and fills the batch, which may touch further keys only if no other commit can name them. Must be
// repeatable: it may be called again, with other values, and only its last call counts. An Error comes only from
// the view and is handed through.
using Decision = std::function<Result<Verdict>(const DecisionView& view, Batch& batch)>;

struct EngineStats {
  std::uint64_t commits = 0;
  std::uint64_t groups = 0;       // writes to the log, each with the commits that had gathered
  std::uint64_t sync_micros = 0;  // time spent in them, in all
  std::uint64_t last_sync_micros = 0;
  std::uint64_t failed_groups = 0;
  std::uint64_t disk_bytes = 0;    // approximate; 0 for memory
  std::uint64_t memory_bytes = 0;  // memtables and caches, approximate
};

// Reads (as a Reader) see the latest durable state. Thread-safe. Snapshots and cursors must not outlive it.
class Engine : public Reader {
 public:
  [[nodiscard]] virtual std::unique_ptr<Reader> snapshot() const = 0;

  // Decides on `keys` while no other commit that names one of them can, and joins the commit order. Returns before
  // the commit is durable: an answer that tells of its outcome waits for the ticket. kWouldBlock (with Wait::kNever):
  // a key is being decided on, or its value is not in memory, or the engine is behind with writing.
  // kTransactionConflict: a key has been decided on by others for longer than the engine waits; Error::reasons has one
  // for each of `keys`, kNone where it is not why.
  virtual Result<Ticket> commit(std::span<const std::string> keys, Wait wait, const Decision& decide) = 0;

  // The same, while no other commit at all can decide: for changes of the catalog. Waits.
  virtual Result<Ticket> commit_alone(std::span<const std::string> keys, const Decision& decide) = 0;

  // The number of the last durable commit.
  [[nodiscard]] virtual CommitNumber last_durable() const = 0;

  // Calls `listener` with the key of each entry of a log (Batch::log) that has become durable, in commit order, on a
  // thread of the engine's, which writes the next commits: it must be quick. Null: nobody any more, once this returns.
  using LogListener = std::function<void(std::string_view key)>;
  virtual void on_log(LogListener listener) = 0;

  [[nodiscard]] virtual EngineStats stats() const = 0;

  // Waits until every commit made so far is durable or has failed. Commits made later answer kUnavailable.
  virtual void close() = 0;
};

}  // namespace stator::kv
