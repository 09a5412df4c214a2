// One running server: engine, storage, pipeline and HTTP put together by the options, and taken apart in order.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "config/options.h"
#include "kv/open.h"
#include "obs/log.h"

namespace stator::server {

// start() and stop() by one thread.
class Instance {
 public:
  // Opens the data, listens, and serves. An Error tells what kept it from that: the data folder, the address.
  // What it is given must outlive the instance, but for `open_store`.
  static Result<std::unique_ptr<Instance>> start(const config::ServeOptions& options, const kv::OpenStore& open_store,
                                                 const Clock& clock, Random& random, obs::Log& log);
  // Stops at once if stop() was not called.
  ~Instance();

  [[nodiscard]] std::uint16_t port() const;

  // Reads the file of access keys again; if that fails, those of before stay. Only with --credentials.
  [[nodiscard]] Result<void> reload_credentials();

  // Takes no more connections, lets running requests finish (at most `patience`), makes all commits durable, and
  // closes the data.
  void stop(std::chrono::milliseconds patience);

 private:
  struct Parts;
  explicit Instance(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace stator::server
