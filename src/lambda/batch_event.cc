#include "lambda/batch_event.h"

#include <utility>

namespace stator::lambda {
namespace {

constexpr std::string_view kEnd = "]}";

}  // namespace

std::size_t BatchEvent::size_with(std::size_t size) const { return json_.size() + 1 + size + kEnd.size(); }

void BatchEvent::add(std::string_view record) {
  if (json_.back() != '[') json_.push_back(',');
  json_.append(record);
}

std::string BatchEvent::release() && {
  json_.append(kEnd);
  return std::move(json_);
}

}  // namespace stator::lambda
