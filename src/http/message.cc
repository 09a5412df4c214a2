#include "http/message.h"

#include "http/text.h"

namespace stator::http {

std::string_view Request::header(std::string_view name) const {
  for (const Header& h : headers) {
    if (equals_ignoring_case(h.name, name)) return h.value;
  }
  return {};
}

bool Request::has_header(std::string_view name) const {
  for (const Header& h : headers) {
    if (equals_ignoring_case(h.name, name)) return true;
  }
  return false;
}

}  // namespace stator::http
