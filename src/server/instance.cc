#include "server/instance.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "auth/authenticator.h"
#include "auth/credentials.h"
#include "base/workers.h"
#include "http/server.h"
#include "jobs/backfill_job.h"
#include "jobs/expiry_job.h"
#include "jobs/job_thread.h"
#include "jobs/stream_job.h"
#include "kv/open.h"
#include "lambda/targets.h"
#include "lambda/triggers.h"
#include "obs/metrics.h"
#include "ops/pipeline.h"
#include "server/clock_endpoint.h"
#include "server/dispatch.h"
#include "server/failure_log.h"
#include "server/metric_sources.h"
#include "server/triggers.h"
#include "storage/storage.h"

namespace stator::server {
namespace {

// How finely --index-delay is told.
constexpr int kStatesInDelay = 20;

kv::Durability durability_of(std::string_view name) {
  if (name == "os") return kv::Durability::kOs;
  if (name == "none") return kv::Durability::kNone;
  return kv::Durability::kSync;
}

kv::DiskOptions disk_options(const config::ServeOptions& options) {
  return {.folder = options.data,
          .durability = durability_of(options.durability),
          .cache_bytes = options.cache_bytes,
          .memtable_bytes = options.memtable_bytes,
          .reserve_bytes = options.reserve_bytes};
}

Result<std::unique_ptr<storage::Storage>> open_storage(const config::ServeOptions& options,
                                                       const kv::OpenStore& open_store, const Clock& clock,
                                                       Random& random) {
  TRY_ASSIGN(auto store, options.in_memory ? kv::make_memory_store() : open_store(disk_options(options), clock));
  TRY_ASSIGN(auto engine, kv::make_local_engine(std::move(store), clock));
  return storage::Storage::open(std::move(engine),
                                {.account = options.account,
                                 .table_delay = options.table_delay,
                                 .index_delay = options.index_delay,
                                 .item_collection_limit = static_cast<std::int64_t>(options.item_collection_limit)},
                                clock, random);
}

http::ServerOptions http_options(const config::ServeOptions& options, Random& random) {
  return {.host = options.host,
          .port = options.port,
          .loops = options.loops,
          .max_head_bytes = options.max_head_bytes,
          .max_body_bytes = options.max_body_bytes,
          .max_connections = options.max_connections,
          .max_buffered_bytes = options.max_buffered_bytes,
          .head_timeout = options.head_timeout,
          .body_timeout = options.body_timeout,
          .idle_timeout = options.idle_timeout,
          .write_timeout = options.write_timeout,
          .request_id = [&random] { return make_request_id(random); }};
}

// From now on the file's keys may call.
Result<void> load_credentials(const std::filesystem::path& file, auth::Authenticator& authenticator, obs::Log& log) {
  TRY_ASSIGN(auto credentials, auth::Credentials::read(file));
  if (auth::is_readable_by_all(file)) {
    log.write(obs::Level::kWarn, "credentials_readable_by_all", {{"file", file.string()}});
  }
  authenticator.require(std::move(credentials));
  return {};
}

// What can keep an instance from starting.
struct Opened {
  std::unique_ptr<MovableClock> clock;
  std::unique_ptr<auth::Authenticator> authenticator;
  std::unique_ptr<storage::Storage> storage;
  std::unique_ptr<lambda::Targets> targets;
};

}  // namespace

// Later members use earlier ones.
struct Instance::Parts {
  Parts(Opened opened, const config::ServeOptions& options, obs::Log& shared_log)
      : credentials(options.credentials),
        log(shared_log),
        clock(std::move(opened.clock)),
        authenticator(std::move(opened.authenticator)),
        storage(std::move(opened.storage)),
        targets(std::move(opened.targets)),
        metrics(ops::Pipeline::operations()),
        pipeline({.storage = *storage,
                  .metrics = metrics,
                  .clock = *clock,
                  .defer = [this](std::function<void()> task) { return workers.run(std::move(task)); },
                  .targets = targets.get()}),
        failures(log, *clock, [this](std::function<void()> task) { return workers.run(std::move(task)); }),
        dispatch(pipeline, *authenticator, metrics, failures, options.movable_clock ? &clock_endpoint : nullptr),
        backfill({.storage = *storage,
                  .clock = *clock,
                  .log = log,
                  .requests = [this] { return server->stats().requests; }}),
        streams({.storage = *storage, .clock = *clock, .log = log, .shard_life = options.shard_life}),
        expiry({.storage = *storage,
                .clock = *clock,
                .log = log,
                .delay = options.ttl_delay,
                .requests = [this] { return server->stats().requests; }}),
        workers(options.io_threads) {}

  // kValidation: a trigger that is declared is wrong.
  Result<void> make_triggers(const config::ServeOptions& options, Random& random);
  void start_jobs(const config::ServeOptions& options);
  void end_jobs();
  void drain_triggers(std::chrono::milliseconds patience);
  void wake_jobs();

