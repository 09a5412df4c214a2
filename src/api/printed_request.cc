#include "api/printed_request.h"

#include <algorithm>

#include "base/ascii.h"

namespace stator::api {
namespace {

constexpr std::string_view kMaps[] = {"Item", "Key", "ExpressionAttributeNames", "ExpressionAttributeValues"};

// A message is not made longer than this by what stands in a request.
constexpr std::size_t kMostPrinted = 64 * 1024;

// Puts commas between the entries of what stands in brackets.
class Entries {
 public:
  Entries(std::string& out, char open) : out_(out) { out_.push_back(open); }
  void next() {
    if (!first_) out_ += ", ";
    first_ = false;
  }
  [[nodiscard]] bool is_full() const { return out_.size() > kMostPrinted; }
  void next(std::string_view name) {
    next();
    out_.append(name).push_back('=');
  }

 private:
  std::string& out_;
  bool first_ = true;
};

// putRequest: a member's name as Java has it.
std::string java_name(std::string_view name) {
  std::string java(name);
  if (!java.empty()) java.front() = to_lower(java.front());
  return java;
}

void append_scalar(std::string& out, Element element) {
  if (std::string_view text; element.get(text) == simdjson::SUCCESS) {
    out += text.substr(0, kMostPrinted);
  } else {
    out += simdjson::minify(element);
  }
}

void append_value(std::string& out, Element element);

// A map's values are attribute values, or the names of attributes.
void append_map(std::string& out, Object object) {
  Entries entries(out, '{');
  for (auto [name, value] : object) {
    if (entries.is_full()) break;
    entries.next(name);
    append_value(out, value);
  }
  out.push_back('}');
}

// What stands under the name of an AttributeValue's type. The elements of a list are values, those of a set scalars.
void append_payload(std::string& out, Element element) {
  if (Object object; element.get(object) == simdjson::SUCCESS) return append_map(out, object);
  simdjson::dom::array array;
  if (element.get(array) != simdjson::SUCCESS) return append_scalar(out, element);
  Entries entries(out, '[');
  for (const Element entry : array) {
    if (entries.is_full()) break;
    entries.next();
    append_value(out, entry);
  }
  out.push_back(']');
}

void append_value(std::string& out, Element element) {
  Object object;
  if (element.get(object) != simdjson::SUCCESS) return append_scalar(out, element);
  out += "AttributeValue";
  Entries entries(out, '(');
  for (auto [type, payload] : object) {
    if (entries.is_full()) break;
    entries.next(java_name(type));
    append_payload(out, payload);
  }
  out.push_back(')');
}

// A structure within a structure is a member of the class's own name: Put, PutRequest.
void append_structure(std::string& out, std::string_view java_class, Element element) {
  Object object;
  if (element.get(object) != simdjson::SUCCESS) return append_scalar(out, element);
  out += java_class;
  Entries entries(out, '(');
  for (auto [name, value] : object) {
    if (entries.is_full()) break;
    entries.next(java_name(name));
    if (Object map; std::ranges::find(kMaps, name) != std::end(kMaps) && value.get(map) == simdjson::SUCCESS) {
      append_map(out, map);
    } else {
      append_structure(out, name, value);
    }
  }
  out.push_back(')');
}

void append_list(std::string& out, simdjson::dom::array array, std::string_view java_class) {
  Entries entries(out, '[');
  for (const Element entry : array) {
    if (entries.is_full()) break;
    entries.next();
    append_structure(out, java_class, entry);
  }
  out.push_back(']');
}

}  // namespace

std::string printed_request_items(Object request_items) {
  std::string out;
  Entries entries(out, '{');
  for (auto [table, writes] : request_items) {
    if (entries.is_full()) break;
    entries.next(table);
    if (simdjson::dom::array array; writes.get(array) == simdjson::SUCCESS) {
      append_list(out, array, "WriteRequest");
    } else {
      append_scalar(out, writes);
    }
  }
  out.push_back('}');
  return out;
}

std::string printed_transact_items(simdjson::dom::array transact_items, std::string_view java_class) {
  std::string out;
  append_list(out, transact_items, java_class);
  return out;
}

}  // namespace stator::api
