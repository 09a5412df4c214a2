#include "load.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <deque>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "connection.h"

namespace stator::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Client {
  Client(unsigned given, std::uint16_t port) : number(given), connection(port) {}

  const unsigned number;
  Connection connection;
  SteadyClock::time_point begun;  // the operation
};

class Load {
 public:
  Load(double seconds, Workload& workload) : seconds_(seconds), workload_(workload) {}

  Measured run(std::uint16_t port, unsigned connections) {
    const int poll = epoll_create1(0);
    std::deque<Client> clients;
    for (unsigned i = 0; i < connections; ++i) {
      Client& client = clients.emplace_back(i, port);
      epoll_event event{.events = EPOLLIN, .data = {.ptr = &client}};
      epoll_ctl(poll, EPOLL_CTL_ADD, client.connection.fd(), &event);
    }
    started_ = SteadyClock::now();
    for (Client& client : clients) begin(client);
    std::array<epoll_event, 256> events;
    while (in_flight_ > 0) {
      const int n = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 5000);
      if (n <= 0) give_up("no answer for 5 seconds");
      // Clients that know nothing of each other come in no order, which decides who wins where they contend.
      std::shuffle(events.begin(), events.begin() + n, random_);
      for (int i = 0; i < n; ++i) receive(*static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr));
    }
    measured_.seconds = std::chrono::duration<double>(SteadyClock::now() - started_).count();
    close(poll);
    return std::move(measured_);
  }

 private:
  void begin(Client& client) {
    client.begun = SteadyClock::now();
    if (client.begun - started_ < std::chrono::duration<double>(seconds_)) attempt(client);
  }

  void attempt(Client& client) {
    const auto request = workload_.request(client.number);
    if (!request) return;
    client.connection.send(*request);
    ++in_flight_;
  }

  void receive(Client& client) {
    if (!client.connection.receive()) return;
    --in_flight_;
    const std::string_view answer = client.connection.answer();
    switch (workload_.judge(client.number, client.connection.is_ok(), answer)) {
      case Verdict::kRefused:
        ++measured_.refused;
        return attempt(client);
      case Verdict::kConflict:
        ++measured_.conflicts;
        return attempt(client);
      case Verdict::kError:
        if (measured_.errors++ == 0) fmt::print(stderr, "{}\n", answer.substr(0, 1000));
        return begin(client);
      case Verdict::kDone:
        measured_.micros.push_back(
            std::chrono::duration<double, std::micro>(SteadyClock::now() - client.begun).count());
        return begin(client);
    }
  }

  const double seconds_;
  Workload& workload_;
  Measured measured_;
  unsigned in_flight_ = 0;
  SteadyClock::time_point started_;
  std::minstd_rand random_;
};

}  // namespace

Measured measure(std::uint16_t port, unsigned connections, double seconds, Workload& workload) {
  return Load(seconds, workload).run(port, connections);
}

}  // namespace stator::bench
