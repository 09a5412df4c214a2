#include "config/sections.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/http_url.h"
#include "config/units.h"
#include "model/mapping_limits.h"

namespace stator::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Values = std::vector<std::string>;

constexpr std::string_view kFunctions = "functions";
constexpr std::string_view kDestinations = "destinations";
constexpr std::string_view kTriggers = "triggers";

constexpr milliseconds kLongestTimeout = std::chrono::hours{24};
constexpr std::uint64_t kMostAtATime = 1000;

// A key of the sections that T holds.
template <class T>
struct Key {
  std::string_view name;
  bool is_list = false;
  std::function<Result<void>(T&, const Values&)> set;
};

template <class T>
Key<T> one(std::string_view name, std::function<Result<void>(T&, const std::string&)> set) {
  return {name, false,
          [set = std::move(set)](T& section, const Values& values) { return set(section, values.front()); }};
}

template <class T>
Key<T> number(std::string_view name, auto T::* member, std::uint64_t least, std::uint64_t most) {
  return one<T>(name, [=](T& section, const std::string& value) -> Result<void> {
    const auto parsed = parse_number(value);
    if (!parsed || *parsed < least || *parsed > most) {
      return fail_validation(fmt::format("'{}' is not a number from {} to {}", value, least, most));
    }
    section.*member = static_cast<std::remove_reference_t<decltype(section.*member)>>(*parsed);
    return {};
  });
}

template <class T>
Key<T> toggle(std::string_view name, bool T::* member) {
  return one<T>(name, [=](T& section, const std::string& value) -> Result<void> {
    if (value != "true" && value != "false") {
      return fail_validation(fmt::format("'{}' is neither true nor false", value));
    }
    section.*member = value == "true";
    return {};
  });
}

bool is_of(std::string_view text, std::string_view more, std::size_t least, std::size_t most) {
  const auto fits = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  };
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, fits);
}

bool is_function_name(std::string_view name) { return is_of(name, "-_", 1, model::kLongestFunctionName); }

// The name alone of a name, a part of an ARN or an ARN, any of which may end with a version or alias; empty if it is
// none of them.
std::string_view function_name(std::string_view function) {
  constexpr std::string_view kMark = "function:";
  constexpr std::size_t kAccountDigits = 12;
  std::string_view rest = function;
  if (const std::size_t at = rest.find(kMark); at == 0 || (at != std::string_view::npos && rest[at - 1] == ':')) {
    rest.remove_prefix(at + kMark.size());
  } else if (rest.starts_with("arn:")) {
    return {};
  } else if (const std::size_t digits = rest.find_first_not_of("0123456789");
             digits == kAccountDigits && rest[digits] == ':') {
    rest.remove_prefix(digits + 1);
  }
  const std::size_t end = rest.find(':');
  if (end != std::string_view::npos && !is_of(rest.substr(end + 1), "-_$.", 1, 128)) return {};
  const std::string_view name = rest.substr(0, end);
  return is_function_name(name) ? name : std::string_view();
}

Result<void> set_url(TargetOptions& target, const std::string& value) {
  TRY(parse_http_url(value));
  target.url = value;
  return {};
}

Result<void> set_command(TargetOptions& target, const Values& values) {
  if (values.empty() || values.front().empty()) return fail_validation("has no program");
  const auto has_zero = [](const std::string& word) { return word.find('\0') != std::string::npos; };
  if (std::ranges::any_of(values, has_zero)) return fail_validation("has a word with a zero byte");
  target.command = values;
  return {};
}

Result<void> set_file(TargetOptions& target, const std::string& value) {
  if (value.empty() || value.find('\0') != std::string::npos) return fail_validation("is no path");
  target.file = value;
  return {};
}

Result<void> set_timeout(TargetOptions& target, const std::string& value) {
  const auto parsed = parse_duration(value);
  if (!parsed || parsed->count() == 0 || *parsed > kLongestTimeout) {
    return fail_validation(
        fmt::format("'{}' is not a time such as 500ms, 30s or 5m, up to {}", value, format_duration(kLongestTimeout)));
  }
  target.timeout = *parsed;
  return {};
}

std::vector<Key<TargetOptions>> function_keys() {
  using T = TargetOptions;
  return {one<T>("url", set_url),
          {"command", true, set_command},
          one<T>("timeout", set_timeout),
          number("concurrency", &T::concurrency, 1, kMostAtATime)};
}

std::vector<Key<TargetOptions>> destination_keys() {
  std::vector<Key<TargetOptions>> keys = function_keys();
  keys.push_back(one<TargetOptions>("file", set_file));
  return keys;
}

