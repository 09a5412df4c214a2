#include <array>
#include <cstddef>

#include "api/attribute_value.h"
#include "model/limits.h"
#include "model/number.h"
#include "model/value_writer.h"

namespace stator::api {
namespace {

using model::Type;

constexpr std::string_view kAttributeMap =
    "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>";
constexpr std::size_t kMaxNameBytes = 65535;
// A container of the deepest level holds scalars only: level 0 is the item itself.
constexpr std::size_t kLevels = model::kMaxNesting;
constexpr std::size_t kKeptBytes = std::size_t{64} * 1024;

// The writers of the containers that are open, by level. Their memory serves one request after the other.
struct Workspace {
  std::array<model::MapWriter, kLevels> maps;
  std::array<model::ListWriter, kLevels> lists;
  model::SetWriter set{Type::kStringSet};
  std::string bytes;
};

Workspace& workspace() {
  thread_local Workspace workspace;
  return workspace;
}

// Memory that served an unusually large container is given back.
template <class Writer>
void give_back(Writer& writer, std::size_t bytes) {
  if (bytes > kKeptBytes) writer = Writer();
}

// Reads values into the encoding. Whatever is wrong with a value, exactly one value is appended for it.
class Decoder {
 public:
  // The value at `level`: 1 is an attribute of an item, or an expression's value.
  Result<void> value(Element element, Place place, std::size_t level, std::string& out);
  // A map whose values are at level + 1.
  Result<void> map(Object object, std::size_t level, std::string& out);

  // The first problem, in the service's order: top-level names, values and depth as they come, names within maps.
  std::optional<ValueProblem> take_problem();

 private:
  Result<void> typed(Type type, Element element, std::size_t level, std::string& out);
  Result<void> number(Element element, std::string& out);
  Result<void> null(Element element, std::string& out);
  Result<void> binary(Element element, std::string& out);
  Result<void> list(Element element, std::size_t level, std::string& out);
  Result<void> set(Type type, Element element, std::string& out);
  Result<void> member(Type set, Element element);
  void check_name(std::string_view name, std::size_t level);
  void note(ValueProblem problem) { note(problem_, std::move(problem)); }
  static void note(std::optional<ValueProblem>& slot, ValueProblem problem) {
    if (!slot) slot = std::move(problem);
  }

