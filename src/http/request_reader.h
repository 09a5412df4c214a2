// Requests out of the bytes of one connection: buffers them, finds heads, collects and unpacks bodies, keeps to the
// limits. Knows no sockets: it says where bytes may be put and is told how many were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/body_budget.h"
#include "http/chunked.h"
#include "http/message.h"
#include "http/request_head.h"

namespace stator::http {

// Blocks of one size, used again. One a loop; not thread-safe.
class BlockPool {
 public:
  using Block = std::unique_ptr<char[]>;

  explicit BlockPool(std::size_t block_bytes) : block_bytes_(block_bytes) {}
  [[nodiscard]] Block take();
  void give(Block block);
  [[nodiscard]] std::size_t block_bytes() const { return block_bytes_; }

 private:
  std::size_t block_bytes_;
  std::vector<Block> free_;
};

struct RequestLimits {
  std::size_t max_head_bytes;
  std::size_t max_body_bytes;

  // The size of the blocks that a reader works in: room for a head that is just too long.
  [[nodiscard]] std::size_t block_bytes() const { return max_head_bytes + 4096; }
};

// Not thread-safe. Between requests, with nothing buffered, it holds no block.
class RequestReader {
 public:
  enum class State : std::uint8_t {
    kIdle,      // nothing has arrived of the next request
    kHead,      // a part of its head
    kBody,      // the head and a part of the body
    kComplete,  // request() is there, until finish()
    kRefused,   // to be answered with refusal() and closed; nothing more can be read
  };

  // `pool` has blocks of limits.block_bytes(); it may be destroyed first once release() was called.
  RequestReader(const RequestLimits& limits, BlockPool& pool, std::shared_ptr<BodyBudget> budget)
      : limits_(limits), pool_(pool), share_(std::move(budget)) {}

  // Where the next bytes go: never empty. Valid until the next call. Not after kComplete or kRefused.
  [[nodiscard]] std::span<char> space();
  void received(std::size_t bytes);

  // Goes on with what has arrived.
  State advance();

  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] const Framing& framing() const { return framing_; }
  // The status to refuse with: 400 malformed, 413 too large, 500 not unpackable, 503 the budget has no room.
  [[nodiscard]] int refusal() const { return refusal_; }

  // True once for a request whose client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool take_continue();

  // Done with the request, or no more to come: its memory goes back.
  void finish();
  // Bytes of further requests are buffered.
  [[nodiscard]] bool has_bytes() const { return begin_ < end_; }
  // Gives back everything.
  void release();

 private:
  State begin_body();
  State advance_body();
  State complete();
  State refuse(int status);
  [[nodiscard]] bool grow_body(std::size_t length);
  [[nodiscard]] bool hold(std::size_t bytes);
  void give_block();
  [[nodiscard]] std::string_view buffered() const { return {block_.get() + begin_, end_ - begin_}; }

  const RequestLimits limits_;
  BlockPool& pool_;

  // The block, with what is not finished with in [begin_, end_). It stays where it is while request_ looks into it.
  BlockPool::Block block_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t body_at_ = 0;  // where the head ends and the body begins
  std::size_t next_ = 0;     // where the next request begins, once this one is complete

  State state_ = State::kIdle;
  HeadScanner scanner_;
  Request request_;
  Framing framing_;
  int refusal_ = 0;
  bool continue_due_ = false;

  // A body that does not fit the block, or is chunked or unpacked.
  std::string body_;
  std::string packed_;           // of an unpacked one, what did not fit the block
  BodyShare share_;              // of both
  bool direct_ = false;          // bytes are received into body_ rather than into the block
  std::size_t body_filled_ = 0;  // of body_, while direct_
  std::optional<ChunkedDecoder> chunked_;
};

}  // namespace stator::http
