#include "bench/measured.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace stator::bench {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

// What follows "name": in the JSON, without spaces before it; empty if there is none.
std::string_view member(std::string_view json, std::string_view name) {
  const std::size_t at = json.find(fmt::format("\"{}\"", name));
  if (at == std::string_view::npos) return {};
  const std::size_t colon = json.find_first_not_of(kSpaces, at + name.size() + 2);
  if (colon == std::string_view::npos || json[colon] != ':') return {};
  const std::size_t value = json.find_first_not_of(kSpaces, colon + 1);
  return value == std::string_view::npos ? std::string_view() : json.substr(value);
}

bool has_members(std::string_view object) {
  if (!object.starts_with('{')) return false;
  const std::size_t next = object.find_first_not_of(kSpaces, 1);
  return next != std::string_view::npos && object[next] != '}';
}

}  // namespace

std::string failure_kind(const Answer& answer) {
  std::string_view type = member(answer.body(), "__type");
  if (!type.starts_with('"')) return fmt::format("HTTP {}", answer.status());
  type = type.substr(1, type.find('"', 1) - 1);
  return std::string(type.substr(type.find('#') + 1));
}

bool is_throttle(std::string_view kind) {
  constexpr std::array<std::string_view, 4> kThrottles{"ProvisionedThroughputExceededException", "ThrottlingException",
                                                       "RequestLimitExceeded", kUnprocessed};
  return std::ranges::find(kThrottles, kind) != kThrottles.end();
}

bool leaves_some_undone(std::string_view body) {
  return has_members(member(body, "UnprocessedItems")) || has_members(member(body, "UnprocessedKeys"));
}

Histogram Measured::all() const {
  Histogram all;
  for (const Operation& operation : operations) all.merge(operation.latency);
  return all;
}

std::uint64_t Measured::completed() const {
  std::uint64_t completed = 0;
  for (const Operation& operation : operations) completed += operation.latency.count();
  return completed;
}

std::uint64_t Measured::throttled() const {
  std::uint64_t throttled = 0;
  for (const auto& [kind, failure] : failures) throttled += is_throttle(kind) ? failure.count : 0;
  return throttled;
}

std::uint64_t Measured::errors() const {
  std::uint64_t errors = 0;
  for (const auto& [kind, failure] : failures) errors += is_throttle(kind) ? 0 : failure.count;
  return errors;
}

void Measured::add_failure(std::string_view kind, std::string_view answer, std::uint64_t count) {
  const auto at = failures.try_emplace(std::string(kind)).first;
  if (at->second.count == 0) at->second.sample = answer.substr(0, 1000);
  at->second.count += count;
}

}  // namespace stator::bench
