#include "lambda/followed_tables.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace stator::lambda {
namespace {

// +1: 1 is followed, -1: it is left, 1: it has changed, which wakes (!) or not; t: what is taken, in brackets.
TEST(FollowedTables, WhatHasChanged) {
  struct Row {
    std::string name;
    std::vector<std::string> acts;
    std::string want;
  };
  for (const Row& row : std::vector<Row>{
           {"nobody follows", {"1", "t"}, "[]"},
           {"it may have changed before", {"+1", "t", "t"}, "[1][]"},
           {"one wake until it is taken", {"+1", "t", "1", "1", "t", "t", "1", "t"}, "[1]![1][]![1]"},
           {"one wake for all", {"+1", "+2", "t", "2", "1", "2", "t"}, "[12]![21]"},
           {"of the others nothing", {"+1", "t", "2", "1", "3", "t"}, "[1]![1]"},
           {"followed twice", {"+1", "+1", "t"}, "[1]"},
           {"left", {"+1", "t", "1", "-1", "t", "1", "t"}, "[1]![][]"},
           {"followed again", {"+1", "t", "1", "-1", "+1", "t", "1"}, "[1]![1]!"},
       }) {
    FollowedTables tables;
    std::string shown;
    for (const std::string& act : row.acts) {
      const TableNumber table{static_cast<std::uint32_t>(act.back() - '0')};
      if (act == "t") {
        const bool have_changed = tables.have_changed();
        const auto taken = tables.take();
        EXPECT_EQ(have_changed, !taken.empty()) << row.name;
        shown += '[';
        for (const TableNumber one : taken) shown += fmt::format("{}", one.value);
        shown += ']';
      } else if (act.front() == '+') {
        tables.follow(table);
      } else if (act.front() == '-') {
        tables.leave(table);
      } else if (tables.note(table)) {
        shown += '!';
      }
    }
    EXPECT_EQ(shown, row.want) << row.name;
  }
}

}  // namespace
}  // namespace stator::lambda
