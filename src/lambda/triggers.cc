#include "lambda/triggers.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <utility>

#include "kv/ticket.h"
#include "lambda/calls.h"
#include "lambda/in_turn.h"
#include "lambda/mapping_poller.h"
#include "lambda/mapping_runtime.h"
#include "lambda/rare_log.h"
#include "storage/event_source_mappings.h"

namespace stator::lambda {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

// Changes are told of as they come; this finds what time has done to streams, and what could not be done before.
constexpr std::chrono::seconds kBetweenLooksAtMappings = 10s;
constexpr std::chrono::seconds kAfterFailure = 1s;
// What a step takes, but for the record that is looked at just then: a server that stops waits for it.
constexpr std::chrono::milliseconds kStep = 50ms;
// Looking for changes takes this part of the time at most when there are always some, for it takes no less when there
// are few.
constexpr int kRestsInLook = 3;
constexpr microseconds kShortestBetweenLooks = 500us;
constexpr microseconds kLongestBetweenLooks = 20ms;

// A state of the data, taken when it is first asked for.
class StateOfStep {
 public:
  explicit StateOfStep(const kv::Engine& engine) : engine_(engine) {}
  const kv::Reader& operator()() {
    if (!state_) state_ = engine_.snapshot();
    return *state_;
  }

 private:
  const kv::Engine& engine_;
  std::unique_ptr<kv::Reader> state_;
};

}  // namespace

struct Triggers::Impl {
  Impl(Dependencies& with, DeclaredTriggers declared_triggers)
      : services{.storage = with.storage,
                 .targets = with.targets,
                 .clock = with.clock,
                 .random = with.random,
                 .log = RareLog(with.log, with.clock),
                 .calls = std::make_shared<Calls>(with.wake),
                 .counters = {},
                 .most_held_bytes = with.held_bytes},
        held_bytes(with.held_bytes),
        declared(std::move(declared_triggers)),
        wake(std::move(with.wake)) {}

  void take_outcomes();
  // Makes the pollers those of the mappings that are stored.
  Result<void> look_at_mappings();
  Result<void> serve(const model::EventSourceMapping& mapping);
  // True if there may be changes that are to be looked for now.
  bool is_time_to_look(MonotonicTime now);

  TriggerServices services;
  const std::size_t held_bytes;
  DeclaredTriggers declared;
  std::function<void()> wake;
  std::map<std::string, std::unique_ptr<MappingPoller>> pollers;  // by their mappings' UUIDs
  std::string first_poller;                                       // whose turn it is
  std::uint64_t last_poller = 0;
  MonotonicTime next_look_at_mappings = MonotonicTime::min();
  MonotonicTime next_look = MonotonicTime::min();

  std::atomic<bool> has_changed = true;
  std::atomic<bool> has_news = true;
  std::atomic<bool> is_following = false;
};

