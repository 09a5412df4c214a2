// Runs the cases of testdata/*.txt. A case is a block of "word: rest" lines, and blocks are parted by blank lines:
//   condition|filter|key|update|projection: the expression (first line)
//   names: #a=name          values: :v=1 :w="x"        literals of value_literal.h
//   syntax: the tree as parsed      tree: the tree as resolved      error: why it does not compile
//   holds: item             fails: item                of a condition
//   mentions: a b           reaches into: c            the attributes, of a to z, that it names or goes below
//   item: before => after, or before => error: text    of an update
//   paths: [a], [b, [0]]    size: the statement's      creates: true|false    unused: what check_all_used says
// A line that begins with # is a comment.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "expr/condition.h"
#include "expr/parser.h"
#include "expr/projection.h"
#include "expr/update.h"
#include "expr/value_literal.h"

namespace stator::expr {
namespace {

struct Line {
  std::string word;
  std::string rest;
  int number = 0;
};
using Case = std::vector<Line>;

std::vector<Case> read_cases(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::vector<Case> cases(1);
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    if (text.empty()) {
      if (!cases.back().empty()) cases.emplace_back();
    } else if (!text.starts_with('#')) {
      const std::size_t colon = text.find(':');
      EXPECT_NE(colon, std::string::npos) << path << ":" << number;
      const std::size_t start = std::min(text.find_first_not_of(' ', colon + 1), text.size());
      cases.back().push_back({text.substr(0, colon), text.substr(start), number});
    }
  }
  if (cases.back().empty()) cases.pop_back();
  return cases;
}

std::string rest_of(const Case& lines, std::string_view word) {
  const auto found = std::ranges::find(lines, word, &Line::word);
  return found == lines.end() ? "" : found->rest;
}

std::string paths_text(std::span<const model::DocumentPath> paths) {
  std::string out;
  for (const model::DocumentPath& path : paths) out += (out.empty() ? "" : ", ") + path.text();
  return out;
}

class CaseRunner {
 public:
  explicit CaseRunner(const Case& lines)
      : lines_(lines),
        kind_(lines.front().word),
        text_(lines.front().rest),
        placeholders_(testing::names_literal(rest_of(lines, "names")),
                      testing::values_literal(rest_of(lines, "values"))) {}

  void run() {
    compile();
    bool checked = false;
    for (const Line& line : lines_) {
      SCOPED_TRACE(fmt::format("line {}: {}", line.number, line.word));
      if (line.word == kind_ || line.word == "names" || line.word == "values") continue;
      check(line);
      checked = true;
    }
    EXPECT_TRUE(checked) << "a case without a check";
    const bool compiles = rest_of(lines_, "error").empty() && rest_of(lines_, "syntax").empty();
    if (compiles) {
      EXPECT_EQ(error_, "");
    }
  }

 private:
  template <class T>
  void keep(std::optional<T>& place, Result<T> result) {
    if (result) {
      place = *std::move(result);
    } else {
      error_ = result.error().message;
      EXPECT_EQ(result.error().code, ErrorCode::kValidation);
    }
  }

  void compile() {
    if (kind_ == "condition") {
      keep(condition_, Condition::compile(Parameter::kConditionExpression, text_, placeholders_));
    } else if (kind_ == "filter") {
      keep(condition_, Condition::compile(Parameter::kFilterExpression, text_, placeholders_));
    } else if (kind_ == "key") {
      auto compiled = Condition::compile(Parameter::kKeyConditionExpression, text_, placeholders_);
      if (compiled) {
        if (auto checked = compiled->check_key_condition(); !checked) compiled = std::unexpected(checked.error());
      }
      keep(condition_, std::move(compiled));
    } else if (kind_ == "update") {
      keep(update_, Update::compile(text_, placeholders_));
    } else if (kind_ == "projection") {
      keep(projection_, compile_projection(text_, placeholders_));
    } else {
      ADD_FAILURE() << "what is a " << kind_ << "?";
    }
  }

