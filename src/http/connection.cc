#include "http/connection.h"

#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "http/encoding.h"

namespace stator::http {
namespace {

namespace asio = boost::asio;

// Bodies up to this are copied behind their head; larger ones are written from where they are.
constexpr std::size_t kCopiedBody = 16 * 1024;
// Answers of pipelined requests are gathered up to this before they are written.
constexpr std::size_t kGathered = 64 * 1024;
// Pipelined requests handled before other connections get their turn.
constexpr unsigned kRequestsInTurn = 32;
// After a refusal the rest of what the client sends is read and dropped, so that the answer is not lost to a reset;
// but not for longer or more than this.
constexpr std::chrono::seconds kLingerTime{5};
constexpr std::size_t kLingerBytes = 48UL << 20;
// What a client gets at a drain to finish sending a head.
constexpr std::chrono::milliseconds kDrainHeadTime{1000};

// The callable in a Responder. Dropped without being called, it answers 500, so that no client waits for ever.
class AnswerSlot {
 public:
  explicit AnswerSlot(ConnectionRef connection) : connection_(std::move(connection)) {}
  AnswerSlot(AnswerSlot&&) noexcept = default;
  AnswerSlot& operator=(AnswerSlot&&) noexcept = default;
  ~AnswerSlot() {
    if (connection_ != nullptr) (*this)(Response{.status = 500, .headers = {}, .body = {}, .close = true});
  }

  void operator()(Response response) {
    if (const ConnectionRef connection = std::move(connection_)) connection->answer(std::move(response));
  }