Triggers::Triggers(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Triggers::~Triggers() { impl_->services.calls->close(); }

Result<std::unique_ptr<Triggers>> Triggers::make(Dependencies dependencies) {
  TRY_ASSIGN(auto declared,
             DeclaredTriggers::make(std::move(dependencies.declared), dependencies.storage, dependencies.targets));
  return std::unique_ptr<Triggers>(new Triggers(std::make_unique<Impl>(dependencies, std::move(declared))));
}

void Triggers::note_commits() {
  // One wake is enough until the changes are looked for.
  if (impl_->is_following.load() && !impl_->has_news.exchange(true)) impl_->wake();
}

void Triggers::note_change() {
  impl_->has_changed.store(true);
  impl_->wake();
}

void Triggers::Impl::take_outcomes() {
  const auto all = services.calls->take();
  if (all.empty()) return;
  std::map<std::uint64_t, MappingPoller*> by_number;
  for (const auto& [uuid, poller] : pollers) by_number.emplace(poller->number(), poller.get());
  for (const Calls::Finished& finished : all) {
    const auto at = by_number.find(finished.caller.poller);
    if (at != by_number.end()) at->second->finish(finished.caller, finished.outcome);
  }
}

Result<void> Triggers::Impl::look_at_mappings() {
  const auto list = [this] { return storage::list_mappings(services.storage.engine(), kv::Wait::kAllowed, ""); };
  TRY_ASSIGN(auto mappings, list());
  const DeclaredTriggers::Surroundings with{services.storage, services.clock, services.random, services.log};
  if (declared.reconcile(mappings, with)) {
    TRY_ASSIGN(mappings, list());
  }
  std::erase_if(pollers, [&](const auto& entry) {
    return std::ranges::find(mappings, entry.first, &model::EventSourceMapping::uuid) == mappings.end();
  });
  // What one function leaves lying is no other's room.
  services.most_held_bytes = held_bytes / std::max<std::size_t>(mappings.size(), 1);
  for (const model::EventSourceMapping& mapping : mappings) TRY(serve(mapping));
  return {};
}

Result<void> Triggers::Impl::serve(const model::EventSourceMapping& mapping) {
  const auto at = pollers.find(mapping.uuid);
  if (at == pollers.end()) {
    TRY_ASSIGN(pollers[mapping.uuid], MappingPoller::make(services, ++last_poller, mapping));
    return {};
  }
  at->second->set_mapping(mapping);
  at->second->note_stream();
  at->second->note_changes();
  return {};
}

bool Triggers::Impl::is_time_to_look(MonotonicTime now) { return now >= next_look && has_news.exchange(false); }

std::chrono::microseconds Triggers::step() {
  Impl& impl = *impl_;
  impl.take_outcomes();
  const MonotonicTime begun = impl.services.clock.monotonic();
  if (impl.has_changed.exchange(false) || begun >= impl.next_look_at_mappings) {
    if (const auto looked = impl.look_at_mappings(); !looked) {
      impl.services.log.warn("the triggers' mappings cannot be read", "", {{"cause", looked.error().message}});
      impl.next_look_at_mappings = begun + kAfterFailure;
    } else if (impl.pollers.empty() && impl.declared.is_empty()) {
      impl.next_look_at_mappings = MonotonicTime::max();
    } else {
      impl.next_look_at_mappings = begun + kBetweenLooksAtMappings;
    }
  }
  const bool looks = impl.is_time_to_look(begun);
  StateOfStep state(impl.services.storage.engine());
  MonotonicTime due = impl.next_look_at_mappings;
  bool is_following = false;
  if (looks) {
    for (auto& [uuid, poller] : impl.pollers) poller->note_changes();
  }
  impl.services.step_ends = begun + kStep;
  visit_in_turn(impl.pollers, impl.first_poller, [&](const std::unique_ptr<MappingPoller>& poller) {
    due = std::min(due, poller->step([&]() -> const kv::Reader& { return state(); }));
    const bool has_time = impl.services.has_time();
    if (!has_time) due = begun;
    return has_time;
  });
  for (const auto& [uuid, poller] : impl.pollers) is_following = is_following || poller->is_following();
  // What became durable before this was known is not told of.
  if (is_following && !impl.is_following.exchange(is_following)) impl.has_news.store(true);
  impl.is_following.store(is_following);

  const MonotonicTime now = impl.services.clock.monotonic();
  if (looks) {
    const auto took = std::chrono::duration_cast<microseconds>(now - begun);
    impl.next_look = now + std::clamp(took * kRestsInLook, kShortestBetweenLooks, kLongestBetweenLooks);
  }
  if (impl.has_news.load()) due = std::min(due, impl.next_look);
  if (due == MonotonicTime::max()) return microseconds::max();
  return due <= now ? microseconds::zero() : std::chrono::ceil<microseconds>(due - now);
}

void Triggers::drain(std::chrono::milliseconds patience) {
  Impl& impl = *impl_;
  for (auto& [uuid, poller] : impl.pollers) poller->take_back_calls();
  impl.services.calls->await_all(patience);
  impl.take_outcomes();
  storage::Session session{.storage = impl.services.storage};
  const auto note = [&](const Result<void>& outcome) {
    if (outcome) return;
    impl.services.log.warn("how far triggers have come could not be written", "", {{"cause", outcome.error().message}});
  };
  for (auto& [uuid, poller] : impl.pollers) note(poller->flush(session));
  for (const kv::Ticket& ticket : session.tickets) note(kv::wait(ticket));
  // A call that has outlasted the patience may end when who would be woken is gone.
  impl.services.calls->close();
}

TriggerStats Triggers::stats() const {
  const TriggerCounters& counters = impl_->services.counters;
  return {.invocations = counters.invocations.load(std::memory_order_relaxed),
          .failures = counters.failures.load(std::memory_order_relaxed),
          .records = counters.records.load(std::memory_order_relaxed),
          .discarded = counters.discarded.load(std::memory_order_relaxed),
          .gaps = counters.gaps.load(std::memory_order_relaxed)};
}

}  // namespace stator::lambda
