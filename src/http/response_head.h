// Writing the head of an answer, with the header fields that every answer of DynamoDB carries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/encoding.h"
#include "http/message.h"

namespace stator::http {

// The Date header's text, made anew once a second. Not thread-safe.
class DateText {
 public:
  // "Thu, 01 Jan 1970 00:00:00 GMT"; valid until the next call.
  [[nodiscard]] std::string_view at(WallTime now);

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

struct ResponseHead {
  std::string_view date;
  std::string_view request_id;  // empty: no x-amzn-RequestId
  std::size_t content_length = 0;
  std::uint32_t crc32 = 0;  // of the body's bytes as sent
  Coding coding = Coding::kIdentity;
  bool keep_alive = true;
};

// Appends status line, header fields and empty line. `response` gives status, content type and its own headers.
void append_response_head(std::string& out, const Response& response, const ResponseHead& head);

}  // namespace stator::http
