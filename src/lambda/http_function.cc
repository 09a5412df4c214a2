#include "lambda/http_function.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/json.h"

namespace stator::lambda {
namespace {

static_assert(http::kMaxAnswerBytes == kMaxResponseBytes);

constexpr std::string_view kLambdaPath = "/2015-03-31/functions/";
// How much of an answer is told as a cause.
constexpr std::size_t kShownBytes = 500;

std::string_view shown(std::string_view text) { return text.substr(0, kShownBytes); }

// "KeyError: 'id'" of {"errorType": "KeyError", "errorMessage": "'id'", ...}; empty of anything else.
std::string error_in(std::string_view body) {
  // Spares the parser the answers, nearly all, that are none.
  if (body.find("\"errorType\"") == std::string_view::npos) return {};
  std::string text;
  if (const Result<api::Object> object = api::parse_body(body)) {
    std::string_view type;
    std::string_view message;
    if (object->at_key("errorType").get(type) == simdjson::SUCCESS &&
        object->at_key("errorMessage").get(message) == simdjson::SUCCESS) {
      text = fmt::format("{}: {}", shown(type), shown(message));
    }
  }
  api::finish_body();
  return text;
}

// "Task timed out after 3.00 seconds", which the emulator answers with status 200.
bool is_timeout(std::string_view body) {
  constexpr std::string_view kBegin = "Task timed out after ";
  constexpr std::string_view kEnd = " seconds";
  if (!body.starts_with(kBegin)) return false;
  body.remove_prefix(kBegin.size());
  const std::size_t number = std::min(body.find_first_not_of("0123456789."), body.size());
  return number > 0 && body.substr(number) == kEnd;
}

// What the function itself says that has failed; empty if it says nothing.
std::string function_error(const http::ClientAnswer& answer) {
  if (std::string error = error_in(answer.body); !error.empty()) return error;
  for (const std::string_view name : {"X-Amz-Function-Error", "Error-Type"}) {
    if (const std::string* value = answer.header(name)) return fmt::format("{}: {}", *value, shown(answer.body));
  }
  return is_timeout(answer.body) ? answer.body : std::string();
}

// Of a status that is not 2xx.
bool has_reached(int status, HttpKind kind) {
  if (status == 413) return true;
  if (status == 429 || (status >= 502 && status <= 504)) return false;
  return kind == HttpKind::kPlain;
}

}  // namespace

HttpKind kind_of(std::string_view target) {
  return target.starts_with(kLambdaPath) ? HttpKind::kLambda : HttpKind::kPlain;
}

InvocationOutcome outcome_of(http::ClientAnswer answer, HttpKind kind) {
  if (std::string error = function_error(answer); !error.empty()) return failed(std::move(error));
  if (answer.status < 200 || answer.status >= 300) {
    std::string cause = fmt::format("it answered {} {}", answer.status, shown(answer.body));
    return has_reached(answer.status, kind) ? failed(std::move(cause)) : not_reached(std::move(cause));
  }
  if (answer.body.empty() && kind == HttpKind::kLambda) return failed("it answered nothing: its process has ended");
  return succeeded(std::move(answer.body));
}

HttpFunction::HttpFunction(Options options) : options_(std::move(options)), kind_(kind_of(options_.target)) {}

InvocationOutcome HttpFunction::call(const std::string& event, const std::stop_token& stop) {
  if (stop.stop_requested()) return stopped();
  http::ClientRequest request{.target = options_.target, .body = event};
  request.headers.assign(options_.headers.begin(), options_.headers.end());
  request.headers.emplace_back("Content-Type", "application/json");
  if (kind_ == HttpKind::kLambda) request.headers.emplace_back("X-Amz-Invocation-Type", "RequestResponse");
  auto answer = options_.client->post(request, options_.timeout, stop);
  if (answer) return outcome_of(*std::move(answer), kind_);
  http::ClientFailure& failure = answer.error();
  switch (failure.problem) {
    case http::ClientProblem::kNotConnected:
      return not_reached(std::move(failure.message));
    case http::ClientProblem::kStopped:
      return stopped();
    case http::ClientProblem::kTimedOut:
      return timed_out(options_.timeout);
    case http::ClientProblem::kBroken:
      break;
  }
  return failed(std::move(failure.message));
}

}  // namespace stator::lambda
