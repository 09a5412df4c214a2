// An event source mapping as Lambda's answers show it.
// Source: docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html.
#pragma once

#include <cstdint>
#include <string>

#include "model/event_source_mapping.h"

namespace stator::api {

// A change takes no time; its answer tells of it as if it did.
enum class MappingState : std::uint8_t { kCreating, kEnabling, kEnabled, kDisabling, kDisabled, kUpdating, kDeleting };

struct MappingDescription {
  model::EventSourceMapping mapping;
  std::string arn;
  MappingState state = MappingState::kEnabled;
  std::string last_result;
};

void append_mapping(std::string& out, const MappingDescription& description);

}  // namespace stator::api
