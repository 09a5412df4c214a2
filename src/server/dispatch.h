// From HTTP requests to the pipeline and to the operator's endpoints, and back: routing, authentication, CORS.
//
//   GET  /                    healthy: <Host header>
//   GET  /_stator/health      200 while the process answers at all
//   GET  /_stator/ready       200 while requests are welcome, 503 once the server drains
//   GET  /_stator/metrics     Prometheus' text format
//   GET, POST /_stator/clock  the server's time, with --movable-clock
//   POST with X-Amz-Target    the AWS JSON protocol
//   any /2015-03-31/...       Lambda's REST API (lambda_route.h)
//   OPTIONS with Origin       CORS preflight
//
// Everything else is answered as DynamoDB answers it: 404 `<UnknownOperationException/>`.
#pragma once

#include <atomic>
#include <string_view>

#include "auth/authenticator.h"
#include "http/message.h"
#include "obs/metrics.h"
#include "ops/pipeline.h"
#include "server/clock_endpoint.h"
#include "server/failure_log.h"

namespace stator::server {

// Thread-safe.
class Dispatch {
 public:
  // All must live as long as this and every request handed to it.
  // `clock`: null if clients may not move it.
  Dispatch(ops::Pipeline& pipeline, const auth::Authenticator& authenticator, const obs::Metrics& metrics,
           FailureLog& failures, const ClockEndpoint* clock = nullptr)
      : pipeline_(pipeline), authenticator_(authenticator), metrics_(metrics), failures_(failures), clock_(clock) {}

  // As http::Server::Handler.
  void handle(const http::Request& request, http::Responder respond);

  // From now on /_stator/ready answers 503.
  void begin_drain() { draining_.store(true, std::memory_order_relaxed); }

 private:
  [[nodiscard]] http::Response answer_get(const http::Request& request) const;
  void call(const http::Request& request, http::Responder respond);
  void call_lambda(const http::Request& request, http::Responder respond);
  void run(ops::Call call, std::string_view content_type, http::Responder respond);

  ops::Pipeline& pipeline_;
  const auth::Authenticator& authenticator_;
  const obs::Metrics& metrics_;
  FailureLog& failures_;
  const ClockEndpoint* clock_;
  std::atomic<bool> draining_{false};
};

}  // namespace stator::server
