#include "http/client.h"

#include <array>
#include <cerrno>
#include <optional>
#include <span>
#include <system_error>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "http/resolve.h"

namespace stator::http {
namespace {

namespace beast = boost::beast::http;
using Outcome = CallWait::Outcome;
using Parser = beast::response_parser<beast::string_body>;

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
// How long one of several addresses is tried before the next is.
constexpr std::chrono::milliseconds kConnectPatience{2'000};

std::string system_text(int error) { return std::generic_category().message(error); }

std::unexpected<ClientFailure> fail_with(ClientProblem problem, std::string message) {
  return std::unexpected(ClientFailure{problem, std::move(message)});
}

std::unexpected<ClientFailure> fail_stopped() { return fail_with(ClientProblem::kStopped, "broken off"); }

std::unexpected<ClientFailure> fail_timed_out() {
  return fail_with(ClientProblem::kTimedOut, "there was no answer in time");
}

std::string head_of(const ClientRequest& request, std::string_view authority) {
  std::string head = fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: stator\r\nContent-Length: {}\r\n",
                                 request.target, authority, request.body.size());
  for (const auto& [name, value] : request.headers) head += fmt::format("{}: {}\r\n", name, value);
  return head += "\r\n";
}

// One request and its answer on a connection.
class Exchange {
 public:
  Exchange(int connection, CallWait& wait, std::string_view head, std::string_view body)
      : connection_(connection), wait_(wait), head_(head), body_(body) {
    begin_answer();
  }

  std::expected<ClientAnswer, ClientFailure> run() {
    for (;;) {
      if (!head_.empty() || !body_.empty()) send();
      std::array<pollfd, 1> fds{{{connection_, POLLIN, 0}}};
      if (!head_.empty() || !body_.empty()) fds[0].events |= POLLOUT;
      const Outcome outcome = wait_.wait(fds);
      if (outcome == Outcome::kStopped) return fail_stopped();
      if (outcome == Outcome::kTimedOut) return fail_timed_out();
      if ((fds[0].revents & ~POLLOUT) == 0) continue;
      if (auto failure = receive()) return std::unexpected(*std::move(failure));
      if (parser_->is_done()) return take_answer();
    }
  }

  // True if nothing at all has come back.
  [[nodiscard]] bool is_unanswered() const { return !answered_; }
  // True if the connection takes another request after this.
  [[nodiscard]] bool is_reusable() const { return reusable_; }

 private:
  void begin_answer() {
    parser_.emplace();
    parser_->header_limit(kMaxAnswerHeadBytes);
    parser_->body_limit(kMaxAnswerBytes);
    parser_->eager(true);
  }

  void send() {
    std::array<iovec, 2> parts{
        {{const_cast<char*>(head_.data()), head_.size()}, {const_cast<char*>(body_.data()), body_.size()}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t sent = ::sendmsg(connection_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EAGAIN || errno == EINTR) return;
      // The server may have answered before it closed: what can be read tells.
      cut_off_ = true;
      head_ = body_ = {};
      return;
    }
    const std::size_t of_head = std::min(static_cast<std::size_t>(sent), head_.size());
    head_.remove_prefix(of_head);
    body_.remove_prefix(static_cast<std::size_t>(sent) - of_head);
  }

  std::optional<ClientFailure> receive() {
    const std::size_t before = input_.size();
    input_.resize(before + kReadBytes);
    const ssize_t got = ::recv(connection_, input_.data() + before, kReadBytes, MSG_DONTWAIT);
    const int error = errno;
    input_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && (error == EAGAIN || error == EINTR)) return std::nullopt;
    if (got <= 0) return end_of_input(got < 0 ? error : 0);
    answered_ = true;
    return parse();
  }

  std::optional<ClientFailure> end_of_input(int error) {
    boost::system::error_code failure;
    if (error == 0 && parser_->got_some()) parser_->put_eof(failure);
    if (!failure && parser_->is_done()) return std::nullopt;
    const std::string_view what = answered_ ? "in the middle of the answer" : "without an answer";
    return ClientFailure{ClientProblem::kBroken,
                         error == 0 ? fmt::format("the connection was closed {}", what)
                                    : fmt::format("the connection broke {}: {}", what, system_text(error))};
  }

  std::optional<ClientFailure> parse() {
    while (!input_.empty()) {
      boost::system::error_code failure;
      const std::size_t used = parser_->put(boost::asio::buffer(input_), failure);
      input_.erase(0, used);
      if (failure == beast::error::need_more) return std::nullopt;
      if (failure == beast::error::body_limit) {
        return ClientFailure{ClientProblem::kBroken,
                             fmt::format("the answer is longer than {} bytes", kMaxAnswerBytes)};
      }
      if (failure) {
        return ClientFailure{ClientProblem::kBroken, fmt::format("the answer is no HTTP: {}", failure.message())};
      }
      if (!parser_->is_done()) continue;
      // 100 Continue and the like come before the answer.
      const int status = static_cast<int>(parser_->get().result_int());
      if (status >= 200 || status == 101) return std::nullopt;
      begin_answer();
    }
    return std::nullopt;
  }