  const std::filesystem::path credentials;
  obs::Log& log;
  std::unique_ptr<MovableClock> clock;
  std::unique_ptr<auth::Authenticator> authenticator;
  std::unique_ptr<storage::Storage> storage;
  std::unique_ptr<lambda::Targets> targets;
  std::unique_ptr<lambda::Triggers> triggers;
  obs::Metrics metrics;
  ops::Pipeline pipeline;
  FailureLog failures;
  ClockEndpoint clock_endpoint{*clock, [this] {
                                 wake_jobs();
                                 trigger_thread.wake();
                               }};
  Dispatch dispatch;
  jobs::BackfillJob backfill;
  jobs::JobThread backfill_thread{[this] { return backfill.step(); }};
  jobs::StreamJob streams;
  jobs::JobThread stream_thread{[this] { return streams.step(); }};
  jobs::ExpiryJob expiry;
  jobs::JobThread expiry_thread{[this] { return expiry.step(); }};
  jobs::JobThread trigger_thread{[this] { return triggers->step(); }};
  std::optional<jobs::JobThread> note_thread;
  Workers workers;  // ends before what its tasks use
  std::unique_ptr<http::Server> server;
};

Result<void> Instance::Parts::make_triggers(const config::ServeOptions& options, Random& random) {
  TRY_ASSIGN(auto declared, declared_triggers(options));
  TRY_ASSIGN(triggers, lambda::Triggers::make({.storage = *storage,
                                               .targets = *targets,
                                               .clock = *clock,
                                               .random = random,
                                               .log = log,
                                               .declared = std::move(declared),
                                               .wake = [this] { trigger_thread.wake(); }}));
  return {};
}

void Instance::Parts::start_jobs(const config::ServeOptions& options) {
  storage->on_change([this] {
    wake_jobs();
    triggers->note_change();
  });
  storage->engine().on_log([this](std::string_view key) { triggers->note_logged(key); });
  backfill_thread.start();
  stream_thread.start();
  expiry_thread.start();
  trigger_thread.start();
  if (options.index_delay.count() == 0) return;
  const std::chrono::microseconds between = options.index_delay / kStatesInDelay;
  note_thread.emplace([this, between] {
    storage->note_state();
    return between;
  });
  note_thread->start();
}

void Instance::Parts::wake_jobs() {
  backfill_thread.wake();
  stream_thread.wake();
  expiry_thread.wake();
}

void Instance::Parts::end_jobs() {
  backfill_thread.end();
  stream_thread.end();
  expiry_thread.end();
  if (note_thread) note_thread->end();
}

void Instance::Parts::drain_triggers(std::chrono::milliseconds patience) {
  trigger_thread.end();
  triggers->drain(patience);
}

Result<std::unique_ptr<Instance>> Instance::start(const config::ServeOptions& options, const kv::OpenStore& open_store,
                                                  const Clock& clock, Random& random, obs::Log& log) {
  TRY_ASSIGN(auto targets, lambda::Targets::make({.functions = options.functions,
                                                  .destinations = options.destinations,
                                                  .lambda_endpoint = options.lambda_endpoint}));
  // Clients sign by the time that answers have as their Date, however far the movable clock was moved.
  auto authenticator = std::make_unique<auth::Authenticator>(clock);
  if (!options.credentials.empty()) TRY(load_credentials(options.credentials, *authenticator, log));
  auto movable = std::make_unique<MovableClock>(clock);
  TRY_ASSIGN(auto storage, open_storage(options, open_store, *movable, random));
  auto parts = std::make_unique<Parts>(Opened{.clock = std::move(movable),
                                              .authenticator = std::move(authenticator),
                                              .storage = std::move(storage),
                                              .targets = std::move(targets)},
                                       options, log);
  TRY(parts->make_triggers(options, random));
  Dispatch& dispatch = parts->dispatch;
  TRY_ASSIGN(parts->server, http::Server::listen(
                                http_options(options, random),
                                [&dispatch](const http::Request& request, http::Responder respond) {
                                  dispatch.handle(request, std::move(respond));
                                },
                                clock));
  add_server_sources(parts->metrics, *parts->server);
  add_engine_sources(parts->metrics, parts->storage->engine());
  add_backfill_sources(parts->metrics, parts->backfill);
  add_stream_sources(parts->metrics, parts->streams);
  add_expiry_sources(parts->metrics, parts->expiry);
  add_trigger_sources(parts->metrics, *parts->triggers);
  add_process_sources(parts->metrics);
  parts->start_jobs(options);
  parts->server->start();
  return std::unique_ptr<Instance>(new Instance(std::move(parts)));
}

Instance::Instance(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Instance::~Instance() { stop(std::chrono::milliseconds{0}); }

std::uint16_t Instance::port() const { return parts_->server->port(); }

Result<void> Instance::reload_credentials() {
  return load_credentials(parts_->credentials, *parts_->authenticator, parts_->log);
}

void Instance::stop(std::chrono::milliseconds patience) {
  if (parts_ == nullptr) return;
  const MonotonicTime end = parts_->clock->monotonic() + patience;
  parts_->dispatch.begin_drain();
  parts_->server->drain(patience);
  const auto left = std::chrono::floor<std::chrono::milliseconds>(end - parts_->clock->monotonic());
  parts_->drain_triggers(std::max(left, std::chrono::milliseconds{0}));
  parts_->end_jobs();
  parts_->targets->stop();
  // Requests that outlasted the patience end here; their answers go nowhere. The engine ends every wait for a commit,
  // which may still log a failure on a worker; after that only the workers call into the pipeline, and they end first.
  parts_->storage->engine().close();
  parts_.reset();
}

}  // namespace stator::server
