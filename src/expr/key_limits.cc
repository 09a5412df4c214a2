#include "expr/key_limits.h"

#include <fmt/format.h>

#include "model/limits.h"

namespace stator::expr {

using model::Type;

Result<void> check_key_not_empty(const model::KeyAttribute& attribute, model::ValueView value, std::string_view index) {
  if (value.is(Type::kNumber) || !value.bytes().empty()) return {};
  return fail_empty_key(attribute, index);
}

std::unexpected<Error> fail_empty_key(const model::KeyAttribute& attribute, std::string_view index) {
  const std::string rule = fmt::format("The AttributeValue for a key attribute cannot contain an empty {} value.",
                                       attribute.type == Type::kString ? "string" : "binary");
  if (index.empty()) {
    return fail_validation(fmt::format("One or more parameter values are not valid. {} Key: {}", rule, attribute.name));
  }
  return fail_validation(
      fmt::format("One or more parameter values are not valid. A value specified for a secondary index key is not "
                  "supported. {} IndexName: {}, IndexKey: {}",
                  rule, index, attribute.name));
}

Result<void> check_key_size(KeyPart part, model::ValueView value) {
  if (value.is(Type::kNumber)) return {};
  const std::size_t size = value.bytes().size();
  if (part == KeyPart::kPartition && size > model::kMaxPartitionKeyBytes) {
    return fail_validation(
        "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  if (part == KeyPart::kSort && size > model::kMaxSortKeyBytes) {
    return fail_validation(
        "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of "
        "1024 bytes");
  }
  return {};
}

}  // namespace stator::expr
