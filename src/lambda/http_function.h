// A function behind HTTP: the runtime interface emulator that Lambda's container images have, a server with Lambda's
// Invoke, or any server that takes a POST.
// Source: docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, github.com/aws/aws-lambda-runtime-interface-emulator.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/client.h"
#include "lambda/blocking_function.h"

namespace stator::lambda {

// Where a runtime interface emulator listens, whatever its function is called.
inline constexpr std::string_view kEmulatorTarget = "/2015-03-31/functions/function/invocations";

// Who answers, since they tell differently that a function has failed.
enum class HttpKind : std::uint8_t {
  kLambda,  // an emulator, or Invoke
  kPlain,
};
// By the path of a URL.
[[nodiscard]] HttpKind kind_of(std::string_view target);

// What an answer means:
//   X-Amz-Function-Error, Error-Type, an object with errorType and errorMessage, "Task timed out after ...": failed
//   429, 502, 503, 504:     not reached
//   any other status that is not 2xx: Lambda's servers have not reached the function; a plain one has failed
//   413:                    failed, as it would always be
//   nothing:                of Lambda's servers, that the function's process died; of others, that all is well
[[nodiscard]] InvocationOutcome outcome_of(http::ClientAnswer answer, HttpKind kind);

class HttpFunction final : public BlockingFunction {
 public:
  struct Options {
    std::shared_ptr<http::Client> client;
    std::string target;
    std::chrono::milliseconds timeout;
    std::vector<std::pair<std::string, std::string>> headers;  // more of them
  };
  explicit HttpFunction(Options options);
  [[nodiscard]] InvocationOutcome call(const std::string& event, const std::stop_token& stop) override;

 private:
  const Options options_;
  const HttpKind kind_;
};

}  // namespace stator::lambda
