// What an operation works with.
#pragma once

#include <string_view>

#include "auth/signature.h"
#include "base/clock.h"
#include "lambda/targets.h"
#include "storage/storage.h"

namespace stator::ops {

// Of one run of one operation. An operation is run again from the start after kWouldBlock (on a thread that may wait)
// and after kStale, so it changes nothing before its commit.
struct Context {
  storage::Storage& storage;
  storage::Session& session;
  const Clock& clock;
  const auth::Identity& identity;
  std::string_view host;               // the Host header
  lambda::Targets* targets = nullptr;  // null: there are none

  [[nodiscard]] std::string_view region() const { return identity.region; }
};

}  // namespace stator::ops