Result<void> set_table(TriggerOptions& trigger, const std::string& value) {
  if (!is_of(value, "-_.", 3, 255)) return fail_validation(fmt::format("'{}' is not a table's name", value));
  trigger.table = value;
  return {};
}

Result<void> set_function(TriggerOptions& trigger, const std::string& value) {
  if (function_name(value).empty()) return fail_validation(fmt::format("'{}' is not a function's name", value));
  trigger.function = value;
  return {};
}

Result<void> set_region(TriggerOptions& trigger, const std::string& value) {
  if (!is_of(value, "-", 1, 32)) return fail_validation(fmt::format("'{}' is not a region's name", value));
  trigger.region = value;
  return {};
}

Result<void> set_starting_position(TriggerOptions& trigger, const std::string& value) {
  if (value != "TRIM_HORIZON" && value != "LATEST") {
    return fail_validation(fmt::format("'{}' is not one of TRIM_HORIZON, LATEST", value));
  }
  trigger.starting_position = value;
  return {};
}

// A time of whole seconds within bounds.
std::optional<seconds> parse_seconds(std::string_view value, seconds least, seconds most) {
  const auto parsed = parse_duration(value);
  if (!parsed || *parsed < least || *parsed > most || *parsed % seconds(1) != milliseconds(0)) return std::nullopt;
  return std::chrono::duration_cast<seconds>(*parsed);
}

Result<void> set_batching_window(TriggerOptions& trigger, const std::string& value) {
  const auto parsed = parse_seconds(value, seconds(0), seconds(model::kLongestWindowSeconds));
  if (!parsed) return fail_validation(fmt::format("'{}' is not a time of whole seconds from 0s to 5m", value));
  trigger.batching_window = *parsed;
  return {};
}

Result<void> set_record_age(TriggerOptions& trigger, const std::string& value) {
  const auto parsed =
      parse_seconds(value, seconds(model::kLeastRecordAgeSeconds), seconds(model::kMostRecordAgeSeconds));
  if (!parsed && value != "-1") {
    return fail_validation(
        fmt::format("'{}' is neither -1, for ever, nor a time of whole seconds from 1m to 168h", value));
  }
  trigger.record_age_seconds = parsed ? static_cast<std::int32_t>(parsed->count()) : -1;
  return {};
}

Result<void> set_retry_attempts(TriggerOptions& trigger, const std::string& value) {
  const auto parsed = parse_number(value);
  if (value != "-1" && (!parsed || *parsed > model::kMostRetryAttempts)) {
    return fail_validation(
        fmt::format("'{}' is neither -1, for ever, nor a number from 0 to {}", value, model::kMostRetryAttempts));
  }
  trigger.retry_attempts = parsed ? static_cast<std::int32_t>(*parsed) : -1;
  return {};
}

Result<void> set_filters(TriggerOptions& trigger, const Values& values) {
  if (values.size() > model::kMostFilters) return fail_validation(fmt::format("has more than {}", model::kMostFilters));
  const auto too_long = [](const std::string& pattern) { return pattern.size() > model::kLongestFilter; };
  if (std::ranges::any_of(values, too_long)) {
    return fail_validation(fmt::format("has one longer than {} bytes", model::kLongestFilter));
  }
  trigger.filters = values;
  return {};
}

Result<void> set_on_failure(TriggerOptions& trigger, const std::string& value) {
  if (value.size() > model::kLongestDestination || model::destination_name(value).empty()) {
    return fail_validation(fmt::format("'{}' is not the ARN of an SQS queue, an SNS topic or an S3 bucket", value));
  }
  trigger.on_failure = value;
  return {};
}

std::vector<Key<TriggerOptions>> trigger_keys() {
  using T = TriggerOptions;
  return {one<T>("table", set_table),
          one<T>("function", set_function),
          one<T>("region", set_region),
          one<T>("starting-position", set_starting_position),
          number("batch-size", &T::batch_size, 1, model::kMostBatchSize),
          one<T>("batching-window", set_batching_window),
          number("parallelization-factor", &T::parallelization_factor, 1, model::kMostParallel),
          one<T>("retry-attempts", set_retry_attempts),
          one<T>("record-age", set_record_age),
          toggle("bisect-batch-on-function-error", &T::bisect_batch_on_function_error),
          toggle("report-batch-item-failures", &T::report_batch_item_failures),
          {"filters", true, set_filters},
          one<T>("on-failure", set_on_failure)};
}

std::unexpected<Error> refuse(std::string_view where, std::string_view kind, std::string_view name,
                              std::string_view what) {
  return fail_validation(fmt::format("{}: [{}.{}]: {}", where, kind, name, what));
}

std::string place(const std::string& path, std::size_t line) { return fmt::format("{}:{}", path, line); }

