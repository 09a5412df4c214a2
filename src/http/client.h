// HTTP/1.1 as a client: POSTs to one server, over connections that are kept.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/call_wait.h"
#include "base/clock.h"
#include "base/descriptor.h"
#include "base/http_url.h"

namespace stator::http {

inline constexpr std::size_t kMaxAnswerHeadBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxAnswerBytes = std::size_t{6} * 1024 * 1024;

// Less than the minute after which many servers and proxies close.
inline constexpr std::chrono::milliseconds kLongestIdle{50'000};

struct ClientRequest {
  std::string_view target;                                               // path and query
  std::vector<std::pair<std::string_view, std::string_view>> headers{};  // but Host and Content-Length
  std::string_view body;
};

struct ClientAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // The first of that name (ASCII case ignored), null if there is none.
  [[nodiscard]] const std::string* header(std::string_view name) const;
};

enum class ClientProblem : std::uint8_t {
  kNotConnected,  // nothing was sent
  kBroken,        // what came back, if anything, is no whole answer
  kTimedOut,
  kStopped,
};

struct ClientFailure {
  ClientProblem problem = ClientProblem::kBroken;
  std::string message;
};

// Thread-safe.
class Client {
 public:
  // Of the URL's target nothing is used. Keeps as many idle connections as `kept`, and none once it is known to have
  // been idle for as long as `idle`.
  Client(HttpUrl url, unsigned kept, std::chrono::milliseconds idle = kLongestIdle);

  // Blocks for `timeout` at most, all in all; `stop` ends it at once. A request that a kept connection did not answer
  // with a single byte is sent again, once, over a new one: the server may then get it twice. Redirections are answers.
  [[nodiscard]] std::expected<ClientAnswer, ClientFailure> post(const ClientRequest& request,
                                                                std::chrono::milliseconds timeout,
                                                                const std::stop_token& stop);

  // Closes the connections that have been idle for so long, or that the server has closed. True if others are kept.
  bool close_idle();

 private:
  struct Kept {
    Descriptor connection;
    MonotonicTime since;
  };
  [[nodiscard]] std::expected<Descriptor, ClientFailure> connect(CallWait& wait) const;
  [[nodiscard]] Descriptor take_kept();
  void keep(Descriptor connection);
  // The caller holds mutex_.
  void drop_old();

  const HttpUrl url_;
  const std::string authority_;
  const std::size_t most_kept_;
  const std::chrono::milliseconds longest_idle_;
  std::mutex mutex_;
  std::vector<Kept> kept_;  // guarded by mutex_; the last is the last used
};

}  // namespace stator::http
