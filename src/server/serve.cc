#include "server/serve.h"

#include <csignal>
#include <cstdio>
#include <functional>
#include <string>

#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/random.h"
#include "config/parse.h"
#include "http/server.h"
#include "obs/log.h"
#include "server/instance.h"

namespace stator::server {
namespace {

// SIGTERM, SIGINT and, to those who have something to reload, SIGHUP, kept back from all threads made from now on, to
// be waited for.
class Signals {
 public:
  explicit Signals(bool can_reload = false) {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    if (can_reload) sigaddset(&set_, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  // Returns the first that ends the process; a further one ends it at once.
  int wait(const std::function<void()>& reload = {}) {
    int number = 0;
    sigwait(&set_, &number);
    while (number == SIGHUP) {
      reload();
      sigwait(&set_, &number);
    }
    sigdelset(&set_, SIGHUP);  // stays back: what is ending has nothing to reload
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
    return number;
  }

 private:
  sigset_t set_;
};

// Every connection takes a file descriptor, and the usual soft limit of 1024 is below --max-connections.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// The C library would give the memory of each answer of a megabyte back to the system, and ask for it again for the
// next: a third of the time that such an answer takes.
void keep_freed_memory() {
  constexpr int kKeptAtTop = 8 << 20;  // of each thread's heap
  constexpr int kMapped = 32 << 20;    // what is longer has pages of its own
  ::mallopt(M_TRIM_THRESHOLD, kKeptAtTop);
  ::mallopt(M_MMAP_THRESHOLD, kMapped);
}

int fail_to_start(const Error& error) {
  fmt::print(stderr, "stator: cannot start: {}\n", error.message);
  return config::kExitFailed;
}

// Where a client on this machine reaches it.
std::string url_of(std::string_view host, std::uint16_t port) {
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  return host.contains(':') ? fmt::format("http://[{}]:{}", host, port) : fmt::format("http://{}:{}", host, port);
}

void greet(const config::ServeOptions& options, std::uint16_t port) {
  const std::string url = url_of(options.host, port);
  const std::string data = options.in_memory
                               ? "in memory, gone when it stops"
                               : fmt::format("in {} (durability: {})", options.data.string(), options.durability);
  fmt::print(
      "stator {} listens on {}, data {}\n\n"
      "  aws dynamodb list-tables --endpoint-url {}\n"
      "  export AWS_ENDPOINT_URL_DYNAMODB={}   # for AWS SDKs; any region will do{}\n\n",
      STATOR_VERSION, url, data, url, url, options.credentials.empty() ? ", and any credentials" : "");
  std::fflush(stdout);
}

}  // namespace

int serve(const config::ServeOptions& options, const kv::OpenStore& open_store) {
  Signals signals(!options.credentials.empty());
  raise_file_limit();
  keep_freed_memory();
  obs::Log log(obs::parse_level(options.log_level).value_or(obs::Level::kWarn));
  const SystemClock clock;
  SystemRandom random;
  auto instance = Instance::start(options, open_store, clock, random, log);
  if (!instance) return fail_to_start(instance.error());
  if (!options.quiet) greet(options, (*instance)->port());
  log.write(obs::Level::kInfo, "serving", {{"host", options.host}, {"port", fmt::to_string((*instance)->port())}});
  const int signal = signals.wait([&] {
    if (const auto done = (*instance)->reload_credentials(); !done) {
      log.write(obs::Level::kError, "credentials_not_reloaded", {{"reason", done.error().message}});
    }
  });
  log.write(obs::Level::kInfo, "draining", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
  (*instance)->stop(options.drain_timeout);
  log.write(obs::Level::kInfo, "stopped");
  return config::kExitClean;
}

int serve_echo(const config::EchoOptions& options) {
  Signals signals;
  raise_file_limit();
  const SystemClock clock;
  SystemRandom random;
  const std::string body(options.body_bytes, 'x');
  http::ServerOptions http;
  http.host = options.host;
  http.port = options.port;
  http.loops = options.loops;
  http.request_id = [&random] { return make_request_id(random); };
  auto server = http::Server::listen(
      http, [&body](const http::Request&, http::Responder respond) { respond({.headers = {}, .body = body}); }, clock);
  if (!server) return fail_to_start(server.error());
  (*server)->start();
  fmt::print("stator bench-echo listens on {}\n", url_of(options.host, (*server)->port()));
  std::fflush(stdout);
  signals.wait();
  (*server)->drain(std::chrono::seconds{1});
  return config::kExitClean;
}

}  // namespace stator::server
