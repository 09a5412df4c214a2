#include "config/toml.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/ascii.h"

namespace stator::config {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_bare(char c) {
  const char lower = to_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  const auto put_rest = [&](int count) {
    for (int shift = 6 * (count - 1); shift >= 0; shift -= 6) put(0x80U | ((point >> shift) & 0x3FU));
  };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0U | (point >> 6));
    return put_rest(1);
  }
  if (point < 0x10000) {
    put(0xE0U | (point >> 12));
    return put_rest(2);
  }
  put(0xF0U | (point >> 18));
  put_rest(3);
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
  }

  Result<std::vector<TomlEntry>> read() {
    for (skip_to_content(); !rest_.empty(); skip_to_content()) {
      TRY(rest_.front() == '[' ? read_head() : read_pair());
      skip_blanks();
      if (!at_end_of_line()) return refuse("there is more on the line than belongs there");
    }
    return std::move(entries_);
  }

 private:
  [[nodiscard]] std::unexpected<Error> refuse(std::string_view what) const {
    return fail_validation(fmt::format("line {}: {}", line_, what));
  }

  // Takes `text` if it is next.
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  char take_char() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\n') ++line_;
    return c;
  }

  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size())); }

  [[nodiscard]] bool at_end_of_line() const {
    return rest_.empty() || rest_.front() == '#' || rest_.front() == '\n' || rest_.starts_with("\r\n");
  }

  // Past blanks, comments and ends of lines.
  void skip_to_content() {
    for (skip_blanks(); !rest_.empty() && at_end_of_line(); skip_blanks()) {
      const std::size_t end = std::min(rest_.find('\n'), rest_.size() - 1);
      if (rest_[end] == '\n') ++line_;
      rest_.remove_prefix(end + 1);
    }
  }

  Result<void> read_head() {
    if (rest_.starts_with("[[")) return refuse("lists of tables are not read here");
    take("[");
    std::vector<std::string> names;
    TRY_ASSIGN(names, read_names());
    if (!take("]")) return refuse("the table's name is not closed by ]");
    if (!heads_.insert(names).second) return refuse(fmt::format("[{}] is there twice", fmt::join(names, ".")));
    entries_.push_back({.line = line_, .table = names, .key = {}, .values = {}, .is_list = false});
    table_ = std::move(names);
    return {};
  }

  Result<void> read_pair() {
    TomlEntry entry{.line = line_, .table = table_, .key = {}, .values = {}, .is_list = false};
    TRY_ASSIGN(std::vector<std::string> names, read_names());
    entry.key = std::move(names.back());
    entry.table.insert(entry.table.end(), names.begin(), names.end() - 1);
    if (!take("=")) return refuse(fmt::format("'{}' has no = and value", entry.key));
    std::vector<std::string> path = entry.table;
    path.push_back(entry.key);
    if (!keys_.insert(std::move(path)).second) return refuse(fmt::format("'{}' is there twice", entry.key));
    skip_blanks();
    entry.is_list = take("[");
    if (entry.is_list) {
      TRY_ASSIGN(entry.values, read_list());
    } else {
      TRY_ASSIGN(std::string value, read_value());
      entry.values.push_back(std::move(value));
    }
    entries_.push_back(std::move(entry));
    return {};
  }

  // Names with dots between them, and the blanks around.
  Result<std::vector<std::string>> read_names() {
    std::vector<std::string> names;
    do {
      skip_blanks();
      if (rest_.starts_with('"') || rest_.starts_with('\'')) {
        TRY_ASSIGN(std::string name, read_quoted());
        names.push_back(std::move(name));
      } else {
        std::size_t end = 0;
        while (end < rest_.size() && is_bare(rest_[end])) ++end;
        if (end == 0) return refuse("a name is missing, or has characters for which it needs quotes");
        names.emplace_back(rest_.substr(0, end));
        rest_.remove_prefix(end);
      }
      skip_blanks();
    } while (take("."));
    return names;
  }

  // After its [.
  Result<std::vector<std::string>> read_list() {
    const std::size_t begin = line_;
    std::vector<std::string> values;
    for (;;) {
      skip_to_content();
      if (take("]")) return values;
      if (rest_.empty()) break;
      if (rest_.starts_with('[')) return refuse("lists in lists are not read here");
      TRY_ASSIGN(std::string value, read_value());
      values.push_back(std::move(value));
      skip_to_content();
      if (take("]")) return values;
      if (rest_.empty()) break;
      if (!take(",")) return refuse("there is no comma between two values");
    }
    line_ = begin;
    return refuse("the list is not closed by ]");
  }

  Result<std::string> read_value() {
    if (rest_.starts_with('{')) return refuse("tables in one line are not read here: give it a [head] of its own");
    if (rest_.starts_with('"') || rest_.starts_with('\'')) return read_quoted();
    const std::size_t end = std::min(rest_.find_first_of(" \t\r\n,]#\"'{}"), rest_.size());
    if (end == 0) return refuse("a value is missing");
    std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return word;
  }

  Result<std::string> read_quoted() {
    const std::string_view quote = rest_.substr(0, 1);
    const std::size_t begin = line_;
    const std::string_view three = quote == "\"" ? "\"\"\"" : "'''";
    const bool is_long = take(three);
    if (!is_long) take(quote);
    if (is_long) {
      // A line's end right after the opening is none of the text.
      if (rest_.starts_with("\r\n")) take("\r");
      if (rest_.starts_with('\n')) take_char();
    }
    std::string text;
    while (!rest_.empty() && (is_long || rest_.front() != '\n')) {
      if (take(is_long ? three : quote)) {
        // Up to two quotes may stand before the closing three.
        while (is_long && take(quote)) text += quote;
        return text;
      }
      if (quote == "\"" && take("\\")) {
        TRY(read_escape(text, is_long));
      } else {
        text += take_char();
      }
    }
    line_ = begin;
    return refuse(fmt::format("the text is not closed by {}", is_long ? three : quote));
  }

  // After its backslash.
  Result<void> read_escape(std::string& text, bool is_long) {
    constexpr std::string_view kNames = "btnfr\"\\";
    constexpr std::string_view kMeant = "\b\t\n\f\r\"\\";
    if (rest_.empty()) return {};
    if (is_long && rest_.find_first_not_of(" \t\r") == rest_.find('\n')) {
      while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != std::string_view::npos) take_char();
      return {};
    }
    const char name = take_char();
    if (const std::size_t at = kNames.find(name); at != std::string_view::npos) {
      text += kMeant[at];
      return {};
    }
    const std::size_t digits = name == 'u' ? 4 : 8;
    if (name != 'u' && name != 'U') return refuse(fmt::format("\\{} means nothing: write \\\\, or use '...'", name));
    std::uint32_t point = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const int digit = rest_.empty() ? -1 : hex_value(rest_.front());
      if (digit < 0) return refuse(fmt::format("\\{} takes {} hexadecimal digits", name, digits));
      point = point << 4 | static_cast<std::uint32_t>(digit);
      rest_.remove_prefix(1);
    }
    if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
      return refuse(fmt::format("\\{}{:0{}X} is no character", name, point, digits));
    }
    append_utf8(text, point);
    return {};
  }

  std::string_view rest_;
  std::size_t line_ = 1;
  std::vector<std::string> table_;
  std::set<std::vector<std::string>> heads_;
  std::set<std::vector<std::string>> keys_;
  std::vector<TomlEntry> entries_;
};

}  // namespace

Result<std::vector<TomlEntry>> parse_toml(std::string_view text) { return Reader(text).read(); }

}  // namespace stator::config
