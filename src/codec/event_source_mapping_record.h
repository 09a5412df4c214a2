// Records of event source mappings and of their progress. docs/formats/records.md describes them byte by byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/keys.h"
#include "model/event_source_mapping.h"

namespace stator::codec {

[[nodiscard]] std::string encode_mapping(const model::EventSourceMapping& mapping);
[[nodiscard]] Result<model::EventSourceMapping> decode_mapping(std::string_view bytes);

// How far a mapping has come in a shard.
struct Checkpoint {
  LogPosition next;          // everything before it is done
  bool is_finished = false;  // the shard is closed, and nothing of it is left to do
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};
[[nodiscard]] std::string encode_checkpoint(const Checkpoint& checkpoint);
[[nodiscard]] Result<Checkpoint> decode_checkpoint(std::string_view bytes);

// What became of the last batch that a mapping has called its function with.
enum class ProcessingResult : std::uint8_t { kNone = 0, kOk = 1, kFunctionFailed = 2 };
[[nodiscard]] std::string encode_processing_result(ProcessingResult result);
[[nodiscard]] Result<ProcessingResult> decode_processing_result(std::string_view bytes);

}  // namespace stator::codec