  Workspace& work_ = workspace();
  std::optional<ValueProblem> top_name_problem_;
  std::optional<ValueProblem> problem_;
  std::optional<ValueProblem> nested_name_problem_;
};

std::optional<ValueProblem> Decoder::take_problem() {
  if (top_name_problem_) return std::move(top_name_problem_);
  if (problem_) return std::move(problem_);
  return std::move(nested_name_problem_);
}

void Decoder::check_name(std::string_view name, std::size_t level) {
  std::optional<ValueProblem>& slot = level == 0 ? top_name_problem_ : nested_name_problem_;
  if (name.empty()) note(slot, empty_name_problem());
  if (name.size() > kMaxNameBytes) note(slot, long_name_problem());
}

Result<void> Decoder::value(Element element, Place place, std::size_t level, std::string& out) {
  const std::size_t begin = out.size();
  std::size_t types = 0;
  if (!element.is_null()) {
    TRY_ASSIGN(const Object object, read_structure(element, "AttributeValue", place));
    for (auto [name, part] : object) {
      const std::optional<Type> type = model::type_from_name(name);
      if (!type || part.is_null()) continue;
      if (types++ > 0) out.resize(begin);
      TRY(typed(*type, part, level, out));
    }
  }
  if (types == 0) {
    note(empty_value_problem());
    model::append_null(out);
  } else if (types > 1) {
    note(several_types_problem());
  }
  return {};
}

Result<void> Decoder::typed(Type type, Element element, std::size_t level, std::string& out) {
  switch (type) {
    case Type::kString: {
      TRY_ASSIGN(const std::string_view text, read_string(element));
      model::append_string(out, text);
      return {};
    }
    case Type::kNumber:
      return number(element, out);
    case Type::kBinary:
      return binary(element, out);
    case Type::kBool: {
      TRY_ASSIGN(const bool value, read_boolean(element));
      model::append_bool(out, value);
      return {};
    }
    case Type::kNull:
      return null(element, out);
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet:
      return set(type, element, out);
    case Type::kList:
      return list(element, level, out);
    case Type::kMap: {
      TRY_ASSIGN(const Object object, read_map(element, kAttributeMap));
      return map(object, level, out);
    }
  }
  return {};
}

Result<void> Decoder::number(Element element, std::string& out) {
  TRY_ASSIGN(const std::string_view text, read_string(element));
  if (const auto number = model::Number::parse(text)) {
    model::append_number(out, *number);
  } else {
    note(number_problem(number.error(), text));
    model::append_null(out);
  }
  return {};
}

Result<void> Decoder::null(Element element, std::string& out) {
  TRY_ASSIGN(const bool is_null, read_boolean(element));
  if (!is_null) note(false_null_problem());
  model::append_null(out);
  return {};
}

Result<void> Decoder::binary(Element element, std::string& out) {
  work_.bytes.clear();
  TRY(read_blob(element, work_.bytes));
  model::append_binary(out, work_.bytes);
  give_back(work_.bytes, work_.bytes.size());
  return {};
}

Result<void> Decoder::list(Element element, std::size_t level, std::string& out) {
  TRY_ASSIGN(const simdjson::dom::array array, read_list(element));
  if (level >= kLevels) {
    note(nesting_problem());
    model::append_null(out);
    return {};
  }
  model::ListWriter& writer = work_.lists[level];
  writer.clear();
  for (const Element entry : array) TRY(value(entry, Place::kElement, level + 1, writer.next()));
  const std::size_t begin = out.size();
  writer.finish(out);
  give_back(writer, out.size() - begin);
  return {};
}

Result<void> Decoder::map(Object object, std::size_t level, std::string& out) {
  if (level >= kLevels) {
    note(nesting_problem());
    model::append_null(out);
    return {};
  }
  model::MapWriter& writer = work_.maps[level];
  writer.clear();
  for (auto [name, entry] : object) {
    check_name(name, level);
    TRY(value(entry, Place::kElement, level + 1, writer.next(name)));
  }
  const std::size_t begin = out.size();
  if (!writer.finish(out)) return fail_duplicate_name();
  give_back(writer, out.size() - begin);
  return {};
}

Result<void> Decoder::member(Type set, Element element) {
  if (element.is_null()) {
    note(null_member_problem(set));
    return {};
  }
  if (set == Type::kBinarySet) {
    work_.bytes.clear();
    TRY(read_blob(element, work_.bytes));
    work_.set.add(work_.bytes);
    return {};
  }
  TRY_ASSIGN(const std::string_view text, read_string(element));
  if (set == Type::kStringSet) {
    work_.set.add(text);
  } else if (const auto number = model::Number::parse(text)) {
    work_.bytes.clear();
    number->append_encoded(work_.bytes);
    work_.set.add(work_.bytes);
  } else {
    note(number_problem(number.error(), text));
  }
  return {};
}

Result<void> Decoder::set(Type type, Element element, std::string& out) {
  TRY_ASSIGN(const simdjson::dom::array array, read_list(element));
  work_.set.clear(type);
  for (const Element entry : array) TRY(member(type, entry));
  if (array.begin() == array.end()) note(empty_set_problem(type));
  const std::size_t begin = out.size();
  if (!work_.set.finish(out)) {
    std::vector<std::string_view> members;
    for (const Element entry : array) {
      if (std::string_view text; entry.get(text) == simdjson::SUCCESS) members.push_back(text);
    }
    note(repeated_member_problem(type, members));
  }
  if (out.size() - begin > kKeptBytes) work_.set = model::SetWriter(type);
  return {};
}

// A decoder that gave up may leave large pieces behind.
std::unexpected<Error> give_up(Error error) {
  workspace() = Workspace();
  return std::unexpected(std::move(error));
}

Result<WireItem> decode_item(Object object) {
  Decoder decoder;
  std::string encoded;
  if (auto read = decoder.map(object, 0, encoded); !read) return give_up(std::move(read).error());
  return WireItem{.item = model::Item(std::move(encoded)), .problem = decoder.take_problem()};
}

}  // namespace

Result<WireItem> read_nested_item(Element element) {
  if (element.is_null()) return WireItem();
  TRY_ASSIGN(const Object object, read_nested_map(element, kAttributeMap));
  return decode_item(object);
}

Result<WireValue> read_value(Element element, Place place) {
  Decoder decoder;
  std::string encoded;
  if (auto read = decoder.value(element, place, 1, encoded); !read) return give_up(std::move(read).error());
  return WireValue{.value = model::Value(std::move(encoded)), .problem = decoder.take_problem()};
}

Result<void> read(Element element, std::optional<WireValue>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(field, read_value(element, Place::kMember));
  return {};
}

Result<void> read(Element element, std::optional<WireItem>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(const Object object, read_map(element, kAttributeMap));
  TRY_ASSIGN(field, decode_item(object));
  return {};
}

Result<void> read(Element element, std::optional<WireValues>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(const Object object, read_map(element, kAttributeMap));
  TRY(check_distinct_names(object));
  WireValues& values = field.emplace();
  values.reserve(object.size());
  for (auto [name, entry] : object) {
    TRY_ASSIGN(WireValue value, read_value(entry, Place::kElement));
    values.emplace_back(name, std::move(value));
  }
  return {};
}

Result<void> read(Element element, std::optional<std::vector<WireValue>>& field) {
  if (element.is_null()) return {};
  TRY_ASSIGN(const simdjson::dom::array array, read_list(element));
  auto& values = field.emplace();
  values.reserve(array.size());
  for (const Element entry : array) {
    TRY_ASSIGN(WireValue value, read_value(entry, Place::kElement));
    values.push_back(std::move(value));
  }
  return {};
}

}  // namespace stator::api
