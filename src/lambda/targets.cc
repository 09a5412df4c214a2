#include "lambda/targets.h"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include <fmt/format.h>

#include "base/http_url.h"
#include "base/workers.h"
#include "lambda/blocking_function.h"
#include "lambda/command_function.h"
#include "lambda/file_function.h"
#include "lambda/http_function.h"
#include "lambda/queued_function.h"
#include "model/mapping_limits.h"

namespace stator::lambda {
namespace {

constexpr unsigned kManyAtATime = 10;
constexpr unsigned kMostThreads = 1000;
// Calls at a time of all functions at the Lambda endpoint together, however many names it is asked for.
constexpr unsigned kManyAtEndpoint = 100;
// Lambda's longest. The endpoint knows each function's own limit.
constexpr std::chrono::minutes kEndpointTimeout{15};

enum class Role : std::uint8_t { kFunction, kDestination };

// How a target is called, and how often at a time.
struct Callee {
  std::unique_ptr<BlockingFunction> function;
  unsigned concurrency = kManyAtATime;
  std::shared_ptr<http::Client> client{};  // that it uses, if any
};

Result<Callee> make_http(const TargetOptions& options, Role role) {
  TRY_ASSIGN(HttpUrl url, parse_http_url(options.url));
  std::string target = std::move(url.target);
  if (target.empty()) target = "/";
  if (role == Role::kFunction && target == "/") target = kEmulatorTarget;
  // An emulator refuses a second call while it runs one.
  const unsigned usual = target == kEmulatorTarget ? 1 : kManyAtATime;
  const unsigned concurrency = options.concurrency > 0 ? options.concurrency : usual;
  auto client = std::make_shared<http::Client>(std::move(url), concurrency);
  return Callee{.function = std::make_unique<HttpFunction>(HttpFunction::Options{
                    .client = client, .target = std::move(target), .timeout = options.timeout, .headers = {}}),
                .concurrency = concurrency,
                .client = client};
}

Result<Callee> make_callee(const TargetOptions& options, Role role) {
  const int ways = (options.url.empty() ? 0 : 1) + (options.command.empty() ? 0 : 1) + (options.file.empty() ? 0 : 1);
  if (ways != 1) return fail_validation("needs one of url, command and file");
  if (options.timeout.count() <= 0) return fail_validation("needs a timeout");
  if (!options.url.empty()) return make_http(options, role);
  const unsigned concurrency = options.concurrency > 0 ? options.concurrency : kManyAtATime;
  if (!options.command.empty()) {
    if (options.command.front().empty()) return fail_validation("needs a program to run");
    return Callee{.function = std::make_unique<CommandFunction>(options.command, options.timeout),
                  .concurrency = concurrency};
  }
  if (role == Role::kFunction) return fail_validation("cannot be a file");
  return Callee{.function = std::make_unique<FileFunction>(options.file), .concurrency = concurrency};
}

// What can stand in a path or a header as it is.
bool is_word(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && std::ranges::all_of(text, fits);
}

bool is_function_name(std::string_view name) { return is_word(name) && name.size() <= model::kLongestFunctionName; }

class DeclaredTargets final : public Targets {
 public:
  ~DeclaredTargets() override { stop_.request_stop(); }

  Result<void> declare(const TargetsOptions& options) {
    TRY(declare_all(options.functions, Role::kFunction, functions_));
    TRY(declare_all(options.destinations, Role::kDestination, destinations_));
    if (!options.lambda_endpoint.empty()) {
      TRY_ASSIGN(HttpUrl url, parse_http_url(options.lambda_endpoint));
      endpoint_ = std::make_shared<http::Client>(std::move(url), kManyAtEndpoint);
      clients_.push_back(endpoint_);
    }
    // The first thread is there before it is needed: with one, no call is ever refused.
    const bool has_declared = !functions_.empty() || !destinations_.empty();
    if ((has_declared && !workers_.run([] {})) || (endpoint_ != nullptr && !endpoint_workers_.run([] {}))) {
      return fail(ErrorCode::kUnavailable, "there is no thread to call functions with");
    }
    return {};
  }

