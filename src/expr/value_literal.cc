#include "expr/value_literal.h"

#include <charconv>

#include <gtest/gtest.h>

#include "base/base64.h"
#include "model/value_writer.h"

namespace stator::expr::testing {
namespace {

using model::Type;

class LiteralReader {
 public:
  explicit LiteralReader(std::string_view text) : text_(text), rest_(text) {}

  void value(std::string& out) {
    skip_blanks();
    if (rest_.starts_with("b\"")) {
      model::append_binary(out, binary());
    } else if (rest_.starts_with('"')) {
      model::append_string(out, string());
    } else if (accept("true")) {
      model::append_bool(out, true);
    } else if (accept("false")) {
      model::append_bool(out, false);
    } else if (accept("null")) {
      model::append_null(out);
    } else if (accept("[")) {
      list(out);
    } else if (accept("{")) {
      map(out);
    } else if (accept("<")) {
      set(out);
    } else {
      model::append_number(out, number());
    }
  }

  bool at_end() {
    skip_blanks();
    return rest_.empty() || failed_;
  }

  // Up to '=', without blanks.
  std::string name() {
    skip_blanks();
    std::string out(rest_.substr(0, rest_.find('=')));
    rest_.remove_prefix(std::min(rest_.size(), out.size() + 1));
    return out;
  }

  std::string word() {
    std::string out(rest_.substr(0, rest_.find(' ')));
    rest_.remove_prefix(out.size());
    return out;
  }

 private:
  void fail() {
    if (!failed_) ADD_FAILURE() << "not a literal: " << text_ << " at: " << rest_;
    failed_ = true;
    rest_ = {};
  }

  void skip_blanks() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }

  bool accept(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  // After an element: true if another follows.
  bool more(std::string_view end) {
    if (failed_ || accept(end)) return false;
    if (!accept(",")) fail();
    return !failed_;
  }

  std::string string() {
    std::string out;
    accept("\"");
    while (!rest_.empty() && rest_.front() != '"') {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\\' && rest_.starts_with('x')) {
        unsigned code = 0;
        std::from_chars(rest_.data() + 1, rest_.data() + 3, code, 16);
        c = static_cast<char>(code);
        rest_.remove_prefix(3);
      } else if (c == '\\') {
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      out += c;
    }
    if (!accept("\"")) fail();
    return out;
  }

  std::string binary() {
    accept("b");
    std::string bytes;
    if (!append_base64_decoded(bytes, string())) fail();
    return bytes;
  }

  model::Number number() {
    skip_blanks();
    const std::string_view digits = rest_.substr(0, rest_.find_first_not_of("0123456789+-.eE"));
    const auto parsed = model::Number::parse(digits);
    if (!parsed) {
      fail();
      return {};
    }
    rest_.remove_prefix(digits.size());
    return *parsed;
  }

  void list(std::string& out) {
    model::ListWriter writer;
    if (!accept("]")) {
      do value(writer.next());
      while (more("]"));
    }
    writer.finish(out);
  }

  void map(std::string& out) {
    model::MapWriter writer;
    if (!accept("}")) {
      do {
        skip_blanks();
        std::string name;
        if (rest_.starts_with('"')) {
          name = string();
        } else {
          name = rest_.substr(0, rest_.find(':'));
          rest_.remove_prefix(name.size());
        }
        if (!accept(":")) fail();
        value(writer.next(name));
      } while (more("}"));
    }
    EXPECT_TRUE(writer.finish(out)) << text_;
  }

  void set(std::string& out) {
    skip_blanks();
    const Type type = rest_.starts_with('"')   ? Type::kStringSet
                      : rest_.starts_with('b') ? Type::kBinarySet
                                               : Type::kNumberSet;
    model::SetWriter writer(type);
    do {
      skip_blanks();
      if (type == Type::kNumberSet) {
        std::string encoded;
        number().append_encoded(encoded);
        writer.add(encoded);
      } else {
        writer.add(type == Type::kStringSet ? string() : binary());
      }
    } while (more(">"));
    writer.finish(out);
  }

  std::string_view text_;
  std::string_view rest_;
  bool failed_ = false;
};

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string scalar(Type type, std::string_view bytes) {
  std::string out;
  if (type == Type::kNumber || type == Type::kNumberSet) {
    model::Number::append_encoded_as_text(bytes, out);
  } else if (type == Type::kBinary || type == Type::kBinarySet) {
    append_base64(out, bytes);
    out = "b" + in_quotes(out);
  } else {
    out = in_quotes(bytes);
  }
  return out;
}

}  // namespace

model::Value value_literal(std::string_view text) {
  LiteralReader reader(text);
  std::string encoded;
  reader.value(encoded);
  EXPECT_TRUE(reader.at_end()) << text;
  EXPECT_TRUE(model::is_well_formed(encoded, 100)) << text;
  return model::Value(std::move(encoded));
}

model::Item item_literal(std::string_view text) {
  return model::Item(std::string(value_literal(text).view().encoded()));
}

AttributeValues values_literal(std::string_view text) {
  LiteralReader reader(text);
  AttributeValues values;
  while (!reader.at_end()) {
    const std::string name = reader.name();
    std::string encoded;
    reader.value(encoded);
    values.emplace(name, model::Value(std::move(encoded)));
  }
  return values;
}

AttributeNames names_literal(std::string_view text) {
  LiteralReader reader(text);
  AttributeNames names;
  while (!reader.at_end()) {
    const std::string placeholder = reader.name();
    names.emplace(placeholder, reader.word());
  }
  return names;
}

std::string to_literal(model::ValueView value) {
  std::string out;
  const auto separate = [&out] { out += out.empty() ? "" : ", "; };
  switch (value.type()) {
    case Type::kNull:
      return "null";
    case Type::kBool:
      return value.boolean() ? "true" : "false";
    case Type::kNumber:
      return scalar(Type::kNumber, value.encoded_number());
    case Type::kString:
    case Type::kBinary:
      return scalar(value.type(), value.bytes());
    case Type::kNumberSet:
    case Type::kStringSet:
    case Type::kBinarySet:
      for (const std::string_view member : value.set()) {
        separate();
        out += scalar(value.type(), member);
      }
      return "<" + out + ">";
    case Type::kList:
      for (const model::ValueView element : value.list()) {
        separate();
        out += to_literal(element);
      }
      return "[" + out + "]";
    case Type::kMap:
      for (const auto& entry : value.map()) {
        separate();
        out += std::string(entry.name) + ": " + to_literal(entry.value);
      }
      return "{" + out + "}";
  }
  return out;
}

}  // namespace stator::expr::testing
