#include "ops/create_event_source_mapping.h"

#include <utility>

#include <fmt/format.h>

#include "base/random.h"
#include "model/mapping_limits.h"
#include "ops/event_source_mapping.h"
#include "ops/stream_lookup.h"
#include "storage/event_source_mappings.h"

namespace stator::ops {
namespace {

Result<void> check_stream(const Context& context, const std::string& arn) {
  const auto stream = find_stream(context, context.storage.engine(), arn);
  if (stream && !stream->disabled) return {};
  if (!stream && stream.error().code != ErrorCode::kResourceNotFound) return std::unexpected(stream.error());
  return fail(ErrorCode::kInvalidParameterValue, fmt::format("Stream not found: {}", arn));
}

// Each mapping costs reads and writes of its own for as long as it is there. Creations at the same time may exceed it
// by as many as they are.
Result<void> check_quota(const Context& context) {
  TRY_ASSIGN(const auto all, storage::list_mappings(context.storage.engine(), context.session.wait, {}));
  if (all.size() < model::kMostMappings) return {};
  return fail(ErrorCode::kLimitExceeded,
              fmt::format("Stator has {} event source mappings, and can have no more.", all.size()));
}

}  // namespace

Result<api::MappingDescription> run(Context& context, const api::CreateEventSourceMapping::Request& request) {
  model::EventSourceMapping mapping;
  mapping.uuid = make_uuid(context.storage.random());
  mapping.region = context.region();
  mapping.stream_arn = request.stream_arn;
  mapping.starting_position = request.starting_position;
  TRY(apply(context, request.settings, mapping));
  TRY(check_stream(context, request.stream_arn));
  TRY(check_quota(context));
  if (request.starting_position == model::StartingPosition::kLatest) {
    mapping.after = context.storage.engine().last_durable();
  }
  if (auto created = storage::create_mapping(context.session, mapping); !created) {
    return word_conflict(mapping, std::move(created).error());
  }
  return describe(context, std::move(mapping), api::MappingState::kCreating);
}

}  // namespace stator::ops
