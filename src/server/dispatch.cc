#include "server/dispatch.h"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "api/error_response.h"
#include "base/ascii.h"
#include "http/target.h"
#include "http/text.h"
#include "server/lambda_route.h"

namespace stator::server {
namespace {

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kPrometheus = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kAwsJson = "application/x-amz-json-1.0";
constexpr std::string_view kOperatorPath = "/_stator/";
// The services in the scope of signatures; streams have none of their own.
constexpr std::string_view kDynamoDb = "dynamodb";
constexpr std::string_view kLambda = "lambda";
constexpr std::string_view kClockPath = "/_stator/clock";
constexpr std::pair<std::string_view, ops::Service> kServices[] = {
    {"DynamoDB_20120810.", ops::Service::kDynamoDb},
    {"DynamoDBStreams_20120810.", ops::Service::kStreams},
};

http::Response text(int status, std::string_view body) {
  return {.status = status, .content_type = kText, .headers = {}, .body = std::string(body)};
}

// What DynamoDB says to everything that is no request of its protocol.
http::Response not_found() { return {.status = 404, .headers = {}, .body = "<UnknownOperationException/>\n"}; }

// `error_type`: of an error of a REST request, else empty.
http::Response json_response(std::string_view content_type, int status, std::string body, std::string_view error_type) {
  http::Response response{.status = status, .content_type = content_type, .headers = {}, .body = std::move(body)};
  if (!error_type.empty()) response.headers.emplace_back("x-amzn-ErrorType", error_type);
  return response;
}

http::Response render(const Error& error) {
  api::ErrorAnswer answer = api::render_error(error);
  return json_response(kAwsJson, answer.status, std::move(answer.body), answer.type);
}

http::Response no_lambda_operation(const http::Request& request) {
  const std::string_view path = http::path_of(request.target);
  const Error error{ErrorCode::kUnknownOperation,
                    fmt::format("Stator has no operation of Lambda that is {} {}", request.method, path)};
  api::ErrorAnswer answer = api::render_error(error, api::Protocol::kLambda);
  return json_response(kJson, answer.status, std::move(answer.body), answer.type);
}

// What a browser must see to let a page read the answer.
void allow_origin(http::Response& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.headers.emplace_back("Access-Control-Expose-Headers",
                                "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,"
                                "Date,x-amz-crc32");
}

http::Response preflight(const http::Request& request) {
  http::Response response{.headers = {}, .body = {}};
  allow_origin(response);
  if (request.has_header("access-control-request-headers")) {
    response.headers.emplace_back("Access-Control-Allow-Headers", request.header("access-control-request-headers"));
  }
  if (request.has_header("access-control-request-method")) {
    response.headers.emplace_back("Access-Control-Allow-Methods", request.header("access-control-request-method"));
  }
  response.headers.emplace_back("Access-Control-Max-Age", "172800");
  return response;
}

bool is_json(std::string_view content_type) {
  const std::string_view media = http::take_part(content_type, ';');
  return equals_ignoring_case(media, kAwsJson) || equals_ignoring_case(media, kJson);
}

// The operation that X-Amz-Target names; empty if it is none of a service that is here.
std::string_view operation_of(std::string_view target) {
  for (const auto& [prefix, service] : kServices) {
    if (!target.starts_with(prefix)) continue;
    const std::string_view operation = target.substr(prefix.size());
    if (ops::Pipeline::knows(service, operation)) return operation;
  }
  return {};
}

}  // namespace

void Dispatch::handle(const http::Request& request, http::Responder respond) {
  const bool cross_origin = request.has_header("origin");
  if (request.method == "OPTIONS") {
    respond(cross_origin ? preflight(request) : not_found());
    return;
  }
  if (cross_origin) {
    respond = [inner = std::move(respond)](http::Response response) mutable {
      allow_origin(response);
      inner(std::move(response));
    };
  }
  if (is_lambda_path(request.target)) {
    call_lambda(request, std::move(respond));
    return;
  }
  const std::string_view path = http::path_of(request.target);
  if (clock_ != nullptr && path == kClockPath && (request.method == "POST" || request.method == "GET")) {
    respond(clock_->handle(request));
  } else if (request.method == "POST") {
    call(request, std::move(respond));
  } else if (request.method == "GET" || request.method == "HEAD") {
    respond(answer_get(request));
  } else {
    respond(not_found());
  }
}

http::Response Dispatch::answer_get(const http::Request& request) const {
  const std::string_view path = http::path_of(request.target);
  if (!path.starts_with(kOperatorPath)) {
    return {.headers = {}, .body = "healthy: " + std::string(request.header("host"))};
  }
  const std::string_view endpoint = path.substr(kOperatorPath.size());
  if (endpoint == "health") return text(200, "healthy\n");
  if (endpoint == "ready") {
    return draining_.load(std::memory_order_relaxed) ? text(503, "draining\n") : text(200, "ready\n");
  }
  if (endpoint == "metrics") return {.content_type = kPrometheus, .headers = {}, .body = metrics_.render()};
  return text(404, "there is no such endpoint\n");
}

void Dispatch::call(const http::Request& request, http::Responder respond) {
  if (!request.body.empty() && !is_json(request.header("content-type"))) {
    respond(not_found());
    return;
  }
  const std::string_view operation = operation_of(request.header("x-amz-target"));
  if (operation.empty()) {
    respond(render({ErrorCode::kUnknownOperation, ""}));
    return;
  }
  run({.operation = operation,
       .body = request.body,
       .identity = authenticator_.authenticate(request, kDynamoDb),
       .host = request.header("host")},
      kAwsJson, std::move(respond));
}

void Dispatch::call_lambda(const http::Request& request, http::Responder respond) {
  std::optional<LambdaRoute> route = find_lambda_route(request.method, request.target);
  if (!route) {
    respond(no_lambda_operation(request));
    return;
  }
  run({.operation = route->operation,
       .body = request.body,
       .identity = authenticator_.authenticate(request, kLambda),
       .host = request.header("host"),
       .parameters = std::move(route->parameters)},
      kJson, std::move(respond));
}

void Dispatch::run(ops::Call call, std::string_view content_type, http::Responder respond) {
  const std::string_view operation = call.operation;
  pipeline_.run(std::move(call),
                [this, operation, content_type, respond = std::move(respond)](ops::Answer answer) mutable {
                  if (answer.status >= 500) failures_.note(operation, answer.status, answer.cause);
                  respond(json_response(content_type, answer.status, std::move(answer.body), answer.error_type));
                });
}

}  // namespace stator::server
