#include "config/toml.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stator::config {
namespace {

// A line for each entry: "3 a.b|key = value" or "3 a.b|key = [value, value]".
std::string dump(const std::vector<TomlEntry>& entries) {
  std::string text;
  for (const TomlEntry& entry : entries) {
    text += fmt::format("{} {}|{}", entry.line, fmt::join(entry.table, "."), entry.key);
    if (!entry.key.empty()) {
      text += entry.is_list ? fmt::format(" = [{}]", fmt::join(entry.values, ", ")) : " = " + entry.values.at(0);
    }
    text += '\n';
  }
  return text;
}

TEST(Toml, Entries) {
  struct Row {
    std::string name;
    std::string text;
    std::string want;
  };
  for (const Row& row : std::vector<Row>{
           {"nothing", "", ""},
           {"comments", "# a\n\n   # b\r\n\t\n#", ""},
           {"byte order mark", "\xEF\xBB\xBFport = 1", "1 |port = 1\n"},
           {"words", "port = 8000\nin-memory=true # yes\ntimeout = 5m\r\nx = -1\nhost = ::1",
            "1 |port = 8000\n2 |in-memory = true\n3 |timeout = 5m\n4 |x = -1\n5 |host = ::1\n"},
           {"texts", "a = \"b # c\" # d\nb = 'C:\\dir # \"x\"'\nc = \"\"\nd = ''",
            "1 |a = b # c\n2 |b = C:\\dir # \"x\"\n3 |c = \n4 |d = \n"},
           {"escapes", R"(a = "\"\\\t\u00e4\U0001F600|")", "1 |a = \"\\\t\xC3\xA4\xF0\x9F\x98\x80|\n"},
           {"long texts",
            "a = \"\"\"\nb\n\"c\"\\\n   d\"\"\"\nb = '''\r\ne\\n''f'''\nc = \"\"\"x\"\"\"\"\nd = ''''y'''",
            "1 |a = b\n\"c\"d\n5 |b = e\\n''f\n7 |c = x\"\n8 |d = 'y\n"},
           {"lists", "a = []\nb = [1, 'x, y', \"z\",]\nc = [\n  # one\n  '{\"a\":[\"b\"]}', # ]\n  2\n]\nd = 1",
            "1 |a = []\n2 |b = [1, x, y, z]\n3 |c = [{\"a\":[\"b\"]}, 2]\n8 |d = 1\n"},
           {"tables", "a = 1\n[b]\nc = 2\n [ d . \"e.f\" . 'g' ] # h\nc = 3\n[i]",
            "1 |a = 1\n2 b|\n3 b|c = 2\n4 d.e.f.g|\n5 d.e.f.g|c = 3\n6 i|\n"},
           {"names with dots", "a.b.\"c d\" = 1\n[e]\nf.g = 2", "1 a.b|c d = 1\n2 e|\n3 e.f|g = 2\n"},
       }) {
    const auto entries = parse_toml(row.text);
    ASSERT_TRUE(entries.has_value()) << row.name << ": " << entries.error().message;
    EXPECT_EQ(dump(*entries), row.want) << row.name;
  }
}

TEST(Toml, Mistakes) {
  struct Row {
    std::string text;
    std::string want;
  };
  for (const Row& row : std::vector<Row>{
           {"port", "line 1: 'port' has no = and value"},
           {"\n= 1", "line 2: a name is missing"},
           {"a =", "line 1: a value is missing"},
           {"a = # b", "line 1: a value is missing"},
           {"a = 1 2", "line 1: there is more on the line than belongs there"},
           {"a = \"b\"c", "line 1: there is more on the line"},
           {"a = {b = 1}", "line 1: tables in one line are not read here"},
           {"a = [[1]]", "line 1: lists in lists are not read here"},
           {"a = [1 2]", "line 1: there is no comma between two values"},
           {"a = [1,,2]", "line 1: a value is missing"},
           {"\na = [\n1,\n2\n", "line 2: the list is not closed by ]"},
           {"a = \"b\nc\"", "line 1: the text is not closed by \""},
           {"a = 'b", "line 1: the text is not closed by '"},
           {"a = \"\"\"\n\nb\"\"", "line 1: the text is not closed by \"\"\""},
           {"a = \"b\\", "line 1: the text is not closed by \""},
           {"a = \"\\d\"", "line 1: \\d means nothing"},
           {"a = \"\\u12\"", "line 1: \\u takes 4 hexadecimal digits"},
           {"a = \"\\uD800\"", "line 1: \\uD800 is no character"},
           {"a = \"\\UFFFFFFFF\"", "line 1: \\UFFFFFFFF is no character"},
           {"[a", "line 1: the table's name is not closed by ]"},
           {"[]", "line 1: a name is missing"},
           {"[a..b]", "line 1: a name is missing"},
           {"[[a]]", "line 1: lists of tables are not read here"},
           {"[a] b = 1", "line 1: there is more on the line"},
           {"[a]\n[b]\n[a]", "line 3: [a] is there twice"},
           {"a = 1\n[b]\na = 1\na = 2", "line 4: 'a' is there twice"},
           {"b.a = 1\n[b]\na = 1", "line 3: 'a' is there twice"},
       }) {
    const auto entries = parse_toml(row.text);
    ASSERT_FALSE(entries.has_value()) << row.text;
    EXPECT_EQ(entries.error().code, ErrorCode::kValidation);
    EXPECT_THAT(entries.error().message, testing::StartsWith(row.want)) << row.text;
  }
}

TEST(Toml, EveryBeginningIsReadOrRefused) {
  const std::string text = "a = \"\\u00e4\\n\" # c\n[b.\"c\"]\nd = [ 'e', \"\"\"f\\\n g\"\"\", 1 ]\r\nh.i = '''j'''\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto entries = parse_toml(text.substr(0, size));
    const std::string said = entries ? "line " : entries.error().message;
    EXPECT_THAT(said, testing::StartsWith("line ")) << text.substr(0, size);
  }
  EXPECT_TRUE(parse_toml(text).has_value());
}

}  // namespace
}  // namespace stator::config
