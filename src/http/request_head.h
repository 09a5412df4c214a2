// The head of a request: request line and header fields. Pure functions over bytes.
//
// Strict wherever two readers of the same bytes could disagree about where a request ends (request smuggling): lines
// end in CRLF and nothing else, no folded lines, no space before a colon, one Content-Length at most and of digits
// only, never together with Transfer-Encoding, which may only be `chunked` and only in HTTP/1.1. Source: RFC 9112
// sections 2 to 6, RFC 9110 section 5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"

namespace stator::http {

// Finds the end of a head in bytes that arrive bit by bit, looking at each byte once.
class HeadScanner {
 public:
  enum class State : std::uint8_t { kNeedMore, kComplete, kBad };

  // `bytes` is all that has arrived of the request, the earlier bytes first. Empty lines before the request line are
  // skipped. kBad: a line feed without its carriage return.
  [[nodiscard]] State scan(std::string_view bytes);

  // After kComplete: where the head begins (after skipped empty lines) and ends (after its empty line).
  [[nodiscard]] std::size_t begin() const { return begin_; }
  [[nodiscard]] std::size_t end() const { return line_; }

 private:
  std::size_t begin_ = 0;
  std::size_t line_ = 0;     // where the line under way begins
  std::size_t scanned_ = 0;  // no line feed between line_ and here
};

// How the request is framed and what its client wants to happen to the connection.
struct Framing {
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
  std::string_view content_encoding;
  std::string_view accept_encoding;
};

// Reads a whole head, up to and including its empty line, into the views of `request` and into `framing`. False if it
// must be refused with 400; both are then unspecified. The body of `request` is left alone.
[[nodiscard]] bool parse_request_head(std::string_view head, Request& request, Framing& framing);

}  // namespace stator::http
