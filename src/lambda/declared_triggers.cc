#include "lambda/declared_triggers.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/function_name.h"
#include "api/stream_request.h"
#include "lambda/event_filter.h"
#include "lambda/mapped_stream.h"
#include "model/stream.h"
#include "storage/event_source_mappings.h"

namespace stator::lambda {
namespace {

using model::EventSourceMapping;

Result<void> check(const DeclaredTrigger& trigger, Targets& targets) {
  const EventSourceMapping& settings = trigger.settings;
  const auto function = api::parse_function_name(trigger.function);
  if (!function) return fail_validation("needs the name of a function");
  if (!targets.has_function(function->name)) {
    return fail_validation(fmt::format("the function '{}' is not declared", function->name));
  }
  if (const auto filter = EventFilter::compile(settings.filters); !filter) {
    return fail_validation(filter.error().message);
  }
  if (!settings.on_failure.empty() && targets.destination(settings.on_failure) == nullptr) {
    return fail_validation(fmt::format("no destination is declared that stands for '{}'", settings.on_failure));
  }
  return {};
}

// What a stored mapping would be by its trigger's present settings: all but what it is known by and where it began.
EventSourceMapping settled(const EventSourceMapping& stored, const EventSourceMapping& settings) {
  EventSourceMapping wanted = settings;
  wanted.uuid = stored.uuid;
  wanted.stream_arn = stored.stream_arn;
  wanted.starting_position = stored.starting_position;
  wanted.after = stored.after;
  wanted.last_modified = stored.last_modified;
  return wanted;
}

// The ARN of the table's stream, if it has one that is enabled.
std::optional<std::string> present_stream(const storage::Storage& storage, const std::string& region,
                                          const std::string& name) {
  const storage::TablePtr table = storage.find_table(region, name);
  if (table == nullptr) return std::nullopt;
  const model::Table& definition = table->definition();
  if (!definition.stream || !definition.stream->enabled || definition.status == model::TableStatus::kDeleting) {
    return std::nullopt;
  }
  return model::stream_arn(definition.arn, definition.stream->created);
}

// Of one look at all mappings.
class Reconciliation {
 public:
  Reconciliation(const std::vector<EventSourceMapping>& stored, CommitNumber begin,
                 const DeclaredTriggers::Surroundings& with)
      : stored_(stored), begin_(begin), with_(with), session_{.storage = with.storage} {}

  void settle(const std::vector<DeclaredTrigger>& triggers) {
    for (const EventSourceMapping& mapping : stored_) {
      if (mapping.trigger.empty()) continue;
      const auto trigger = std::ranges::find_if(triggers, [&](const DeclaredTrigger& one) {
        return one.settings.trigger == mapping.trigger && is_of(mapping, one);
      });
      note(mapping.trigger, trigger == triggers.end() ? remove(mapping) : keep(mapping, trigger->settings));
    }
    for (const DeclaredTrigger& trigger : triggers) note(trigger.settings.trigger, make(trigger));
  }
  [[nodiscard]] bool has_changed() const { return has_changed_; }

 private:
  // A trigger that names another table now is another one.
  static bool is_of(const EventSourceMapping& mapping, const DeclaredTrigger& trigger) {
    const auto parsed = api::parse_stream_arn(mapping.stream_arn);
    return parsed && parsed->table_name == trigger.table && mapping.region == trigger.settings.region;
  }

  Result<void> remove(const EventSourceMapping& mapping) {
    TRY(storage::delete_mapping(session_, mapping.region, mapping.uuid));
    has_changed_ = true;
    return {};
  }
  Result<void> keep(const EventSourceMapping& mapping, const EventSourceMapping& settings) {
    TRY_ASSIGN(const auto stream, find_stream(with_.storage.engine(), mapping.stream_arn));
    if (!stream) return remove(mapping);
    if (settled(mapping, settings) == mapping) return {};
    TRY(storage::change_mapping(session_, mapping.region, mapping.uuid,
                                [&](EventSourceMapping& present) -> Result<void> {
                                  present = settled(present, settings);
                                  present.last_modified = with_.clock.now();
                                  return {};
                                }));
    has_changed_ = true;
    return {};
  }
  Result<void> make(const DeclaredTrigger& trigger) {
    EventSourceMapping mapping = trigger.settings;
    auto arn = present_stream(with_.storage, mapping.region, trigger.table);
    if (!arn) return {};
    const bool is_there = std::ranges::any_of(stored_, [&](const EventSourceMapping& one) {
      return one.trigger == mapping.trigger && one.region == mapping.region && one.stream_arn == *arn;
    });
    if (is_there) return {};
    mapping.stream_arn = *std::move(arn);
    mapping.uuid = make_uuid(with_.random);
    mapping.last_modified = with_.clock.now();
    if (mapping.starting_position == model::StartingPosition::kLatest) mapping.after = begin_;
    TRY(storage::create_mapping(session_, mapping));
    has_changed_ = true;
    return {};
  }

  void note(const std::string& trigger, const Result<void>& outcome) {
    if (outcome || outcome.error().code == ErrorCode::kResourceNotFound) return;
    const bool is_taken = outcome.error().code == ErrorCode::kResourceConflict;
    with_.log.warn("a trigger of the config file could not be set up", trigger,
                   {{"trigger", trigger},
                    {"cause", is_taken ? "another mapping has its stream and function: " + outcome.error().message
                                       : outcome.error().message}});
  }

  const std::vector<EventSourceMapping>& stored_;
  const CommitNumber begin_;
  const DeclaredTriggers::Surroundings& with_;
  storage::Session session_;
  bool has_changed_ = false;
};

}  // namespace

Result<DeclaredTriggers> DeclaredTriggers::make(std::vector<DeclaredTrigger> triggers, const storage::Storage& storage,
                                                Targets& targets) {
  for (DeclaredTrigger& trigger : triggers) {
    if (const auto checked = check(trigger, targets); !checked) {
      return fail_validation(fmt::format("trigger '{}': {}", trigger.settings.trigger, checked.error().message));
    }
    trigger.settings.enabled = true;
    trigger.settings.function_arn = api::function_arn(*api::parse_function_name(trigger.function),
                                                      trigger.settings.region, storage.options().account);
  }
  return DeclaredTriggers(std::move(triggers), storage.engine().last_durable());
}

bool DeclaredTriggers::reconcile(const std::vector<EventSourceMapping>& stored, const Surroundings& with) const {
  Reconciliation reconciliation(stored, begin_, with);
  reconciliation.settle(triggers_);
  return reconciliation.has_changed();
}

}  // namespace stator::lambda
