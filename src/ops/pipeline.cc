#include "ops/pipeline.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "api/error_response.h"
#include "api/json.h"
#include "ops/context.h"
#include "ops/operations.h"

namespace stator::ops {
namespace {

// A decoded request that can be executed, again and again.
class Execution {
 public:
  virtual ~Execution() = default;
  // The answer's body.
  virtual Result<std::string> execute(Context& context) const = 0;
};

template <class Api>
class ExecutionOf final : public Execution {
 public:
  explicit ExecutionOf(typename Api::Request request) : request_(std::move(request)) {}

  Result<std::string> execute(Context& context) const override {
    TRY_ASSIGN(const typename Api::Response response, run(context, request_));
    std::string body;
    Api::render(response, body);
    return body;
  }

 private:
  typename Api::Request request_;
};

struct Entry {
  Service service;
  int status;
  Result<std::unique_ptr<Execution>> (*decode)(api::Object body, const api::Parameters& parameters);
};

template <class Api>
Result<typename Api::Request> decode_request(api::Object body, const api::Parameters& parameters) {
  if constexpr (requires { Api::decode(body, parameters); }) {
    return Api::decode(body, parameters);
  } else {
    return Api::decode(body);
  }
}

template <class Api>
constexpr Entry entry(const Operation<Api>& operation) {
  return {operation.service, operation.status,
          [](api::Object body, const api::Parameters& parameters) -> Result<std::unique_ptr<Execution>> {
            TRY_ASSIGN(typename Api::Request request, decode_request<Api>(body, parameters));
            return std::make_unique<ExecutionOf<Api>>(std::move(request));
          }};
}

constexpr auto kEntries =
    std::apply([](const auto&... operation) { return std::array{entry(operation)...}; }, kOperations);
constexpr auto kNames = std::apply([](const auto&... operation) { return std::array{operation.name...}; }, kOperations);
static_assert(std::ranges::is_sorted(kNames));

constexpr api::Protocol protocol_of(Service service) {
  return service == Service::kLambda ? api::Protocol::kLambda : api::Protocol::kAwsJson;
}

// The position of the operation in kEntries.
std::optional<std::size_t> find_operation(std::string_view name) {
  const auto it = std::ranges::lower_bound(kNames, name);
  if (it == kNames.end() || *it != name) return std::nullopt;
  return static_cast<std::size_t>(it - kNames.begin());
}

}  // namespace

struct Pipeline::Impl {
  // One call under way: owned by whichever step has it.
  struct Run {
    Call call;
    std::move_only_function<void(Answer)> done;
    std::size_t operation = 0;
    MonotonicTime started;
    std::unique_ptr<Execution> execution;
  };
  using RunPtr = std::unique_ptr<Run>;

  void execute(RunPtr run, kv::Wait wait);
  void await(RunPtr run, std::vector<kv::Ticket> tickets, Result<std::string> result);
  void finish(Run& run, Result<std::string> result);

