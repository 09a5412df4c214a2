#include "http/chunked.h"

#include <algorithm>

#include "base/ascii.h"

namespace stator::http {
namespace {

bool may_stand_in_line(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); }

}  // namespace

ChunkedDecoder::State ChunkedDecoder::decode(std::string_view& in, std::string& body) {
  while (!in.empty()) {
    State state = State::kNeedMore;
    if (step_ == Step::kData) {
      state = take_data(in, body);
    } else {
      state = take_byte(in.front());
      in.remove_prefix(1);
    }
    if (state != State::kNeedMore) return state;
  }
  return State::kNeedMore;
}

ChunkedDecoder::State ChunkedDecoder::take_data(std::string_view& in, std::string& body) {
  const std::size_t n = std::min(chunk_left_, in.size());
  body.append(in.substr(0, n));
  in.remove_prefix(n);
  chunk_left_ -= n;
  if (chunk_left_ == 0) step_ = Step::kDataReturn;
  return State::kNeedMore;
}

ChunkedDecoder::State ChunkedDecoder::take_byte(char c) {
  switch (step_) {
    case Step::kSize:
      return take_size_digit(c);
    case Step::kExtension:
      if (++line_bytes_ > max_trailer_bytes_) return State::kBad;
      if (c == '\r') step_ = Step::kSizeFeed;
      return c == '\r' || may_stand_in_line(c) ? State::kNeedMore : State::kBad;
    case Step::kSizeFeed:
      return c == '\n' ? end_size_line() : State::kBad;
    case Step::kData:
      return State::kBad;
    case Step::kDataReturn:
      step_ = Step::kDataFeed;
      return c == '\r' ? State::kNeedMore : State::kBad;
    case Step::kDataFeed:
      step_ = Step::kSize;
      has_digit_ = false;
      line_bytes_ = 0;
      return c == '\n' ? State::kNeedMore : State::kBad;
    case Step::kTrailer:
      if (++line_bytes_ > max_trailer_bytes_) return State::kBad;
      if (c == '\r') {
        step_ = Step::kTrailerFeed;
        return State::kNeedMore;
      }
      line_empty_ = false;
      return may_stand_in_line(c) ? State::kNeedMore : State::kBad;
    case Step::kTrailerFeed:
      if (c != '\n') return State::kBad;
      if (line_empty_) return State::kComplete;
      step_ = Step::kTrailer;
      line_empty_ = true;
      return State::kNeedMore;
  }
  return State::kBad;
}

ChunkedDecoder::State ChunkedDecoder::take_size_digit(char c) {
  if (const int digit = hex_value(c); digit >= 0) {
    if (++line_bytes_ > max_trailer_bytes_) return State::kBad;
    has_digit_ = true;
    chunk_left_ = chunk_left_ * 16 + static_cast<std::size_t>(digit);
    return chunk_left_ > max_body_bytes_ ? State::kTooLarge : State::kNeedMore;
  }
  if (!has_digit_) return State::kBad;
  if (c == '\r') {
    step_ = Step::kSizeFeed;
    return State::kNeedMore;
  }
  step_ = Step::kExtension;
  return c == ';' || c == ' ' || c == '\t' ? State::kNeedMore : State::kBad;
}

ChunkedDecoder::State ChunkedDecoder::end_size_line() {
  body_bytes_ += chunk_left_;
  if (body_bytes_ > max_body_bytes_) return State::kTooLarge;
  if (chunk_left_ > 0) {
    step_ = Step::kData;
  } else {
    step_ = Step::kTrailer;
    line_bytes_ = 0;
    line_empty_ = true;
  }
  return State::kNeedMore;
}

}  // namespace stator::http