  ClientAnswer take_answer() {
    reusable_ =
        parser_->keep_alive() && !parser_->need_eof() && input_.empty() && head_.empty() && body_.empty() && !cut_off_;
    auto message = parser_->release();
    ClientAnswer answer{.status = static_cast<int>(message.result_int()), .headers = {}, .body = {}};
    for (const auto& field : message) {
      answer.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    answer.body = std::move(message.body());
    return answer;
  }

  const int connection_;
  CallWait& wait_;
  std::string_view head_;  // what is left to send, as is body_
  std::string_view body_;
  std::string input_;  // received and not yet parsed
  std::optional<Parser> parser_;
  bool cut_off_ = false;  // the server took less than the whole request
  bool answered_ = false;
  bool reusable_ = false;
};

// A connection that is dropped on its way without a word is found out while it is kept, and is not forgotten by what
// stands between while a function takes its time.
void keep_alive(const Descriptor& connection) {
  const auto set = [&](int level, int option, int value) {
    ::setsockopt(connection.get(), level, option, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
}

std::expected<Descriptor, ClientFailure> connect_to(const SocketAddress& address, bool is_last, CallWait& wait) {
  Descriptor connection(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!connection) return fail_with(ClientProblem::kNotConnected, system_text(errno));
  const int on = 1;
  ::setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  keep_alive(connection);
  if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.length) == 0) {
    return connection;
  }
  if (errno != EINPROGRESS) return fail_with(ClientProblem::kNotConnected, system_text(errno));
  std::array<pollfd, 1> fds{{{connection.get(), POLLOUT, 0}}};
  const Outcome outcome = is_last ? wait.wait(fds) : wait.wait(fds, kConnectPatience);
  if (outcome == Outcome::kStopped) return fail_stopped();
  if (outcome != Outcome::kReady) return fail_with(ClientProblem::kNotConnected, system_text(ETIMEDOUT));
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(connection.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail_with(ClientProblem::kNotConnected, system_text(error));
  return connection;
}

// False if the server has closed it, or sent what nobody asked for.
bool is_usable(const Descriptor& connection) {
  char byte = 0;
  return ::recv(connection.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

}  // namespace

const std::string* ClientAnswer::header(std::string_view name) const {
  for (const auto& [each, value] : headers) {
    if (equals_ignoring_case(each, name)) return &value;
  }
  return nullptr;
}

Client::Client(HttpUrl url, unsigned kept, std::chrono::milliseconds idle)
    : url_(std::move(url)), authority_(url_.authority()), most_kept_(kept), longest_idle_(idle) {}

std::expected<ClientAnswer, ClientFailure> Client::post(const ClientRequest& request, std::chrono::milliseconds timeout,
                                                        const std::stop_token& stop) {
  // A kept connection would take the whole request before anything waits.
  if (stop.stop_requested()) return fail_stopped();
  CallWait wait(timeout, stop);
  const std::string head = head_of(request, authority_);
  Descriptor connection = take_kept();
  for (bool is_kept = static_cast<bool>(connection);; is_kept = false) {
    if (!is_kept) {
      auto connected = connect(wait);
      if (!connected) return std::unexpected(std::move(connected).error());
      connection = *std::move(connected);
    }
    Exchange exchange(connection.get(), wait, head, request.body);
    auto answer = exchange.run();
    if (exchange.is_reusable()) keep(std::move(connection));
    // The server closed what it had kept for long enough, just as the request was on its way.
    const bool is_stale = is_kept && !answer && answer.error().problem == ClientProblem::kBroken;
    if (!is_stale || !exchange.is_unanswered()) return answer;
  }
}

std::expected<Descriptor, ClientFailure> Client::connect(CallWait& wait) const {
  const auto addresses = resolve(url_.host, url_.port, wait);
  if (!addresses) {
    const ResolveFailure& failure = addresses.error();
    if (failure.outcome == Outcome::kStopped) return fail_stopped();
    return fail_with(ClientProblem::kNotConnected,
                     fmt::format("{} cannot be looked up: {}", url_.host,
                                 failure.outcome == Outcome::kReady ? failure.message : system_text(ETIMEDOUT)));
  }
  std::expected<Descriptor, ClientFailure> connection;
  for (const SocketAddress& address : *addresses) {
    connection = connect_to(address, &address == &addresses->back(), wait);
    if (connection || connection.error().problem == ClientProblem::kStopped) return connection;
  }
  return fail_with(ClientProblem::kNotConnected,
                   fmt::format("no connection to {}: {}", authority_, connection.error().message));
}

Descriptor Client::take_kept() {
  const std::lock_guard lock(mutex_);
  drop_old();
  while (!kept_.empty()) {
    Descriptor last = std::move(kept_.back().connection);
    kept_.pop_back();
    if (is_usable(last)) return last;
  }
  return {};
}

void Client::drop_old() {
  const MonotonicTime oldest = SystemClock().monotonic() - longest_idle_;
  std::erase_if(kept_, [oldest](const Kept& each) { return each.since <= oldest; });
}

bool Client::close_idle() {
  const std::lock_guard lock(mutex_);
  drop_old();
  std::erase_if(kept_, [](const Kept& each) { return !is_usable(each.connection); });
  return !kept_.empty();
}

void Client::keep(Descriptor connection) {
  const std::lock_guard lock(mutex_);
  if (kept_.size() < most_kept_) kept_.push_back({std::move(connection), SystemClock().monotonic()});
}

}  // namespace stator::http