  Dependencies with;
};

// Runs the operation to its answer, except for the wait for its commits.
void Pipeline::Impl::execute(RunPtr run, kv::Wait wait) {
  for (;;) {
    storage::Session session{.storage = with.storage, .wait = wait};
    Context context{.storage = with.storage,
                    .session = session,
                    .clock = with.clock,
                    .identity = *run->call.identity,
                    .host = run->call.host,
                    .targets = with.targets};
    Result<std::string> result = run->execution->execute(context);
    // These two have changed nothing, so the operation starts anew, where it may wait for what stood in its way.
    const bool blocked = !result && result.error().code == ErrorCode::kWouldBlock && wait == kv::Wait::kNever;
    const bool stale = !result && result.error().code == ErrorCode::kStale;
    if (!blocked && !stale) return await(std::move(run), std::move(session.tickets), std::move(result));
    if (wait == kv::Wait::kNever) {
      const auto deferred = std::make_shared<RunPtr>(std::move(run));
      const bool taken = with.defer([this, deferred] { execute(std::move(*deferred), kv::Wait::kAllowed); });
      if (!taken) finish(**deferred, fail(ErrorCode::kUnavailable, "No thread could be started to wait for the disk"));
      return;
    }
    with.storage.await_change();
  }
}

// Lets the answer go when every commit that it tells of is durable.
void Pipeline::Impl::await(RunPtr run, std::vector<kv::Ticket> tickets, Result<std::string> result) {
  if (tickets.empty()) {
    finish(*run, std::move(result));
    return;
  }
  const kv::Ticket ticket = std::move(tickets.back());
  tickets.pop_back();
  struct Pending {
    RunPtr run;
    std::vector<kv::Ticket> tickets;
    Result<std::string> result;
  };
  auto pending = std::make_shared<Pending>(std::move(run), std::move(tickets), std::move(result));
  ticket.then([this, pending](const Result<void>& durable) {
    if (!durable) pending->result = std::unexpected(durable.error());
    await(std::move(pending->run), std::move(pending->tickets), std::move(pending->result));
  });
}

void Pipeline::Impl::finish(Run& run, Result<std::string> result) {
  const Entry& operation = kEntries[run.operation];
  Answer answer{.status = operation.status, .body = {}, .cause = {}};
  if (result) {
    answer.body = *std::move(result);
  } else {
    auto [status, body, type] = api::render_error(result.error(), protocol_of(operation.service));
    answer.status = status;
    answer.body = std::move(body);
    answer.error_type = type;
    if (status >= 500) answer.cause = std::move(result).error().message;
  }
  obs::OperationMetrics& metrics = with.metrics.operation(run.operation);
  metrics.requests.fetch_add(1, std::memory_order_relaxed);
  if (answer.status >= 500) {
    metrics.system_errors.fetch_add(1, std::memory_order_relaxed);
  } else if (answer.status >= 400) {
    metrics.user_errors.fetch_add(1, std::memory_order_relaxed);
  }
  metrics.latency.record(std::chrono::duration_cast<std::chrono::microseconds>(with.clock.monotonic() - run.started));
  run.done(std::move(answer));
}

Pipeline::Pipeline(Dependencies dependencies) : impl_(std::make_unique<Impl>(std::move(dependencies))) {}
Pipeline::~Pipeline() = default;

bool Pipeline::knows(Service service, std::string_view operation) {
  const auto position = find_operation(operation);
  return position && kEntries[*position].service == service;
}

std::span<const std::string_view> Pipeline::operations() { return kNames; }

void Pipeline::run(Call call, std::move_only_function<void(Answer)> done) {
  auto run = std::make_unique<Impl::Run>(Impl::Run{.call = std::move(call),
                                                   .done = std::move(done),
                                                   .operation = 0,
                                                   .started = impl_->with.clock.monotonic(),
                                                   .execution = nullptr});
  const auto operation = find_operation(run->call.operation);
  if (!operation) {
    api::ErrorAnswer error = api::render_error({ErrorCode::kUnknownOperation, ""});
    run->done({.status = error.status, .body = std::move(error.body), .cause = {}});
    return;
  }
  run->operation = *operation;
  const auto decode = [&]() -> Result<std::unique_ptr<Execution>> {
    const Entry& entry = kEntries[*operation];
    const bool is_nothing = run->call.body.empty() && entry.service == Service::kLambda;
    TRY_ASSIGN(const api::Object body, api::parse_body(is_nothing ? "{}" : run->call.body));
    return entry.decode(body, run->call.parameters);
  };
  auto execution = decode();
  api::finish_body();
  const bool is_readable = execution || execution.error().code != ErrorCode::kSerialization;
  if (is_readable && !run->call.identity) {
    impl_->finish(*run, std::unexpected(run->call.identity.error()));
    return;
  }
  if (!execution) {
    impl_->finish(*run, std::unexpected(std::move(execution).error()));
    return;
  }
  run->execution = *std::move(execution);
  impl_->execute(std::move(run), kv::Wait::kNever);
}

}  // namespace stator::ops
