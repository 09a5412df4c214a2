#include "model/mapping_limits.h"

namespace stator::model {

std::string_view destination_name(std::string_view arn) {
  std::string_view rest = arn;
  const auto take = [&rest] {
    const std::size_t end = rest.find(':');
    const std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return part;
  };
  if (take() != "arn" || !take().starts_with("aws")) return {};
  const std::string_view service = take();
  if (service != "sqs" && service != "sns" && service != "s3") return {};
  return rest.substr(rest.rfind(':') + 1);
}

}  // namespace stator::model
