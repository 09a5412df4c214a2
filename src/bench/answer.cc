#include "bench/answer.h"

#include <charconv>
#include <optional>

#include "base/ascii.h"

namespace stator::bench {
namespace {

constexpr std::string_view kEndOfLine = "\r\n";
constexpr std::string_view kEndOfHead = "\r\n\r\n";

std::optional<std::size_t> parse_size(std::string_view text, int base) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, base);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return size;
}

std::string_view trim(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

}  // namespace

void Answer::clear() {
  received_.clear();
  decoded_.clear();
  framing_ = Framing::kUnknown;
}

AnswerState Answer::append(std::string_view bytes) {
  received_.append(bytes);
  return advance();
}

AnswerState Answer::end() {
  keeps_alive_ = false;
  return framing_ == Framing::kUntilEnd ? AnswerState::kComplete : AnswerState::kBroken;
}

std::string_view Answer::body() const {
  switch (framing_) {
    case Framing::kUnknown:
      return {};
    case Framing::kChunked:
      return decoded_;
    case Framing::kLength:
      return std::string_view(received_).substr(body_at_, length_);
    case Framing::kUntilEnd:
      return std::string_view(received_).substr(body_at_);
  }
  return {};
}

AnswerState Answer::advance() {
  if (framing_ == Framing::kUnknown) {
    const std::size_t end = received_.find(kEndOfHead);
    if (end == std::string::npos) return AnswerState::kIncomplete;
    body_at_ = end + kEndOfHead.size();
    if (!read_head(std::string_view(received_).substr(0, end + kEndOfLine.size()))) return AnswerState::kBroken;
  }
  if (framing_ == Framing::kChunked) return read_chunks();
  const bool whole = framing_ == Framing::kLength && received_.size() >= body_at_ + length_;
  return whole ? AnswerState::kComplete : AnswerState::kIncomplete;
}

// `head` ends with the end of its last line.
bool Answer::read_head(std::string_view head) {
  constexpr std::string_view kVersion = "HTTP/1.";
  constexpr std::size_t kStatusAt = kVersion.size() + 2;
  if (!head.starts_with(kVersion) || head.size() < kStatusAt + 3) return false;
  const auto status = parse_size(head.substr(kStatusAt, 3), 10);
  if (!status) return false;
  status_ = static_cast<int>(*status);
  keeps_alive_ = head[kVersion.size()] == '1';
  framing_ = Framing::kUntilEnd;
  std::size_t at = head.find(kEndOfLine) + kEndOfLine.size();
  while (at < head.size()) {
    const std::size_t end = head.find(kEndOfLine, at);
    const std::string_view line = head.substr(at, end - at);
    at = end + kEndOfLine.size();
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (equals_ignoring_case(name, "content-length")) {
      const auto length = parse_size(value, 10);
      if (!length) return false;
      length_ = *length;
      if (framing_ == Framing::kUntilEnd) framing_ = Framing::kLength;
    } else if (equals_ignoring_case(name, "transfer-encoding")) {
      framing_ = Framing::kChunked;
    } else if (equals_ignoring_case(name, "connection")) {
      keeps_alive_ =
          equals_ignoring_case(value, "keep-alive") || (keeps_alive_ && !equals_ignoring_case(value, "close"));
    }
  }
  if (framing_ == Framing::kUntilEnd) keeps_alive_ = false;
  return true;
}

AnswerState Answer::read_chunks() {
  while (true) {
    const std::string_view rest = std::string_view(received_).substr(body_at_);
    const std::size_t line = rest.find(kEndOfLine);
    if (line == std::string_view::npos) return AnswerState::kIncomplete;
    const auto size = parse_size(rest.substr(0, line), 16);
    if (!size) return AnswerState::kBroken;
    const std::size_t data = line + kEndOfLine.size();
    // The last chunk is followed by trailers, of which there are none as a rule, and an empty line.
    if (*size == 0) {
      const bool ended =
          rest.substr(data).starts_with(kEndOfLine) || rest.find(kEndOfHead, line) != std::string_view::npos;
      return ended ? AnswerState::kComplete : AnswerState::kIncomplete;
    }
    if (rest.size() < data + *size + kEndOfLine.size()) return AnswerState::kIncomplete;
    decoded_.append(rest.substr(data, *size));
    body_at_ += data + *size + kEndOfLine.size();
  }
}

}  // namespace stator::bench
