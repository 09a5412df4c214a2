#include "http/target.h"

#include <algorithm>

#include "base/ascii.h"
#include "http/text.h"

namespace stator::http {

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
    } else {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::string query_decode(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decode(spaced);
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::vector<std::pair<std::string, std::string>> query_of(std::string_view target) {
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string_view rest = target.substr(path_of(target).size());
  if (!rest.empty()) rest.remove_prefix(1);
  while (!rest.empty()) {
    std::string_view value = take_part(rest, '&');
    const std::string_view name = take_part(value, '=');
    if (!name.empty()) parameters.emplace_back(query_decode(name), query_decode(value));
  }
  return parameters;
}

}  // namespace stator::http