 private:
  ConnectionRef connection_;
};

}  // namespace

void intrusive_ptr_add_ref(Connection* connection) { connection->references_.fetch_add(1, std::memory_order_relaxed); }

void intrusive_ptr_release(Connection* connection) {
  if (connection->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete connection;
}

Connection::Connection(Loop& loop, Socket socket, std::size_t place)
    : loop_(loop),
      mailbox_(loop.mailbox()),
      place_(place),
      socket_(std::move(socket)),
      reader_(loop.limits(), loop.blocks(), loop.settings().bodies) {}

void Connection::start() {
  boost::system::error_code error;
  socket_->non_blocking(true, error);
  if (error) return close();
  socket_->set_option(asio::ip::tcp::no_delay(true), error);
  enter(Phase::kIdle);
  wait_readable();
}

void Connection::close() {
  if (!socket_.has_value()) return;
  const ConnectionRef self(this);
  boost::system::error_code ignored;
  socket_->close(ignored);
  socket_.reset();
  // The handler may still look at the request, from another thread.
  if (!busy_) reader_.release();
  output_ = {};
  tail_ = {};
  loop_.forget(*this);
}

void Connection::enter(Phase phase) {
  if (phase == phase_ && deadline_ != MonotonicTime::max()) return;
  phase_ = phase;
  const ServerOptions& options = loop_.settings().options;
  switch (phase) {
    case Phase::kIdle:
      deadline_ = loop_.now() + options.idle_timeout;
      return;
    case Phase::kHead:
      deadline_ =
          loop_.now() + (loop_.draining() ? std::min(options.head_timeout, kDrainHeadTime) : options.head_timeout);
      return;
    case Phase::kBody:
      deadline_ = loop_.now() + options.body_timeout;
      return;
    case Phase::kHandling:
      deadline_ = MonotonicTime::max();
      return;
    case Phase::kWriting:
      deadline_ = loop_.now() + options.write_timeout;
      return;
    case Phase::kLinger:
      deadline_ = loop_.now() + kLingerTime;
      return;
  }
}

void Connection::check_deadline(MonotonicTime now) {
  if (now < deadline_) return;
  if (phase_ != Phase::kHead && phase_ != Phase::kBody) return close();
  refuse(408);
}

void Connection::drain() {
  switch (phase_) {
    case Phase::kIdle:
      return end_if_idle();
    case Phase::kLinger:
      return close();
    case Phase::kHead:
      deadline_ = std::min(deadline_, loop_.now() + kDrainHeadTime);
      return;
    case Phase::kBody:
    case Phase::kHandling:
    case Phase::kWriting:
      return;
  }
}

// At a drain, between requests: what has come by now is still answered, which also keeps its arrival from resetting the
// connection before the client has read the last answer.
void Connection::end_if_idle() {
  boost::system::error_code error;
  if (socket_->available(error) == 0 || error) close();
}

void Connection::wait_readable() {
  if (std::exchange(readable_awaited_, true)) return;
  socket_->async_wait(Socket::wait_read, [self = ConnectionRef(this)](const boost::system::error_code& error) {
    self->on_readable(error);
  });
}

void Connection::on_readable(const boost::system::error_code& error) {
  readable_awaited_ = false;
  if (!socket_.has_value()) return;
  if (error) return close();
  if (phase_ == Phase::kLinger) return discard();
  // A timeout's refusal waits to be written; linger() reads on.
  if (ending_) return;
  if (receive()) advance();
}

// False if the connection is closed.
bool Connection::receive() {
  const std::span<char> space = reader_.space();
  boost::system::error_code error;
  const std::size_t bytes = socket_->read_some(asio::buffer(space.data(), space.size()), error);
  if (error && error != asio::error::would_block && error != asio::error::interrupted) {
    close();
    return false;
  }
  reader_.received(bytes);
  return true;
}

void Connection::advance() {
  if (!handle_buffered()) return;
  if (reader_.take_continue()) output_ += "HTTP/1.1 100 Continue\r\n\r\n";
  if (!flush()) return;
  wait_readable();
  if (phase_ == Phase::kIdle && loop_.draining()) end_if_idle();
}

// Handles all whole requests that have arrived. True if more bytes are needed to go on.
bool Connection::handle_buffered() {
  for (unsigned handled = 0;; ++handled) {
    switch (reader_.advance()) {
      case RequestReader::State::kIdle:
        enter(Phase::kIdle);
        return true;
      case RequestReader::State::kHead:
        enter(Phase::kHead);
        return true;
      case RequestReader::State::kBody:
        enter(Phase::kBody);
        return true;
      case RequestReader::State::kRefused:
        refuse(reader_.refusal());
        return false;
      case RequestReader::State::kComplete:
        break;
    }
    if (handled == kRequestsInTurn) {
      enter(Phase::kHandling);
      if (flush()) {
        loop_.post([self = ConnectionRef(this)] {
          if (self->socket_.has_value()) self->advance();
        });
      }
      return false;
    }
    handle_request();
    if (busy_) {
      static_cast<void>(flush());
      return false;
    }
    const bool full = ending_ || !tail_.empty() || output_.size() >= kGathered;
    if (full && !flush()) return false;
    if (ending_) {
      end();
      return false;
    }
  }
}

void Connection::handle_request() {
  loop_.requests.add();
  enter(Phase::kHandling);
  busy_ = true;
  in_handler_ = true;
  loop_.settings().handler(reader_.request(), AnswerSlot(ConnectionRef(this)));
  in_handler_ = false;
}

void Connection::answer(Response response) {
  if (Loop::current() == &loop_) {
    answer_here(std::move(response));
  } else {
    mailbox_->put(ConnectionRef(this), std::move(response));
  }
}

void Connection::answer_here(Response response) {
  if (!socket_.has_value()) return;
  write(std::move(response));
  reader_.finish();
  busy_ = false;
  // handle_buffered() or on_writable() goes on.
  if (in_handler_ || !flush()) return;
  if (ending_) return end();
  if (!reader_.has_bytes()) {
    enter(Phase::kIdle);
    return wait_readable();
  }
  // Not from here: whoever answers may hold locks that the next request's handler takes.
  loop_.post([self = ConnectionRef(this)] {
    if (self->socket_.has_value()) self->advance();
  });
}

void Connection::write(Response response) {
  const LoopSettings& settings = loop_.settings();
  const Framing& framing = reader_.framing();
  if (response.close || !framing.keep_alive || loop_.draining()) ending_ = true;
  ResponseHead head;
  if (response.body.size() >= settings.options.compress_from_bytes && !refused_) {
    head.coding = choose_coding(framing.accept_encoding);
    std::string packed = head.coding == Coding::kIdentity ? std::string() : pack(head.coding, response.body);
    if (packed.empty()) {
      head.coding = Coding::kIdentity;
    } else {
      response.body = std::move(packed);
    }
  }
  const std::string request_id = settings.options.request_id ? settings.options.request_id() : std::string();
  head.date = loop_.date();
  head.request_id = request_id;
  head.content_length = response.body.size();
  head.crc32 = crc32_of(response.body);
  head.keep_alive = !ending_;
  if (output_.empty()) output_ = loop_.take_output();
  append_response_head(output_, response, head);
  if (!refused_ && reader_.request().method == "HEAD") return;
  if (response.body.size() <= kCopiedBody) {
    output_ += response.body;
  } else {
    tail_ = std::move(response.body);
  }
}

void Connection::refuse(int status) {
  loop_.bad_requests.add();
  refused_ = true;
  write(Response{.status = status, .headers = {}, .body = {}, .close = true});
  if (flush()) end();
}

// True if all is written; otherwise on_writable() goes on, or the connection is closed.
bool Connection::flush() {
  if (writable_awaited_) return false;
  while (written_ < output_.size() + tail_.size()) {
    boost::system::error_code error;
    std::size_t bytes = 0;
    if (tail_.empty()) {
      bytes = socket_->write_some(asio::buffer(output_.data() + written_, output_.size() - written_), error);
    } else {
      const std::size_t from_output = std::min(written_, output_.size());
      const std::size_t from_tail = written_ - from_output;
      const std::array<asio::const_buffer, 2> parts{
          asio::buffer(output_.data() + from_output, output_.size() - from_output),
          asio::buffer(tail_.data() + from_tail, tail_.size() - from_tail)};
      bytes = socket_->write_some(parts, error);
    }
    written_ += bytes;
    if (error == asio::error::would_block) {
      enter(Phase::kWriting);
      writable_awaited_ = true;
      socket_->async_wait(Socket::wait_write, [self = ConnectionRef(this)](const boost::system::error_code& failure) {
        self->on_writable(failure);
      });
      return false;
    }
    if (error && error != asio::error::interrupted) {
      close();
      return false;
    }
  }
  if (!output_.empty()) loop_.give_output(std::exchange(output_, {}));
  tail_ = {};
  written_ = 0;
  return true;
}

void Connection::on_writable(const boost::system::error_code& error) {
  if (!socket_.has_value()) return;
  if (error) return close();
  writable_awaited_ = false;
  if (!flush()) return;
  if (busy_) return enter(Phase::kHandling);
  if (ending_) return end();
  advance();
}

// All is written, and there will be no further request.
void Connection::end() {
  if (refused_ || reader_.has_bytes()) return linger();
  close();
}

void Connection::linger() {
  boost::system::error_code error;
  socket_->shutdown(Socket::shutdown_send, error);
  if (error || loop_.draining()) return close();
  enter(Phase::kLinger);
  reader_.release();
  wait_readable();
}

void Connection::discard() {
  std::array<char, 16 * 1024> dropped;
  boost::system::error_code error;
  const std::size_t bytes = socket_->read_some(asio::buffer(dropped), error);
  discarded_ += bytes;
  const bool over = error && error != asio::error::would_block && error != asio::error::interrupted;
  if (over || discarded_ > kLingerBytes) return close();
  wait_readable();
}

}  // namespace stator::http
