#include "http/loop.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "http/connection.h"

namespace stator::http {
namespace {

constexpr std::chrono::milliseconds kSweepEvery{250};
constexpr std::size_t kKeptOutputs = 64;
// An output string that has grown past this is freed rather than kept.
constexpr std::size_t kKeptOutputBytes = 32 * 1024;

thread_local const Loop* current_loop = nullptr;

}  // namespace

void Mailbox::put(ConnectionRef connection, Response response) {
  const std::lock_guard lock(mutex_);
  if (loop_ == nullptr) return;
  letters_.emplace_back(std::move(connection), std::move(response));
  if (letters_.size() == 1) {
    boost::asio::post(loop_->context(), [this] { deliver(); });
  }
}

void Mailbox::deliver() {
  {
    const std::lock_guard lock(mutex_);
    std::swap(letters_, opened_);
  }
  for (Letter& letter : opened_) letter.connection->answer(std::move(letter.response));
  opened_.clear();
}

void Mailbox::close() {
  std::vector<Letter> dropped;
  const std::lock_guard lock(mutex_);
  loop_ = nullptr;
  std::swap(dropped, letters_);
}

Loop::Loop(LoopSettings& settings)
    : settings_(settings),
      limits_{settings.options.max_head_bytes, settings.options.max_body_bytes},
      context_(1),
      work_(boost::asio::make_work_guard(context_)),
      sweeper_(context_),
      mailbox_(std::make_shared<Mailbox>(*this)),
      blocks_(limits_.block_bytes()) {}

Loop::~Loop() { mailbox_->close(); }

const Loop* Loop::current() { return current_loop; }

void Loop::run() {
  current_loop = this;
  context_.run();
  current_loop = nullptr;
  mailbox_->close();
}

void Loop::post(std::function<void()> task) { boost::asio::post(context_, std::move(task)); }

void Loop::post_adopt(Socket socket) {
  boost::asio::post(context_, [this, socket = std::move(socket)]() mutable { adopt(std::move(socket)); });
}

void Loop::adopt(Socket socket) {
  if (draining_) {
    settings_.open_connections.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  ConnectionRef connection(new Connection(*this, std::move(socket), connections_.size()));
  connections_.push_back(connection);
  if (!std::exchange(sweeping_, true)) sweep();
  connection->start();
}

void Loop::forget(const Connection& connection) {
  // The last one moves into its place.
  const std::size_t place = connection.place();
  std::swap(connections_[place], connections_.back());
  connections_[place]->set_place(place);
  connections_.pop_back();
  settings_.open_connections.fetch_sub(1, std::memory_order_relaxed);
  end_if_drained();
}

void Loop::sweep() {
  // Backwards, because a connection that closes is replaced by the last one, which has been looked at.
  const MonotonicTime at = now();
  for (std::size_t i = connections_.size(); i-- > 0;) {
    const ConnectionRef connection = connections_[i];
    connection->check_deadline(at);
  }
  if (connections_.empty()) {
    sweeping_ = false;
    return;
  }
  sweeper_.expires_after(kSweepEvery);
  sweeper_.async_wait([this](const boost::system::error_code& error) {
    if (!error) sweep();
  });
}

void Loop::post_drain() {
  post([this] {
    draining_ = true;
    for (std::size_t i = connections_.size(); i-- > 0;) {
      const ConnectionRef connection = connections_[i];
      connection->drain();
    }
    end_if_drained();
  });
}

void Loop::post_shut() {
  post([this] {
    draining_ = true;
    while (!connections_.empty()) {
      const ConnectionRef connection = connections_.back();
      connection->close();
    }
    end_if_drained();
  });
}

void Loop::end_if_drained() {
  if (!draining_ || !connections_.empty()) return;
  work_.reset();
  sweeper_.cancel();
}

std::string Loop::take_output() {
  if (outputs_.empty()) return {};
  std::string output = std::move(outputs_.back());
  outputs_.pop_back();
  return output;
}

void Loop::give_output(std::string output) {
  if (output.capacity() > kKeptOutputBytes || outputs_.size() == kKeptOutputs) return;
  output.clear();
  outputs_.push_back(std::move(output));
}

}  // namespace stator::http
