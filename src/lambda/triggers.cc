#include "lambda/triggers.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <utility>

#include "codec/keys.h"
#include "kv/ticket.h"
#include "lambda/calls.h"
#include "lambda/followed_tables.h"
#include "lambda/mapping_poller.h"
#include "lambda/mapping_runtime.h"
#include "lambda/rare_log.h"
#include "lambda/roster.h"
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
        roster(followed),
        declared(std::move(declared_triggers)),
        wake(std::move(with.wake)) {}

  void take_outcomes();
  // Makes the pollers those of the mappings that are stored.
  Result<void> look_at_mappings(MonotonicTime now);
  // Of those that have a poller, by their UUIDs.
  using Numbers = std::map<std::string_view, std::uint64_t>;
  Result<void> serve(const model::EventSourceMapping& mapping, const Numbers& numbers, MonotonicTime now);
  // Tells those who follow them of tables that have changed. True if there were any.
  bool look_for_changes(MonotonicTime now);

  TriggerServices services;
  const std::size_t held_bytes;
  FollowedTables followed;
  Roster roster;
  DeclaredTriggers declared;
  std::function<void()> wake;
  std::uint64_t last_poller = 0;
  MonotonicTime next_look_at_mappings = MonotonicTime::min();
  MonotonicTime next_look = MonotonicTime::min();

  std::atomic<bool> has_changed = true;
};

Triggers::Triggers(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Triggers::~Triggers() { impl_->services.calls->close(); }

Result<std::unique_ptr<Triggers>> Triggers::make(Dependencies dependencies) {
  TRY_ASSIGN(auto declared,
             DeclaredTriggers::make(std::move(dependencies.declared), dependencies.storage, dependencies.targets));
  return std::unique_ptr<Triggers>(new Triggers(std::make_unique<Impl>(dependencies, std::move(declared))));
}

void Triggers::note_logged(std::string_view key) {
  if (impl_->followed.note(codec::table_of_change(key))) impl_->wake();
}

void Triggers::note_change() {
  impl_->has_changed.store(true);
  impl_->wake();
}

void Triggers::Impl::take_outcomes() {
  for (const Calls::Finished& finished : services.calls->take()) {
    const std::uint64_t number = finished.caller.poller;
    if (MappingPoller* const poller = roster.find(number)) poller->finish(finished.caller, finished.outcome);
    roster.plan(number, services.clock.monotonic());
  }
}

Result<void> Triggers::Impl::look_at_mappings(MonotonicTime now) {
  const auto list = [this] { return storage::list_mappings(services.storage.engine(), kv::Wait::kAllowed, ""); };
  TRY_ASSIGN(auto mappings, list());
  const DeclaredTriggers::Surroundings with{services.storage, services.clock, services.random, services.log};
  if (declared.reconcile(mappings, with)) {
    TRY_ASSIGN(mappings, list());
  }
  Numbers numbers;
  roster.for_each([&](const MappingPoller& poller) { numbers.emplace(poller.uuid(), poller.number()); });
  Numbers gone = numbers;
  for (const model::EventSourceMapping& mapping : mappings) gone.erase(mapping.uuid);
  for (const auto& [uuid, number] : gone) {
    numbers.erase(uuid);
    roster.erase(number);
  }
  // What one function leaves lying is no other's room.
  services.most_held_bytes = held_bytes / std::max<std::size_t>(mappings.size(), 1);
  for (const model::EventSourceMapping& mapping : mappings) TRY(serve(mapping, numbers, now));
  return {};
}

Result<void> Triggers::Impl::serve(const model::EventSourceMapping& mapping, const Numbers& numbers,
                                   MonotonicTime now) {
  const auto at = numbers.find(mapping.uuid);
  if (at == numbers.end()) {
    TRY_ASSIGN(auto poller, MappingPoller::make(services, ++last_poller, mapping));
    roster.add(std::move(poller), now);
    return {};
  }
  MappingPoller& poller = *roster.find(at->second);
  poller.set_mapping(mapping);
  poller.note_stream();
  poller.note_changes();
  roster.plan(at->second, now);
  return {};
}

bool Triggers::Impl::look_for_changes(MonotonicTime now) {
  if (now < next_look) return false;
  const auto changed = followed.take();
  for (const TableNumber table : changed) roster.note_changes(table, now);
  return !changed.empty();
}

std::chrono::microseconds Triggers::step() {
  Impl& impl = *impl_;
  impl.take_outcomes();
  const MonotonicTime begun = impl.services.clock.monotonic();
  if (impl.has_changed.exchange(false) || begun >= impl.next_look_at_mappings) {
    const bool keeps_connections = impl.services.targets.close_idle();
    if (const auto looked = impl.look_at_mappings(begun); !looked) {
      impl.services.log.warn("the triggers' mappings cannot be read", "", {{"cause", looked.error().message}});
      impl.next_look_at_mappings = begun + kAfterFailure;
    } else if (impl.roster.is_empty() && impl.declared.is_empty() && !keeps_connections) {
      impl.next_look_at_mappings = MonotonicTime::max();
    } else {
      impl.next_look_at_mappings = begun + kBetweenLooksAtMappings;
    }
  }
  const bool looks = impl.look_for_changes(begun);
  StateOfStep state(impl.services.storage.engine());
  impl.services.step_ends = begun + kStep;
  impl.roster.run(
      begun, [&](MappingPoller& poller) { return poller.step([&]() -> const kv::Reader& { return state(); }); },
      [&] { return impl.services.has_time(); });

  const MonotonicTime now = impl.services.clock.monotonic();
  if (looks) {
    const auto took = std::chrono::duration_cast<microseconds>(now - begun);
    impl.next_look = now + std::clamp(took * kRestsInLook, kShortestBetweenLooks, kLongestBetweenLooks);
  }
  MonotonicTime due = std::min(impl.next_look_at_mappings, impl.roster.first_due());
  if (impl.followed.have_changed()) due = std::min(due, impl.next_look);
  if (due == MonotonicTime::max()) return microseconds::max();
  return due <= now ? microseconds::zero() : std::chrono::ceil<microseconds>(due - now);
}

void Triggers::drain(std::chrono::milliseconds patience) {
  Impl& impl = *impl_;
  impl.roster.for_each([](MappingPoller& poller) { poller.take_back_calls(); });
  impl.services.calls->await_all(patience);
  impl.take_outcomes();
  storage::Session session{.storage = impl.services.storage};
  const auto note = [&](const Result<void>& outcome) {
    if (outcome) return;
    impl.services.log.warn("how far triggers have come could not be written", "", {{"cause", outcome.error().message}});
  };
  impl.roster.for_each([&](MappingPoller& poller) { note(poller.flush(session)); });
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
