// One event loop: an io_context, the thread's connections, their deadlines, and the answers that other threads post.
// Internal to http/.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include "base/clock.h"
#include "http/body_budget.h"
#include "http/message.h"
#include "http/request_reader.h"
#include "http/response_head.h"
#include "http/server.h"

namespace stator::http {

class Connection;
class Loop;
using ConnectionRef = boost::intrusive_ptr<Connection>;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
using SteadyTimer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                      boost::asio::io_context::executor_type>;

// What all loops of a server have in common; constant but for the budget and the count.
struct LoopSettings {
  ServerOptions options;
  Server::Handler handler;
  const Clock& clock;
  std::shared_ptr<BodyBudget> bodies;
  std::atomic<std::size_t> open_connections{0};
};

// Answers from other threads to one loop. Outlives the loop, for responders that come late. Thread-safe.
class Mailbox {
 public:
  explicit Mailbox(Loop& loop) : loop_(&loop) {}
  // Does nothing once closed.
  void put(ConnectionRef connection, Response response);
  // Answers everything put so far. On the loop's thread.
  void deliver();
  void close();

 private:
  struct Letter {
    ConnectionRef connection;
    Response response;
  };
  std::mutex mutex_;
  Loop* loop_;                   // guarded by mutex_; null once closed
  std::vector<Letter> letters_;  // guarded by mutex_
  std::vector<Letter> opened_;   // of the loop's thread
};

// A number written by one thread and read by any.
class Counter {
 public:
  void add() { value_.store(value_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// All but context(), post_*() and the counters is for the loop's own thread.
class Loop {
 public:
  explicit Loop(LoopSettings& settings);
  ~Loop();

  // The loop whose thread this is, or null.
  static const Loop* current();

  [[nodiscard]] boost::asio::io_context& context() { return context_; }
  // Runs until drained or shut.
  void run();

  void adopt(Socket socket);
  void post_adopt(Socket socket);
  // No new connections or requests; run() returns when the running ones are answered.
  void post_drain();
  // Closes every connection.
  void post_shut();

  void forget(const Connection& connection);
  // Has `task` run after what is ready now.
  void post(std::function<void()> task);

  [[nodiscard]] const LoopSettings& settings() const { return settings_; }
  [[nodiscard]] const RequestLimits& limits() const { return limits_; }
  [[nodiscard]] BlockPool& blocks() { return blocks_; }
  [[nodiscard]] const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  [[nodiscard]] bool draining() const { return draining_; }
  [[nodiscard]] MonotonicTime now() const { return settings_.clock.monotonic(); }
  [[nodiscard]] std::string_view date() { return date_.at(settings_.clock.now()); }

  // Empty strings with capacity, for output.
  [[nodiscard]] std::string take_output();
  void give_output(std::string output);

  Counter requests;
  Counter bad_requests;

 private:
  void sweep();
  void end_if_drained();

  LoopSettings& settings_;
  const RequestLimits limits_;
  boost::asio::io_context context_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  SteadyTimer sweeper_;
  bool sweeping_ = false;
  bool draining_ = false;
  std::shared_ptr<Mailbox> mailbox_;
  BlockPool blocks_;
  std::vector<std::string> outputs_;
  DateText date_;
  std::vector<ConnectionRef> connections_;  // each knows its place
};

}  // namespace stator::http
