// The verbs that serve: they start, tell where, and run until they are told to stop.
#pragma once

#include "config/options.h"
#include "kv/open.h"

namespace stator::server {

// `stator serve`. Returns the exit code: 0 after SIGTERM or SIGINT, 1 if it cannot start, with a line on standard
// error. A second signal ends the process at once. To be called on the main thread, before there are others.
[[nodiscard]] int serve(const config::ServeOptions& options, const kv::OpenStore& open_store);

// `stator bench-echo`, likewise: every request is answered with options.body_bytes fixed bytes.
[[nodiscard]] int serve_echo(const config::EchoOptions& options);

}  // namespace stator::server
