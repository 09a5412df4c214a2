#include "lambda/item_failures.h"

#include <algorithm>
#include <optional>

#include "api/json.h"
#include "streams/sequence_number.h"

namespace stator::lambda {
namespace {

// No value: it names none.
std::optional<std::size_t> record_named(api::Element failure, std::span<const codec::LogPosition> batch) {
  api::Object object;
  if (failure.get(object) != simdjson::SUCCESS) return std::nullopt;
  std::string_view identifier;
  if (object.at_key("itemIdentifier").get(identifier) != simdjson::SUCCESS) return std::nullopt;
  const auto position = streams::parse_sequence_number(identifier);
  if (!position) return std::nullopt;
  const auto at = std::ranges::lower_bound(batch, *position);
  if (at == batch.end() || *at != *position) return std::nullopt;
  return static_cast<std::size_t>(at - batch.begin());
}

std::size_t records_before(api::Element failures, std::span<const codec::LogPosition> batch) {
  if (failures.is_null()) return batch.size();
  simdjson::dom::array array;
  if (failures.get(array) != simdjson::SUCCESS) return 0;
  std::size_t done = batch.size();
  for (const api::Element failure : array) {
    const auto failed = record_named(failure, batch);
    if (!failed) return 0;
    done = std::min(done, *failed);
  }
  return done;
}

}  // namespace

std::size_t records_done(std::string_view answer, std::span<const codec::LogPosition> batch) {
  // Nothing at all is what a function that answers nothing gives which is not Lambda's.
  if (answer.find_first_not_of(" \t\r\n") == std::string_view::npos) return batch.size();
  std::size_t done = 0;
  if (const auto json = api::parse_json(answer)) {
    api::Object object;
    api::Element failures;
    const bool tells =
        json->get(object) == simdjson::SUCCESS && object.at_key("batchItemFailures").get(failures) == simdjson::SUCCESS;
    done = tells ? records_before(failures, batch) : batch.size();
  }
  api::finish_body();
  return done;
}

}  // namespace stator::lambda
