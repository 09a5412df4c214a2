// DynamoDB's limits.
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html and ServiceQuotas.html.
#pragma once

#include <cstddef>

namespace stator::model {

inline constexpr std::size_t kMaxItemBytes = 400 * 1024;
inline constexpr std::size_t kMaxPartitionKeyBytes = 2048;
inline constexpr std::size_t kMaxSortKeyBytes = 1024;
inline constexpr int kMaxNesting = 32;
inline constexpr std::size_t kMaxPageBytes = 1024 * 1024;
inline constexpr std::size_t kMaxAttributeNameBytes = 65'535;
inline constexpr std::size_t kMaxExpressionBytes = 4096;
// Of ExpressionAttributeNames, and of ExpressionAttributeValues: placeholders and what they stand for.
inline constexpr std::size_t kMaxPlaceholderMapBytes = 2 * 1024 * 1024;
// Of an expression with its placeholders filled in. As AWS's own DynamoDB Local has it; not documented.
inline constexpr std::size_t kMaxFilledExpressionBytes = 1024 * 1024;
inline constexpr int kMaxExpressionOperators = 300;
inline constexpr int kMaxPathDepth = 32;
inline constexpr std::size_t kMaxTagsPerResource = 50;
inline constexpr int kMaxSegments = 1'000'000;

}  // namespace stator::model