  bool has_function(std::string_view name) const override { return functions_.contains(name) || is_at_endpoint(name); }

  Function* function(std::string_view name, std::string_view region) override {
    if (const auto at = functions_.find(name); at != functions_.end()) return at->second.get();
    if (!is_at_endpoint(name) || !is_word(region)) return nullptr;
    const std::string known_as = fmt::format("{}:{}", region, name);
    const std::lock_guard lock(mutex_);
    if (const auto at = at_endpoint_.find(known_as); at != at_endpoint_.end()) return at->second.get();
    auto made = queued(invoked_at_endpoint(name, region), endpoint_workers_);
    return at_endpoint_.emplace(known_as, std::move(made)).first->second.get();
  }

  Function* destination(std::string_view arn) override {
    const auto at = destinations_.find(model::destination_name(arn));
    return at == destinations_.end() ? nullptr : at->second.get();
  }

  bool close_idle() override {
    return std::ranges::count_if(clients_, [](const auto& client) { return client->close_idle(); }) > 0;
  }

  void stop() override { stop_.request_stop(); }

 private:
  using Functions = std::map<std::string, std::unique_ptr<QueuedFunction>, std::less<>>;

  [[nodiscard]] bool is_at_endpoint(std::string_view name) const {
    return endpoint_ != nullptr && is_function_name(name);
  }

  Result<void> declare_all(const std::vector<TargetOptions>& options, Role role, Functions& functions) {
    for (const TargetOptions& each : options) {
      const std::string_view kind = role == Role::kFunction ? "function" : "destination";
      const auto refuse = [&](std::string_view why) {
        return fail_validation(fmt::format("{} '{}': {}", kind, each.name, why));
      };
      if (each.name.empty()) return refuse("needs a name");
      if (functions.contains(each.name)) return refuse("is declared twice");
      Result<Callee> callee = make_callee(each, role);
      if (!callee) return refuse(callee.error().message);
      if (callee->client) clients_.push_back(callee->client);
      functions.emplace(each.name, queued(*std::move(callee), workers_));
    }
    return {};
  }

  Callee invoked_at_endpoint(std::string_view name, std::string_view region) {
    // Emulators of many services tell by the scope of a signature, which they do not check, whose request it is.
    std::string scope = fmt::format(
        "AWS4-HMAC-SHA256 Credential=stator/20150331/{}/lambda/aws4_request, SignedHeaders=host, Signature={:064}",
        region, 0);
    return {.function = std::make_unique<HttpFunction>(
                HttpFunction::Options{.client = endpoint_,
                                      .target = fmt::format("/2015-03-31/functions/{}/invocations", name),
                                      .timeout = kEndpointTimeout,
                                      .headers = {{"Authorization", std::move(scope)}}}),
            .concurrency = kManyAtATime};
  }

  std::unique_ptr<QueuedFunction> queued(Callee callee, Workers& workers) {
    return std::make_unique<QueuedFunction>(std::move(callee.function), callee.concurrency, workers, stop_.get_token());
  }

  std::stop_source stop_;
  Functions functions_;  // constant after declare(), as is all before mutex_
  Functions destinations_;
  std::shared_ptr<http::Client> endpoint_;
  std::vector<std::shared_ptr<http::Client>> clients_;  // all there are
  std::mutex mutex_;
  Functions at_endpoint_;  // by region:name; guarded by mutex_; only grows
  // End first: their tasks use the functions. Of their own, so that an endpoint that hangs holds up only itself.
  Workers endpoint_workers_{kManyAtEndpoint};
  Workers workers_{kMostThreads};
};

}  // namespace

Result<std::unique_ptr<Targets>> Targets::make(const TargetsOptions& options) {
  auto targets = std::make_unique<DeclaredTargets>();
  TRY(targets->declare(options));
  return targets;
}

}  // namespace stator::lambda
