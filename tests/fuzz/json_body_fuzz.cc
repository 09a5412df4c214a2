// Bodies of requests: whatever is sent, decoding answers, and what it accepts renders.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/attribute_value.h"
#include "api/error_response.h"
#include "api/get_item.h"
#include "api/json.h"
#include "api/put_item.h"
#include "api/query.h"
#include "api/scan.h"
#include "api/update_item.h"
#include "model/limits.h"
#include "model/value.h"

namespace {

using stator::api::Object;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

void render(const stator::model::Item& item) {
  require(stator::model::is_well_formed(item.encoded(), stator::model::kMaxNesting));
  std::string out;
  stator::api::append_item(out, item.view());
  require(stator::api::parse_body(out).has_value());
}

template <class Operation, class Accepted>
void decode(std::string_view body, Accepted accepted) {
  const auto object = stator::api::parse_body(body);
  if (!object) return;
  const auto request = Operation::decode(*object);
  if (request) {
    accepted(*request);
  } else {
    require(stator::api::parse_body(stator::api::render_error(request.error()).body).has_value());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  decode<stator::api::PutItem>(body, [](const auto& request) { render(request.item); });
  decode<stator::api::UpdateItem>(body, [](const auto& request) { render(request.key); });
  decode<stator::api::GetItem>(body, [](const auto& request) { render(request.key); });
  decode<stator::api::Query>(body, [](const auto& request) { require(!request.table_name.empty()); });
  decode<stator::api::Scan>(body, [](const auto& request) { require(!request.table_name.empty()); });
  return 0;
}
