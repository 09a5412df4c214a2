#include "http/server.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "http/connection.h"
#include "http/loop.h"

namespace stator::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

constexpr int kBacklog = 4096;
// When the process is out of file descriptors, accepting again at once would only spin.
constexpr std::chrono::milliseconds kAcceptPause{50};

Result<tcp::endpoint> resolve(asio::io_context& context, const ServerOptions& options) {
  boost::system::error_code error;
  const asio::ip::address address = asio::ip::make_address(options.host, error);
  if (!error) return tcp::endpoint(address, options.port);
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, error);
  if (error || found.empty()) {
    return fail(ErrorCode::kInternal,
                fmt::format("cannot find the address of host {}: {}", options.host, error.message()));
  }
  return found.begin()->endpoint();
}

class AsioServer final : public Server {
 public:
  AsioServer(const ServerOptions& options, Handler handler, const Clock& clock)
      : settings_{.options = options,
                  .handler = std::move(handler),
                  .clock = clock,
                  .bodies = std::make_shared<BodyBudget>(options.max_buffered_bytes)} {
    const unsigned wanted = options.loops > 0 ? options.loops : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < wanted; ++i) loops_.push_back(std::make_unique<Loop>(settings_));
    acceptor_.emplace(loops_.front()->context());
    pause_.emplace(loops_.front()->context());
  }

  ~AsioServer() override { drain(std::chrono::milliseconds{0}); }

  Result<void> open() {
    TRY_ASSIGN(const tcp::endpoint endpoint, resolve(loops_.front()->context(), settings_.options));
    boost::system::error_code error;
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(Acceptor::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(kBacklog, error);
    if (error) {
      return fail(ErrorCode::kInternal, fmt::format("cannot listen on {}:{}: {}", settings_.options.host,
                                                    settings_.options.port, error.message()));
    }
    port_ = acceptor_->local_endpoint(error).port();
    return {};
  }

  std::uint16_t port() const override { return port_; }

  void start() override {
    running_ = loops_.size();
    for (auto& loop : loops_) {
      threads_.emplace_back([this, &loop = *loop] {
        loop.run();
        const std::lock_guard lock(mutex_);
        --running_;
        ended_.notify_all();
      });
    }
    asio::post(loops_.front()->context(), [this] { accept(); });
  }

  void drain(std::chrono::milliseconds patience) override {
    if (threads_.empty()) return;
    asio::post(loops_.front()->context(), [this] {
      boost::system::error_code ignored;
      acceptor_->close(ignored);
      pause_->cancel();
    });
    for (auto& loop : loops_) loop->post_drain();
    {
      std::unique_lock lock(mutex_);
      ended_.wait_for(lock, patience, [this] { return running_ == 0; });
    }
    for (auto& loop : loops_) loop->post_shut();
    threads_.clear();
  }

  ServerStats stats() const override {
    ServerStats stats{.connections_open = settings_.open_connections.load(std::memory_order_relaxed),
                      .connections_accepted = accepted_.get(),
                      .connections_refused = refused_.get(),
                      .buffered_bytes = settings_.bodies->used()};
    for (const auto& loop : loops_) {
      stats.requests += loop->requests.get();
      stats.bad_requests += loop->bad_requests.get();
    }
    return stats;
  }

 private:
  void accept() {
    if (!acceptor_->is_open()) return;
    Loop& loop = *loops_[next_];
    next_ = (next_ + 1) % loops_.size();
    acceptor_->async_accept(loop.context(), [this, &loop](const boost::system::error_code& error, Socket socket) {
      on_accept(error, loop, std::move(socket));
    });
  }

  void on_accept(const boost::system::error_code& error, Loop& loop, Socket socket) {
    if (!acceptor_->is_open()) return;
    if (error == asio::error::connection_aborted) return accept();
    if (error) {
      pause_->expires_after(kAcceptPause);
      pause_->async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) accept();
      });
      return;
    }
    accepted_.add();
    if (settings_.open_connections.fetch_add(1, std::memory_order_relaxed) >= settings_.options.max_connections) {
      settings_.open_connections.fetch_sub(1, std::memory_order_relaxed);
      refused_.add();
      socket = Socket(loop.context());
    } else if (Loop::current() == &loop) {
      loop.adopt(std::move(socket));
    } else {
      loop.post_adopt(std::move(socket));
    }
    accept();
  }

  LoopSettings settings_;
  std::uint16_t port_ = 0;
  std::vector<std::unique_ptr<Loop>> loops_;

  // Of the first loop's thread.
  std::optional<Acceptor> acceptor_;
  std::optional<SteadyTimer> pause_;
  std::size_t next_ = 0;
  Counter accepted_;
  Counter refused_;

  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t running_ = 0;  // loops; guarded by mutex_
  std::vector<std::jthread> threads_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const ServerOptions& options, Handler handler, const Clock& clock) {
  auto server = std::make_unique<AsioServer>(options, std::move(handler), clock);
  TRY(server->open());
  return server;
}

}  // namespace stator::http
