// The HTTP/1.1 server: event loops, connections, limits, draining. One request of a connection is handled at a time;
// pipelined ones wait their turn.
//
// Every answer gets Server, Date, Content-Type, Content-Length, Connection, x-amz-crc32 and, if options.request_id is
// set, x-amzn-RequestId; it is packed if it is large and the client's Accept-Encoding asks for it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"

namespace stator::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;                // 0: any free one
  unsigned loops = 0;                       // event loops, a thread each; 0: one a core
  std::size_t max_head_bytes = 16 * 1024;   // request line and headers; more is 400
  std::size_t max_body_bytes = 16UL << 20;  // as sent and unpacked; more is 413
  std::size_t max_connections = 10'000;     // further ones are closed at once
  // Bodies of all requests that are received or answered now; more is 503. Those that fit a connection's block, of
  // max_head_bytes and 4 KiB, do not count.
  std::size_t max_buffered_bytes = 1UL << 30;
  std::size_t compress_from_bytes = 4096;  // smaller answers are never compressed
  // Timeouts are looked at every quarter of a second.
  std::chrono::milliseconds head_timeout{30'000};   // from the first byte of a request to the end of its head
  std::chrono::milliseconds body_timeout{60'000};   // from the end of the head to the end of the body
  std::chrono::milliseconds idle_timeout{300'000};  // between requests
  std::chrono::milliseconds write_timeout{60'000};  // for a client to take an answer
  // Makes the value of x-amzn-RequestId, which every answer then carries. Called on any loop's thread.
  std::function<std::string()> request_id;
};

struct ServerStats {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;
  std::uint64_t requests = 0;
  std::uint64_t bad_requests = 0;    // refused below the protocol: malformed, too large, too slow, no room for it
  std::uint64_t buffered_bytes = 0;  // of ServerOptions::max_buffered_bytes
};

class Server {
 public:
  // Called on a loop's thread, which it must not block. `request` lives until the responder is called. Requests that
  // http/ refuses itself (bad framing, too large, bad encoding) never reach it.
  using Handler = std::function<void(const Request& request, Responder respond)>;

  // Binds and listens. An Error tells the address and what the system said.
  static Result<std::unique_ptr<Server>> listen(const ServerOptions& options, Handler handler, const Clock& clock);

  virtual ~Server() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  virtual void start() = 0;
  // Stops accepting, lets running requests finish (at most `patience`), closes idle connections, joins the loops.
  virtual void drain(std::chrono::milliseconds patience) = 0;
  [[nodiscard]] virtual ServerStats stats() const = 0;
};

}  // namespace stator::http
