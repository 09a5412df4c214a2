#include "model/table.h"

#include <fmt/format.h>

namespace stator::model {

std::string table_arn(std::string_view region, std::string_view account, std::string_view name) {
  return fmt::format("arn:aws:dynamodb:{}:{}:table/{}", region, account, name);
}

}  // namespace stator::model