template <class T>
Result<void> set_key(const std::vector<Key<T>>& keys, const TomlEntry& entry, T& section) {
  std::string name = entry.key;
  std::ranges::replace(name, '_', '-');
  const auto key = std::ranges::find(keys, name, &Key<T>::name);
  if (key == keys.end()) return fail_validation(fmt::format("there is no setting '{}'", entry.key));
  if (key->is_list && !entry.is_list) return fail_validation(fmt::format("{}: takes a list, [\"...\", ...]", name));
  if (!key->is_list && entry.is_list) return fail_validation(fmt::format("{}: takes one value", name));
  if (const auto done = key->set(section, entry.values); !done) {
    return fail_validation(fmt::format("{}: {}", name, done.error().message));
  }
  return {};
}

// Reads the sections [kind.NAME], each complete in itself.
template <class T>
Result<void> read_kind(std::span<const TomlEntry> entries, const std::string& path, std::string_view kind,
                       const std::vector<Key<T>>& keys, std::vector<T>& sections) {
  for (const TomlEntry& entry : entries) {
    if (entry.table.empty() || entry.table.front() != kind) continue;
    if (entry.table.size() == 1 && entry.key.empty()) continue;
    if (entry.table.size() != 2) {
      return fail_validation(fmt::format("{}: a section of {} is called [{}.NAME], or [{}.\"NAME.WITH.DOTS\"]",
                                         place(path, entry.line), kind, kind, kind));
    }
    const std::string& name = entry.table.back();
    const bool is_name = kind == kDestinations ? is_of(name, "-_.", 1, 256) : is_of(name, "-_", 1, 64);
    if (!is_name) return refuse(place(path, entry.line), kind, name, "has characters that a name cannot have, or many");
    auto section = std::ranges::find(sections, name, &T::name);
    if (section == sections.end()) {
      sections.emplace_back().name = name;
      section = sections.end() - 1;
    }
    if (entry.key.empty()) continue;
    if (const auto done = set_key(keys, entry, *section); !done) {
      return refuse(place(path, entry.line), kind, name, done.error().message);
    }
  }
  return {};
}

Result<void> check_targets(const std::vector<TargetOptions>& targets, const std::string& path, std::string_view kind) {
  for (const TargetOptions& target : targets) {
    const int ways = (target.url.empty() ? 0 : 1) + (target.command.empty() ? 0 : 1) + (target.file.empty() ? 0 : 1);
    if (ways == 1) continue;
    return refuse(path, kind, target.name,
                  fmt::format("{} {}", ways == 0 ? "needs" : "can have only one of",
                              kind == kFunctions ? "url or command" : "url, command or file"));
  }
  return {};
}

Result<void> check_trigger(const ServeOptions& options, const TriggerOptions& trigger, const std::string& path) {
  const auto refuse_this = [&](std::string_view what) { return refuse(path, kTriggers, trigger.name, what); };
  if (trigger.table.empty()) return refuse_this("needs a table");
  if (trigger.function.empty()) return refuse_this("needs a function");
  const std::string_view function = function_name(trigger.function);
  if (options.lambda_endpoint.empty() &&
      std::ranges::find(options.functions, function, &TargetOptions::name) == options.functions.end()) {
    return refuse_this(
        fmt::format("function: there is no [functions.{}], and no lambda-endpoint that might have it", function));
  }
  const std::string_view destination = model::destination_name(trigger.on_failure);
  if (!destination.empty() &&
      std::ranges::find(options.destinations, destination, &TargetOptions::name) == options.destinations.end()) {
    return refuse_this(fmt::format("on-failure: there is no [destinations.{}]", destination));
  }
  return {};
}

}  // namespace

bool is_section(const TomlEntry& entry) {
  const std::string_view kind = entry.table.empty() ? std::string_view() : std::string_view(entry.table.front());
  return kind == kFunctions || kind == kDestinations || kind == kTriggers;
}

Result<void> read_sections(std::span<const TomlEntry> entries, const std::string& path, ServeOptions& options) {
  TRY(read_kind(entries, path, kFunctions, function_keys(), options.functions));
  TRY(read_kind(entries, path, kDestinations, destination_keys(), options.destinations));
  return read_kind(entries, path, kTriggers, trigger_keys(), options.triggers);
}

Result<void> check_sections(const ServeOptions& options, const std::string& path) {
  TRY(check_targets(options.functions, path, kFunctions));
  TRY(check_targets(options.destinations, path, kDestinations));
  for (const TriggerOptions& trigger : options.triggers) TRY(check_trigger(options, trigger, path));
  return {};
}

}  // namespace stator::config
