// HTTP requests and responses as the layers above http/ see them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stator::http {

struct Header {
  std::string_view name;
  std::string_view value;  // trimmed
};

// Owned by the connection: valid until the request is answered. The body is whole, de-chunked and unpacked.
struct Request {
  std::string_view method;
  std::string_view target;  // as sent: path and query
  std::vector<Header> headers;
  std::string_view body;
  std::string_view packed_body = {};  // what the body was unpacked from; empty if it was not packed

  // The first header of that name (ASCII case ignored), empty if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] bool has_header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string_view content_type = "application/x-amz-json-1.0";   // static text; empty for none
  std::vector<std::pair<std::string_view, std::string>> headers;  // names are static text
  std::string body;
  bool close = false;  // close the connection after it
};

// Called exactly once, from any thread; it may outlive the connection and then does nothing.
using Responder = std::move_only_function<void(Response)>;

}  // namespace stator::http
