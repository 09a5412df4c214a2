// One client's connection: reads requests, hands them to the handler one at a time, writes the answers in order.
// Internal to http/.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/system/error_code.hpp>

#include "base/clock.h"
#include "http/loop.h"
#include "http/message.h"
#include "http/request_reader.h"

namespace stator::http {

// Belongs to its loop's thread but for answer() and the reference count. A request's memory lives until its responder
// is called or dropped, even if the connection closes before.
class Connection final {
 public:
  Connection(Loop& loop, Socket socket, std::size_t place);

  void start();
  // The answer to the request under way. From any thread; nothing happens if the connection is closed.
  void answer(Response response);
  void check_deadline(MonotonicTime now);
  // From now on: answers what has come, and closes as soon as no request is under way.
  void drain();
  void close();

  // Where the loop keeps it.
  [[nodiscard]] std::size_t place() const { return place_; }
  void set_place(std::size_t place) { place_ = place; }

 private:
  friend void intrusive_ptr_add_ref(Connection* connection);
  friend void intrusive_ptr_release(Connection* connection);

  // What the client is waited for to do, which decides the deadline.
  enum class Phase : std::uint8_t { kIdle, kHead, kBody, kHandling, kWriting, kLinger };

  ~Connection() = default;
  void enter(Phase phase);
  void end_if_idle();
  void wait_readable();
  void on_readable(const boost::system::error_code& error);
  void on_writable(const boost::system::error_code& error);
  [[nodiscard]] bool receive();
  void advance();
  [[nodiscard]] bool handle_buffered();
  void handle_request();
  void answer_here(Response response);
  void write(Response response);
  void refuse(int status);
  [[nodiscard]] bool flush();
  void end();
  void linger();
  void discard();

  Loop& loop_;  // not to be used once closed
  const std::shared_ptr<Mailbox> mailbox_;
  std::atomic<std::uint32_t> references_{0};
  std::size_t place_;
  std::optional<Socket> socket_;  // none once closed
  RequestReader reader_;

  Phase phase_ = Phase::kIdle;
  MonotonicTime deadline_ = MonotonicTime::max();
  bool busy_ = false;        // a request is with the handler
  bool in_handler_ = false;  // ... which has not returned yet
  bool readable_awaited_ = false;
  bool writable_awaited_ = false;
  bool ending_ = false;   // close when all is written
  bool refused_ = false;  // what the client still sends is of no interest
  std::size_t discarded_ = 0;

  // Still to be written: output_ from written_ on, then tail_.
  std::string output_;
  std::string tail_;
  std::size_t written_ = 0;  // of output_ and tail_ together
};

void intrusive_ptr_add_ref(Connection* connection);
void intrusive_ptr_release(Connection* connection);

}  // namespace stator::http
