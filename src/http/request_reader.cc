#include "http/request_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "http/encoding.h"

namespace stator::http {
namespace {

constexpr std::size_t kPooledBlocks = 64;
// A Content-Length is only a claim: memory grows with what really arrives.
constexpr std::size_t kFirstBodyStep = 64 * 1024;
// Header slots kept between requests.
constexpr std::size_t kKeptHeaders = 64;

}  // namespace

BlockPool::Block BlockPool::take() {
  if (free_.empty()) return std::make_unique_for_overwrite<char[]>(block_bytes_);
  Block block = std::move(free_.back());
  free_.pop_back();
  return block;
}

void BlockPool::give(Block block) {
  if (block != nullptr && free_.size() < kPooledBlocks) free_.push_back(std::move(block));
}

std::span<char> RequestReader::space() {
  if (direct_) return {body_.data() + body_filled_, body_.size() - body_filled_};
  if (block_ == nullptr) block_ = pool_.take();
  const std::size_t capacity = pool_.block_bytes();
  // No view looks into the block before a head is complete.
  const bool movable = state_ == State::kIdle || state_ == State::kHead;
  if (movable && begin_ > 0 && capacity - end_ < capacity / 4) {
    std::memmove(block_.get(), block_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return {block_.get() + end_, capacity - end_};
}

void RequestReader::received(std::size_t bytes) {
  if (direct_) {
    body_filled_ += bytes;
  } else {
    end_ += bytes;
  }
}

RequestReader::State RequestReader::advance() {
  if (state_ == State::kComplete || state_ == State::kRefused) return state_;
  if (state_ == State::kBody) return advance_body();
  if (begin_ == end_) {
    give_block();
    return state_ = State::kIdle;
  }
  switch (scanner_.scan(buffered())) {
    case HeadScanner::State::kBad:
      return refuse(400);
    case HeadScanner::State::kNeedMore:
      if (end_ - begin_ > limits_.max_head_bytes) return refuse(400);
      if (scanner_.begin() == end_ - begin_) {
        // Only empty lines: some clients end a body with one.
        finish();
        return State::kIdle;
      }
      return state_ = State::kHead;
    case HeadScanner::State::kComplete:
      break;
  }
  if (scanner_.end() > limits_.max_head_bytes) return refuse(400);
  const std::string_view head = buffered().substr(scanner_.begin(), scanner_.end() - scanner_.begin());
  if (!parse_request_head(head, request_, framing_)) return refuse(400);
  body_at_ = begin_ + scanner_.end();
  return begin_body();
}

RequestReader::State RequestReader::begin_body() {
  state_ = State::kBody;
  const std::uint64_t length = framing_.content_length.value_or(0);
  if (length > limits_.max_body_bytes) return refuse(413);
  if (framing_.chunked) {
    chunked_.emplace(limits_.max_body_bytes, limits_.max_head_bytes);
  } else if (length > pool_.block_bytes() - body_at_) {
    direct_ = true;
    body_.assign(block_.get() + body_at_, end_ - body_at_);
    body_filled_ = body_.size();
    end_ = body_at_;
  }
  continue_due_ = framing_.expects_continue && end_ == body_at_ && body_.empty();
  return advance_body();
}

RequestReader::State RequestReader::advance_body() {
  if (framing_.chunked) {
    std::string_view rest(block_.get() + body_at_, end_ - body_at_);
    const ChunkedDecoder::State decoded = chunked_->decode(rest, body_);
    if (!hold(body_.size())) return refuse(503);
    switch (decoded) {
      case ChunkedDecoder::State::kNeedMore:
        end_ = body_at_;
        return state_;
      case ChunkedDecoder::State::kBad:
        return refuse(400);
      case ChunkedDecoder::State::kTooLarge:
        return refuse(413);
      case ChunkedDecoder::State::kComplete:
        break;
    }
    next_ = end_ - rest.size();
    request_.body = body_;
    return complete();
  }
  const auto length = static_cast<std::size_t>(framing_.content_length.value_or(0));
  if (direct_) {
    if (body_filled_ < length) {
      return body_filled_ < body_.size() || grow_body(length) ? state_ : refuse(503);
    }
    next_ = end_;
    request_.body = body_;
    return complete();
  }
  if (end_ - body_at_ < length) return state_;
  next_ = body_at_ + length;
  request_.body = std::string_view(block_.get() + body_at_, length);
  return complete();
}

RequestReader::State RequestReader::complete() {
  direct_ = false;
  continue_due_ = false;
  // Nothing is nothing that was packed, as far as a request has a body.
  if (!framing_.content_encoding.empty() && (!request_.body.empty() || request_.method == "POST")) {
    std::string unpacked;
    switch (unpack(framing_.content_encoding, request_.body, limits_.max_body_bytes, unpacked)) {
      case Unpacked::kTooLarge:
        return refuse(413);
      case Unpacked::kBad:
        return refuse(500);
      case Unpacked::kOk:
        break;
    }
    // Packed in the block, it stays there.
    const bool was_in_block = body_.empty();
    if (!hold(body_.size() + unpacked.size())) return refuse(503);
    packed_ = std::move(body_);
    request_.packed_body = was_in_block ? request_.body : packed_;
    body_ = std::move(unpacked);
    request_.body = body_;
  }
  return state_ = State::kComplete;
}

// Makes room for more of a body of that length.
bool RequestReader::grow_body(std::size_t length) {
  const std::size_t wanted = std::min(length, std::max(kFirstBodyStep, 2 * body_.size()));
  if (!hold(wanted)) return false;
  // The size the lambda is given may be larger than what was asked for: libstdc++ 12 passes the capacity.
  body_.resize_and_overwrite(wanted, [wanted](char*, std::size_t) { return wanted; });
  return true;
}

// What is no larger than a block is bounded by the number of connections.
bool RequestReader::hold(std::size_t bytes) { return bytes <= pool_.block_bytes() || share_.grow_to(bytes); }

RequestReader::State RequestReader::refuse(int status) {
  refusal_ = status;
  return state_ = State::kRefused;
}

bool RequestReader::take_continue() { return std::exchange(continue_due_, false); }

void RequestReader::finish() {
  begin_ = state_ == State::kComplete ? next_ : end_;
  if (begin_ == end_) give_block();
  // Small ones have their bytes in the string itself, where no capacity tells of them.
  body_ = std::string();
  packed_ = std::string();
  request_.packed_body = {};
  share_.release();
  body_filled_ = 0;
  direct_ = false;
  chunked_.reset();
  scanner_ = {};
  if (request_.headers.capacity() > kKeptHeaders) request_.headers = {};
  state_ = State::kIdle;
}

void RequestReader::give_block() {
  pool_.give(std::move(block_));
  begin_ = end_ = 0;
}

void RequestReader::release() {
  end_ = begin_ = 0;
  state_ = State::kIdle;
  finish();
}

}  // namespace stator::http
