// An answer in HTTP/1.x as it comes in, from whatever server: with Content-Length, chunked, or until the end of the
// connection. Source: RFC 9112.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stator::bench {

enum class AnswerState : std::uint8_t { kIncomplete, kComplete, kBroken };

// One at a time; clear() before the next. Not thread-safe.
class Answer {
 public:
  void clear();

  AnswerState append(std::string_view bytes);
  // The server has closed the connection.
  AnswerState end();

  // Of a complete answer, until clear().
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] bool is_ok() const { return status_ == 200; }
  [[nodiscard]] std::string_view body() const;
  // Whether the connection may be used again.
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_; }

 private:
  enum class Framing : std::uint8_t { kUnknown, kLength, kChunked, kUntilEnd };

  AnswerState advance();
  bool read_head(std::string_view head);
  AnswerState read_chunks();

  std::string received_;
  std::string decoded_;      // of chunks
  std::size_t body_at_ = 0;  // in received_; of chunks: where the next begins
  std::size_t length_ = 0;
  int status_ = 0;
  Framing framing_ = Framing::kUnknown;
  bool keeps_alive_ = true;
};

}  // namespace stator::bench
