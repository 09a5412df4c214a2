#include "codec/event_source_mapping_record.h"

#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "codec/fields.h"

namespace stator::codec {
namespace {

constexpr std::uint8_t kVersion = 1;

// Numbers are for ever: a field that is given up keeps its number.
enum Field : std::uint8_t {
  kUuid = 1,
  kRegion = 2,
  kStreamArn = 3,
  kFunctionArn = 4,
  kStartingPosition = 5,
  kAfter = 6,
  kEnabled = 7,
  kBatchSize = 8,
  kBatchingWindow = 9,
  kParallelizationFactor = 10,
  kRetryAttempts = 11,
  kRecordAge = 12,
  kBisect = 13,
  kReportFailures = 14,
  kFilter = 15,
  kOnFailure = 16,
  kLastModified = 17,
  kTrigger = 18,
};

constexpr std::uint8_t kRequired[] = {kUuid,          kRegion,    kStreamArn, kFunctionArn,    kStartingPosition,
                                      kAfter,         kEnabled,   kBatchSize, kBatchingWindow, kParallelizationFactor,
                                      kRetryAttempts, kRecordAge, kBisect,    kReportFailures, kLastModified};
constexpr std::uint8_t kRepeating[] = {kFilter};
constexpr FieldRules kRules{
    .list = "an event source mapping record", .last = kTrigger, .required = kRequired, .repeating = kRepeating};

bool read_small(std::string_view in, std::int32_t& v) {
  std::int64_t wide = 0;
  if (!read_integer(in, wide) || !std::in_range<std::int32_t>(wide)) return false;
  v = static_cast<std::int32_t>(wide);
  return true;
}

Result<bool> read_field(std::uint8_t field, std::string_view in, model::EventSourceMapping& mapping) {
  switch (static_cast<Field>(field)) {
    case kUuid:
      return read_text(in, mapping.uuid);
    case kRegion:
      return read_text(in, mapping.region);
    case kStreamArn:
      return read_text(in, mapping.stream_arn);
    case kFunctionArn:
      return read_text(in, mapping.function_arn);
    case kStartingPosition:
      return read_enum(in, model::StartingPosition::kLatest, mapping.starting_position);
    case kAfter:
      return read_number(in, mapping.after.value);
    case kEnabled:
      return read_flag(in, mapping.enabled);
    case kBatchSize:
      return read_small(in, mapping.batch_size);
    case kBatchingWindow:
      return read_small(in, mapping.batching_window_seconds);
    case kParallelizationFactor:
      return read_small(in, mapping.parallelization_factor);
    case kRetryAttempts:
      return read_small(in, mapping.retry_attempts);
    case kRecordAge:
      return read_small(in, mapping.record_age_seconds);
    case kBisect:
      return read_flag(in, mapping.bisect_batch_on_function_error);
    case kReportFailures:
      return read_flag(in, mapping.report_batch_item_failures);
    case kFilter:
      return read_text(in, mapping.filters.emplace_back());
    case kOnFailure:
      return read_text(in, mapping.on_failure);
    case kLastModified:
      return read_time(in, mapping.last_modified);
    case kTrigger:
      return read_text(in, mapping.trigger);
  }
  return false;
}

std::unexpected<Error> corrupt_progress() {
  return fail(ErrorCode::kCorruption,
              "a record of an event source mapping's progress is damaged, or of another version");
}

constexpr std::size_t kCheckpointBytes = 1 + sizeof(std::uint64_t) + sizeof(std::uint32_t) + 1;

}  // namespace

std::string encode_mapping(const model::EventSourceMapping& mapping) {
  FieldWriter out(std::string(1, static_cast<char>(kVersion)));
  out.bytes(kUuid, mapping.uuid);
  out.bytes(kRegion, mapping.region);
  out.bytes(kStreamArn, mapping.stream_arn);
  out.bytes(kFunctionArn, mapping.function_arn);
  out.byte(kStartingPosition, static_cast<std::uint8_t>(mapping.starting_position));
  out.number(kAfter, mapping.after.value);
  out.byte(kEnabled, mapping.enabled ? 1 : 0);
  out.integer(kBatchSize, mapping.batch_size);
  out.integer(kBatchingWindow, mapping.batching_window_seconds);
  out.integer(kParallelizationFactor, mapping.parallelization_factor);
  out.integer(kRetryAttempts, mapping.retry_attempts);
  out.integer(kRecordAge, mapping.record_age_seconds);
  out.byte(kBisect, mapping.bisect_batch_on_function_error ? 1 : 0);
  out.byte(kReportFailures, mapping.report_batch_item_failures ? 1 : 0);
  for (const std::string& filter : mapping.filters) out.bytes(kFilter, filter);
  if (!mapping.on_failure.empty()) out.bytes(kOnFailure, mapping.on_failure);
  out.time(kLastModified, mapping.last_modified);
  if (!mapping.trigger.empty()) out.bytes(kTrigger, mapping.trigger);
  return std::move(out).finish();
}

Result<model::EventSourceMapping> decode_mapping(std::string_view bytes) {
  if (bytes.empty()) return fail_list(kRules, "is empty");
  const auto version = static_cast<std::uint8_t>(bytes.front());
  if (version != kVersion) {
    return fail_list(kRules, fmt::format("has version {}; this program knows version {}", version, kVersion));
  }
  model::EventSourceMapping mapping;
  TRY(read_fields(bytes.substr(1), kRules,
                  [&](std::uint8_t field, std::string_view value) { return read_field(field, value, mapping); }));
  return mapping;
}

std::string encode_checkpoint(const Checkpoint& checkpoint) {
  std::string out(1, static_cast<char>(kVersion));
  append_big_endian(out, checkpoint.next.commit.value);
  append_big_endian(out, checkpoint.next.place);
  out.push_back(checkpoint.is_finished ? 1 : 0);
  return out;
}

Result<Checkpoint> decode_checkpoint(std::string_view bytes) {
  if (bytes.size() != kCheckpointBytes || bytes.front() != static_cast<char>(kVersion)) return corrupt_progress();
  Checkpoint checkpoint;
  checkpoint.next.commit.value = load_big_endian<std::uint64_t>(bytes.substr(1));
  checkpoint.next.place = load_big_endian<std::uint32_t>(bytes.substr(1 + sizeof(std::uint64_t)));
  if (!read_flag(bytes.substr(kCheckpointBytes - 1), checkpoint.is_finished)) return corrupt_progress();
  return checkpoint;
}

std::string encode_processing_result(ProcessingResult result) {
  return {static_cast<char>(kVersion), static_cast<char>(result)};
}

Result<ProcessingResult> decode_processing_result(std::string_view bytes) {
  ProcessingResult result = ProcessingResult::kNone;
  if (bytes.empty() || bytes.front() != static_cast<char>(kVersion) ||
      !read_enum(bytes.substr(1), ProcessingResult::kFunctionFailed, result)) {
    return corrupt_progress();
  }
  return result;
}

}  // namespace stator::codec
