// The stream of an event source mapping.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "codec/stream_record.h"
#include "kv/engine.h"

namespace stator::lambda {

// The stream of an ARN; none if there is none, or if it is no stream's ARN. May wait.
[[nodiscard]] Result<std::optional<codec::StreamRecord>> find_stream(const kv::Reader& state, std::string_view arn);

}  // namespace stator::lambda
