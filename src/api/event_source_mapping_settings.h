// What clients may set of an event source mapping, once it has been checked as far as the request alone tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stator::api {

// What is absent stays as it is.
struct MappingSettings {
  std::optional<std::string> function_name = {};  // of a form that parse_function_name() takes
  std::optional<bool> enabled = {};
  std::optional<std::int32_t> batch_size = {};
  std::optional<std::int32_t> batching_window_seconds = {};
  std::optional<std::int32_t> parallelization_factor = {};
  std::optional<std::int32_t> retry_attempts = {};
  std::optional<std::int32_t> record_age_seconds = {};
  std::optional<bool> bisect_batch_on_function_error = {};
  std::optional<bool> report_batch_item_failures = {};
  std::optional<std::vector<std::string>> filters = {};  // empty: none any more
  std::optional<std::string> on_failure = {};            // ARN; empty: none any more
};

}  // namespace stator::api
