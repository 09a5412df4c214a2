#include "api/get_event_source_mapping.h"

#include <utility>

#include "api/event_source_mapping_request.h"

namespace stator::api {

Result<GetEventSourceMapping::Request> GetEventSourceMapping::decode(Object, const Parameters& parameters) {
  TRY_ASSIGN(std::string uuid, read_uuid(parameters));
  return Request{.uuid = std::move(uuid)};
}

}  // namespace stator::api
