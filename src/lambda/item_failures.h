// What a function's answer says of the records of its batch, with ReportBatchItemFailures.
// Source: docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "codec/keys.h"

namespace stator::lambda {

// How many records of a batch are done: all up to the first that the answer names as failed. None is, if the answer is
// no JSON or names what is not a record of the batch. `batch`: their positions, rising.
[[nodiscard]] std::size_t records_done(std::string_view answer, std::span<const codec::LogPosition> batch);

}  // namespace stator::lambda
