// Heads of requests and chunked bodies: whatever arrives, in whatever pieces, is taken the same way or refused.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/chunked.h"
#include "http/request_head.h"

namespace {

using stator::http::ChunkedDecoder;
using stator::http::HeadScanner;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

bool within(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_head(std::string_view head) {
  stator::http::Request request;
  stator::http::Framing framing;
  if (!stator::http::parse_request_head(head, request, framing)) return;
  require(!request.method.empty() && !request.target.empty());
  require(within(request.method, head) && within(request.target, head));
  require(!(framing.chunked && framing.content_length.has_value()));
  for (const stator::http::Header& header : request.headers) {
    require(!header.name.empty() && within(header.name, head) && within(header.value, head));
    require(header.value.find('\n') == std::string_view::npos && header.value.find('\0') == std::string_view::npos);
  }
}

// Scanning all at once and byte by byte comes to the same.
void check_scanner(std::string_view bytes) {
  HeadScanner whole;
  const HeadScanner::State at_once = whole.scan(bytes);
  HeadScanner pieces;
  HeadScanner::State state = HeadScanner::State::kNeedMore;
  for (std::size_t n = 1; n <= bytes.size() && state == HeadScanner::State::kNeedMore; ++n) {
    state = pieces.scan(bytes.substr(0, n));
  }
  if (bytes.empty()) return;
  require(state == at_once);
  if (at_once != HeadScanner::State::kComplete) return;
  require(pieces.begin() == whole.begin() && pieces.end() == whole.end());
  require(whole.begin() <= whole.end() && whole.end() <= bytes.size());
  check_head(bytes.substr(whole.begin(), whole.end() - whole.begin()));
}

struct Decoded {
  ChunkedDecoder::State state = ChunkedDecoder::State::kNeedMore;
  std::string body;
  std::size_t left = 0;
};

Decoded decode(std::string_view bytes, std::size_t piece) {
  ChunkedDecoder decoder(4096, 256);
  Decoded decoded;
  for (std::size_t at = 0; at < bytes.size() && decoded.state == ChunkedDecoder::State::kNeedMore;) {
    std::string_view in = bytes.substr(at, piece);
    const std::size_t given = in.size();
    decoded.state = decoder.decode(in, decoded.body);
    at += given - in.size();
    decoded.left = bytes.size() - at;
  }
  require(decoded.body.size() <= 4096);
  return decoded;
}

void check_chunks(std::string_view bytes) {
  const Decoded at_once = decode(bytes, std::max<std::size_t>(bytes.size(), 1));
  const Decoded by_bytes = decode(bytes, 1);
  require(at_once.state == by_bytes.state);
  if (at_once.state == ChunkedDecoder::State::kComplete) {
    require(at_once.body == by_bytes.body && at_once.left == by_bytes.left);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_scanner(bytes);
  check_head(bytes);
  check_chunks(bytes);
  return 0;
}
