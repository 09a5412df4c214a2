#include "http/resolve.h"

#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <semaphore>
#include <span>
#include <system_error>
#include <thread>

#include <netdb.h>
#include <sys/eventfd.h>

#include "base/descriptor.h"

namespace stator::http {
namespace {

using Answer = std::expected<std::vector<SocketAddress>, ResolveFailure>;

Answer ask_system(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    return std::unexpected(ResolveFailure{.message = error == EAI_SYSTEM ? std::generic_category().message(errno)
                                                                         : std::string(::gai_strerror(error))});
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
    address.length = each->ai_addrlen;
  }
  ::freeaddrinfo(found);
  return addresses;
}

// Threads that ask: as many as a name server that hangs can hold up.
std::counting_semaphore<> lookups{64};

// Shared by who waits and the thread that asks, either of which may be the last.
struct Lookup {
  const Descriptor done{::eventfd(0, EFD_CLOEXEC)};
  std::mutex mutex;
  Answer answer = std::unexpected(ResolveFailure{});  // guarded by mutex
};

}  // namespace

Answer resolve(const std::string& host, std::uint16_t port, CallWait& wait) {
  if (Answer at_once = ask_system(host, port, AI_NUMERICHOST)) return at_once;
  const auto lookup = std::make_shared<Lookup>();
  if (!lookup->done) return std::unexpected(ResolveFailure{.message = std::generic_category().message(errno)});
  if (!lookups.try_acquire()) return std::unexpected(ResolveFailure{.message = "too many lookups are under way"});
  try {
    // getaddrinfo cannot be called off: a thread that nobody waits for ends when it does.
    std::thread([lookup, host, port] {
      Answer answer = ask_system(host, port, AI_ADDRCONFIG);
      lookups.release();
      const std::lock_guard lock(lookup->mutex);
      lookup->answer = std::move(answer);
      ::eventfd_write(lookup->done.get(), 1);
    }).detach();
  } catch (const std::system_error& error) {
    lookups.release();
    return std::unexpected(ResolveFailure{.message = error.code().message()});
  }
  std::array<pollfd, 1> fds{{{.fd = lookup->done.get(), .events = POLLIN, .revents = 0}}};
  const CallWait::Outcome outcome = wait.wait(fds);
  if (outcome != CallWait::Outcome::kReady) return std::unexpected(ResolveFailure{.outcome = outcome, .message = {}});
  const std::lock_guard lock(lookup->mutex);
  return std::move(lookup->answer);
}

}  // namespace stator::http