  std::string syntax() const {
    if (kind_ == "update") {
      const auto parsed = parse_update(text_);
      return parsed ? dump(parsed->tree) : parsed.error().message;
    }
    if (kind_ == "projection") {
      const auto parsed = parse_projection(text_);
      if (!parsed) return parsed.error().message;
      std::string out;
      for (const PathSyntax& path : parsed->tree) out += (out.empty() ? "" : " ") + dump(path);
      return out;
    }
    const auto parsed = parse_condition(text_);
    return parsed ? dump(parsed->tree) : parsed.error().message;
  }

  void check(const Line& line) {
    const std::string& want = line.rest;
    if (line.word == "error") {
      EXPECT_EQ(error_, want);
    } else if (line.word == "syntax") {
      EXPECT_EQ(syntax(), want);
    } else if (line.word == "unused") {
      const auto result = placeholders_.check_all_used();
      EXPECT_EQ(result ? "" : result.error().message, want);
    } else if (condition_) {
      check_condition(line);
    } else if (update_) {
      check_update(line);
    } else if (projection_ && line.word == "paths") {
      EXPECT_EQ(paths_text(*projection_), want);
    } else {
      ADD_FAILURE() << "cannot check " << line.word << ": " << error_;
    }
  }

  void check_condition(const Line& line) const {
    if (line.word == "tree") {
      EXPECT_EQ(condition_->dump(), line.rest);
    } else if (line.word == "holds") {
      EXPECT_TRUE(condition_->matches(testing::item_literal(line.rest).view()));
    } else if (line.word == "fails") {
      EXPECT_FALSE(condition_->matches(testing::item_literal(line.rest).view()));
    } else if (line.word == "mentions") {
      EXPECT_EQ(letters(&Condition::mentions), line.rest);
    } else if (line.word == "reaches into") {
      EXPECT_EQ(letters(&Condition::reaches_into), line.rest);
    } else {
      ADD_FAILURE() << "cannot check that of a condition";
    }
  }

  std::string letters(bool (Condition::*predicate)(std::string_view) const) const {
    std::string out;
    for (std::string name = "a"; name <= "z"; ++name[0]) {
      if ((*condition_.*predicate)(name)) out += (out.empty() ? "" : " ") + name;
    }
    return out;
  }

  void check_update(const Line& line) const {
    if (line.word == "tree") {
      EXPECT_EQ(update_->dump(), line.rest);
    } else if (line.word == "paths") {
      EXPECT_EQ(paths_text(update_->paths()), line.rest);
    } else if (line.word == "size") {
      EXPECT_EQ(std::to_string(update_->statement_size()), line.rest);
    } else if (line.word == "creates") {
      EXPECT_EQ(update_->creates_item() ? "true" : "false", line.rest);
    } else if (line.word == "item") {
      const std::size_t arrow = line.rest.find(" => ");
      ASSERT_NE(arrow, std::string::npos);
      const auto before = testing::item_literal(line.rest.substr(0, arrow));
      const auto after = update_->apply(before.view());
      EXPECT_EQ(after ? testing::to_literal(after->value()) : "error: " + after.error().message,
                line.rest.substr(arrow + 4));
    } else {
      ADD_FAILURE() << "cannot check that of an update";
    }
  }

  const Case& lines_;
  std::string kind_;
  std::string text_;
  Placeholders placeholders_;
  std::string error_;
  std::optional<Condition> condition_;
  std::optional<Update> update_;
  std::optional<Projection> projection_;
};

class Testdata : public ::testing::TestWithParam<std::string> {};

TEST_P(Testdata, IsAnsweredAsWritten) {
  const auto path = std::filesystem::path(STATOR_EXPR_TESTDATA) / (GetParam() + ".txt");
  const auto cases = read_cases(path);
  EXPECT_FALSE(cases.empty());
  for (const Case& lines : cases) {
    SCOPED_TRACE(fmt::format("{}:{}: {}", path.filename().string(), lines.front().number, lines.front().rest));
    CaseRunner(lines).run();
  }
}

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(STATOR_EXPR_TESTDATA)) {
    names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Files, Testdata, ::testing::ValuesIn(files()), [](const auto& file) { return file.param; });

}  // namespace
}  // namespace stator::expr
