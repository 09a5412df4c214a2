#include "api/update_event_source_mapping.h"

#include <utility>

#include "api/event_source_mapping_request.h"

namespace stator::api {
namespace {

constexpr auto kMembers = mapping_members<MappingInput>();

}  // namespace

Result<UpdateEventSourceMapping::Request> UpdateEventSourceMapping::decode(Object body, const Parameters& parameters) {
  MappingInput input;
  TRY(read_members<MappingInput>(body, kMembers, input));
  TRY_ASSIGN(std::string uuid, read_uuid(parameters));
  Constraints constraints;
  constrain_mapping(constraints, input);
  TRY(constraints.result());
  TRY(check_features(input));
  TRY(check_settings(input));
  return Request{.uuid = std::move(uuid), .settings = settings_of(std::move(input))};
}

}  // namespace stator::api
