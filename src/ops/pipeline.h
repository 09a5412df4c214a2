// The pipeline: strings the stations of every operation together (decode, validate, execute, wait for the commit,
// render) and is the only place that counts metrics.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "api/parameters.h"
#include "auth/signature.h"
#include "base/clock.h"
#include "base/result.h"
#include "lambda/targets.h"
#include "obs/metrics.h"
#include "storage/storage.h"

namespace stator::ops {

// Of DynamoDB's two X-Amz-Target names the one before the operation; Lambda's is REST.
enum class Service : std::uint8_t { kDynamoDb, kStreams, kLambda };

// One request. The views live until `done` is called.
struct Call {
  std::string_view operation;  // "PutItem"
  std::string_view body;       // JSON; of a REST request it may be empty
  // Who calls, or why that is not known: what is told after errors of JSON and its types, and before all others.
  Result<auth::Identity> identity;
  std::string_view host;            // the Host header: DescribeEndpoints answers with it
  api::Parameters parameters = {};  // of a REST request
};

struct Answer {
  int status = 200;
  std::string body;                  // JSON; empty for operations that answer with nothing
  std::string cause;                 // of a 5xx: what went wrong, for the operator alone
  std::string_view error_type = {};  // of a REST request's error: its name, static text
};

// Thread-safe.
class Pipeline {
 public:
  struct Dependencies {
    storage::Storage& storage;
    obs::Metrics& metrics;
    const Clock& clock;
    // Runs a task on a thread that may wait for the disk; false if there is no such thread, and then it does not.
    std::function<bool(std::function<void()>)> defer;
    lambda::Targets* targets = nullptr;  // whom event source mappings may name; null: nobody
  };

  explicit Pipeline(Dependencies dependencies);
  ~Pipeline();

  // True if the service has an operation of that name.
  [[nodiscard]] static bool knows(Service service, std::string_view operation);
  // Every operation's name, of all services, sorted.
  [[nodiscard]] static std::span<const std::string_view> operations();

  // Never blocks; calls `done` once, on this thread or another, when the answer may leave.
  void run(Call call, std::move_only_function<void(Answer)> done);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stator::ops
