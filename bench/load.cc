// stator_load: sends signed requests over some connections for some seconds, each connection one at a time, and prints
// requests a second and latencies as one line of JSON.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "requests.h"

namespace {

using SteadyClock = std::chrono::steady_clock;
using stator::bench::Target;

struct Options {
  std::uint16_t port = 8000;
  std::string operation = "GetItem";
  std::string table = "bench";
  unsigned connections = 1;
  double seconds = 3;
  std::size_t items = 10'000;
  std::size_t item_bytes = 1000;
  unsigned indexes = 0;
  bool create_table = false;
  bool once = false;  // each request exactly once: fills the table
};

int connect_to(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fmt::print(stderr, "cannot connect to 127.0.0.1:{}\n", port);
    std::exit(1);
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// The whole size of the answer at the front of `bytes`, once its head is there.
std::optional<std::size_t> answer_size(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t at = bytes.substr(0, end).find(kLength);
  std::size_t length = 0;
  if (at != std::string_view::npos) {
    const char* from = bytes.data() + at + kLength.size();
    std::from_chars(from, bytes.data() + end, length);
  }
  return end + 4 + length;
}

struct Connection {
  int fd = -1;
  std::string received;
  SteadyClock::time_point sent_at;
};

class Load {
 public:
  Load(const Options& options, const std::vector<std::string>& requests) : options_(options), requests_(requests) {}

  void run() {
    const int poll = epoll_create1(0);
    std::vector<Connection> connections(options_.connections);
    for (Connection& connection : connections) {
      connection.fd = connect_to(options_.port);
      epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
      epoll_ctl(poll, EPOLL_CTL_ADD, connection.fd, &event);
    }
    started_ = SteadyClock::now();
    for (Connection& connection : connections) send_next(connection);
    std::array<epoll_event, 256> events;
    while (in_flight_ > 0) {
      const int n = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 5000);
      if (n <= 0) {
        fmt::print(stderr, "no answer for 5 seconds\n");
        std::exit(1);
      }
      for (int i = 0; i < n; ++i) receive(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
    }
    elapsed_ = std::chrono::duration<double>(SteadyClock::now() - started_).count();
    for (const Connection& connection : connections) close(connection.fd);
    close(poll);
  }

  void print() {
    std::ranges::sort(latencies_);
    const auto percentile = [&](double p) {
      return latencies_.empty() ? 0.0
                                : latencies_[static_cast<std::size_t>(p * static_cast<double>(latencies_.size() - 1))];
    };
    fmt::print(
        R"({{"operation":"{}","connections":{},"requests":{},"errors":{},"per_second":{:.0f},"p50_us":{:.0f},"p99_us":{:.0f},"max_us":{:.0f}}})"
        "\n",
        options_.operation, options_.connections, latencies_.size(), errors_,
        static_cast<double>(latencies_.size()) / elapsed_, percentile(0.5), percentile(0.99), percentile(1.0));
  }

  [[nodiscard]] bool clean() const { return errors_ == 0; }

 private:
  void send_next(Connection& connection) {
    const bool over = options_.once ? next_ >= requests_.size()
                                    : SteadyClock::now() - started_ >= std::chrono::duration<double>(options_.seconds);
    if (over) return;
    const std::string& request = requests_[next_++ % requests_.size()];
    connection.sent_at = SteadyClock::now();
    // A request is far smaller than a socket's buffer, which is empty by now.
    if (send(connection.fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
      fmt::print(stderr, "the server closed a connection\n");
      std::exit(1);
    }
    ++in_flight_;
  }

  void receive(Connection& connection) {
    std::array<char, 65536> buffer;
    const ssize_t n = recv(connection.fd, buffer.data(), buffer.size(), 0);
    if (n <= 0) {
      fmt::print(stderr, "the server closed a connection\n");
      std::exit(1);
    }
    connection.received.append(buffer.data(), static_cast<std::size_t>(n));
    const auto size = answer_size(connection.received);
    if (!size || connection.received.size() < *size) return;
    if (!connection.received.starts_with("HTTP/1.1 200")) {
      if (errors_++ == 0) fmt::print(stderr, "{}\n", connection.received.substr(0, 1000));
    }
    latencies_.push_back(std::chrono::duration<double, std::micro>(SteadyClock::now() - connection.sent_at).count());
    connection.received.clear();
    --in_flight_;
    send_next(connection);
  }

  const Options& options_;
  const std::vector<std::string>& requests_;
  std::size_t next_ = 0;
  unsigned in_flight_ = 0;
  std::uint64_t errors_ = 0;
  std::vector<double> latencies_;
  SteadyClock::time_point started_;
  double elapsed_ = 0;
};

std::vector<std::string> make_requests(const Options& options, const Target& target) {
  if (options.operation == "PutItem") {
    auto requests = stator::bench::put_requests(target, options.items, options.item_bytes);
    // To fill a table, one item for each key will do.
    if (options.once) requests.resize(options.items);
    return requests;
  }
  if (options.operation == "Query") return stator::bench::query_requests(target, options.items);
  if (options.operation == "AddIndex") return {stator::bench::add_index(target)};
  return stator::bench::get_requests(target, options.items);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Sends signed requests to a server on this machine and measures it."};
  app.add_option("--port", options.port, "the server's port on 127.0.0.1");
  app.add_option("--operation", options.operation,
                 "Query reads ten items of an index; AddIndex is one UpdateTable that adds it")
      ->check(CLI::IsMember({"GetItem", "PutItem", "Query", "AddIndex"}));
  app.add_option("--table", options.table, "the table's name");
  app.add_option("--connections", options.connections, "connections, each with one request at a time");
  app.add_option("--seconds", options.seconds, "how long");
  app.add_option("--items", options.items, "how many keys");
  app.add_option("--item-bytes", options.item_bytes, "an item's size");
  app.add_option("--indexes", options.indexes, "the new table's global secondary indexes");
  app.add_flag("--create-table", options.create_table, "create the table first");
  app.add_flag("--once", options.once, "send each request once, however long it takes");
  CLI11_PARSE(app, argc, argv);

  const Target target{fmt::format("127.0.0.1:{}", options.port), options.table};
  if (options.create_table) {
    Options create = options;
    create.operation = "CreateTable";
    create.connections = 1;
    create.once = true;
    const std::vector<std::string> request{stator::bench::create_table(target, options.indexes)};
    Load load(create, request);
    load.run();
    if (!load.clean()) return 1;
  }
  const auto requests = make_requests(options, target);
  Load load(options, requests);
  load.run();
  load.print();
  return load.clean() ? 0 : 1;
}
