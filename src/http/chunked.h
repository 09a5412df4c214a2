// The chunked transfer coding, taken apart bit by bit. Source: RFC 9112 section 7.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stator::http {

class ChunkedDecoder {
 public:
  enum class State : std::uint8_t { kNeedMore, kComplete, kBad, kTooLarge };

  // `max_body_bytes` limits what comes out; `max_trailer_bytes` each chunk's size line and the trailer as a whole.
  ChunkedDecoder(std::size_t max_body_bytes, std::size_t max_trailer_bytes)
      : max_body_bytes_(max_body_bytes), max_trailer_bytes_(max_trailer_bytes) {}

  // Takes coded bytes off the front of `in` and appends what they carry to `body`. At kNeedMore `in` is used up; at
  // kComplete it begins with what follows the body. Chunk extensions and trailer fields are dropped. Not to be called
  // again after kBad (a line that is not as the RFC has it) or kTooLarge.
  [[nodiscard]] State decode(std::string_view& in, std::string& body);

 private:
  enum class Step : std::uint8_t {
    kSize,
    kExtension,
    kSizeFeed,
    kData,
    kDataReturn,
    kDataFeed,
    kTrailer,
    kTrailerFeed
  };

  [[nodiscard]] State take_data(std::string_view& in, std::string& body);
  [[nodiscard]] State take_byte(char c);
  [[nodiscard]] State take_size_digit(char c);
  [[nodiscard]] State end_size_line();

  std::size_t max_body_bytes_;
  std::size_t max_trailer_bytes_;
  Step step_ = Step::kSize;
  bool has_digit_ = false;      // of this chunk's size
  bool line_empty_ = true;      // the trailer's line under way
  std::size_t line_bytes_ = 0;  // of this chunk's size line, or of the trailer
  std::size_t chunk_left_ = 0;  // bytes of this chunk still to come
  std::size_t body_bytes_ = 0;  // of all chunks begun
};

}  // namespace stator::http
