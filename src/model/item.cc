#include "model/item.h"

#include "model/value_writer.h"

namespace stator::model {
namespace {

constexpr std::size_t kContainerBytes = 3;  // of a list or map
constexpr std::size_t kElementBytes = 1;    // of each element or entry

std::size_t set_size(ValueView value) {
  const bool numbers = value.is(Type::kNumberSet);
  std::size_t size = 0;
  for (const std::string_view member : value.set()) {
    size += numbers ? Number::encoded_attribute_size(member) : member.size();
  }
  return size;
}

}  // namespace

Item::Item() { MapWriter().finish(encoded_); }

std::size_t attribute_size(ValueView value) {
  switch (value.type()) {
    case Type::kNull:
    case Type::kBool:
      return 1;
    case Type::kNumber:
      return Number::encoded_attribute_size(value.encoded_number());
    case Type::kString:
    case Type::kBinary:
      return value.bytes().size();
    case Type::kNumberSet:
    case Type::kStringSet:
    case Type::kBinarySet:
      return set_size(value);
    case Type::kList: {
      std::size_t size = kContainerBytes;
      for (const ValueView element : value.list()) size += kElementBytes + attribute_size(element);
      return size;
    }
    case Type::kMap: {
      std::size_t size = kContainerBytes;
      for (const MapView::Entry& entry : value.map()) {
        size += kElementBytes + entry.name.size() + attribute_size(entry.value);
      }
      return size;
    }
  }
  return 0;
}

std::size_t item_size(MapView item) {
  std::size_t size = 0;
  for (const MapView::Entry& entry : item) size += entry.name.size() + attribute_size(entry.value);
  return size;
}

}  // namespace stator::model
