// Expressions: whatever is written compiles or is refused with a message, and what compiles runs on any item.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "expr/condition.h"
#include "expr/key_condition.h"
#include "expr/placeholders.h"
#include "expr/projection.h"
#include "expr/update.h"
#include "model/document_path.h"
#include "model/item.h"
#include "model/table.h"
#include "model/value_writer.h"

namespace {

using stator::expr::Parameter;
using stator::expr::Placeholders;
using stator::model::Value;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

// An item with every type, under one-letter names; :s, :n, ... are values of the types, #a to #m names of attributes.
std::string encoded_number(int n) {
  std::string out;
  stator::model::append_number(out, stator::model::Number::parse(std::to_string(n)).value());
  return out;
}

struct World {
  stator::model::Item item;
  stator::expr::AttributeNames names;
  stator::expr::AttributeValues values;

  World() {
    std::string text;
    stator::model::append_string(text, "text");
    std::string truth;
    stator::model::append_bool(truth, true);
    std::string null;
    stator::model::append_null(null);
    std::string binary;
    stator::model::append_binary(binary, "\xff");
    const std::string one = encoded_number(1);
    std::string set;
    stator::model::SetWriter members(stator::model::Type::kStringSet);
    members.add("text");
    members.add("x");
    members.finish(set);
    std::string list;
    stator::model::ListWriter elements;
    for (const std::string& element : {one, text, null}) elements.add(stator::model::ValueView(element));
    elements.finish(list);
    std::string map;
    stator::model::MapWriter entries;
    entries.add("a", stator::model::ValueView(one));
    entries.add("l", stator::model::ValueView(list));
    entries.finish(map);

    stator::model::MapWriter attributes;
    const std::pair<const char*, const std::string*> all[] = {{"s", &text},   {"n", &one}, {"t", &truth}, {"z", &null},
                                                              {"b", &binary}, {"e", &set}, {"l", &list},  {"m", &map}};
    for (const auto& [name, value] : all) {
      attributes.add(name, stator::model::ValueView(*value));
      names[std::string("#") + name] = name;
      values[std::string(":") + name] = Value(*value);
    }
    std::string encoded;
    attributes.finish(encoded);
    item = stator::model::Item(std::move(encoded));
  }
};

const World& world() {
  static const World made;
  return made;
}

void check_error(const stator::Error& error) { require(!error.message.empty()); }

void check_condition(std::string_view text, Parameter parameter) {
  Placeholders placeholders(world().names, world().values);
  const auto condition = stator::expr::Condition::compile(parameter, text, placeholders);
  if (!condition) return check_error(condition.error());
  const bool holds = condition->matches(world().item.view());
  require(holds == condition->matches(world().item.view()));
  (void)condition->matches(stator::model::MapView());
  require(!condition->dump().empty());
  if (parameter != Parameter::kKeyConditionExpression) return;
  const stator::model::KeySchema key({{"s", stator::model::Type::kString}}, {{"n", stator::model::Type::kNumber}});
  if (const auto bound = stator::expr::bind_key_condition(*condition, key); !bound) check_error(bound.error());
}

void check_update(std::string_view text) {
  Placeholders placeholders(world().names, world().values);
  const auto update = stator::expr::Update::compile(text, placeholders);
  if (!update) return check_error(update.error());
  require(!update->dump().empty());
  const auto updated = update->apply(world().item.view());
  if (!updated) return check_error(updated.error());
  require(stator::model::is_well_formed(updated->encoded(), 64));
}

void check_projection(std::string_view text) {
  Placeholders placeholders(world().names, world().values);
  const auto projection = stator::expr::compile_projection(text, placeholders);
  if (!projection) return check_error(projection.error());
  std::string out;
  for (const auto& path : *projection) {
    if (const auto found = stator::model::find(world().item.view(), path)) out.append(found->encoded());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_condition(text, Parameter::kConditionExpression);
  check_condition(text, Parameter::kKeyConditionExpression);
  check_update(text);
  check_projection(text);
  return 0;
}
