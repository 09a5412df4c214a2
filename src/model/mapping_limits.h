// Lambda's limits on event source mappings, and Stator's on how many there are.
// Source: docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stator::model {

inline constexpr std::int32_t kMostBatchSize = 10'000;
inline constexpr std::int32_t kLongestWindowSeconds = 300;
inline constexpr std::int32_t kMostParallel = 10;
inline constexpr std::int32_t kMostRetryAttempts = 10'000;
inline constexpr std::int32_t kLeastRecordAgeSeconds = 60;
inline constexpr std::int32_t kMostRecordAgeSeconds = 604'800;
inline constexpr std::size_t kMostFilters = 5;
inline constexpr std::size_t kLongestFilter = 4096;
inline constexpr std::size_t kLongestDestination = 350;  // an ARN
inline constexpr std::size_t kLongestFunctionName = 64;  // the name alone

// Of all regions together: clients can then make no more. Those that the config file declares count, but are not
// refused.
inline constexpr std::size_t kMostMappings = 500;

// The queue, topic or bucket of an ARN of SQS, SNS or S3, such as arn:aws:sqs:us-east-1:000000000000:name; empty of
// anything else.
[[nodiscard]] std::string_view destination_name(std::string_view arn);

}  // namespace stator::model
