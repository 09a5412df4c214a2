#include "server/triggers.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace stator::server {
namespace {

config::TriggerOptions trigger_of(std::string name, std::string function, std::string region = "us-east-1") {
  config::TriggerOptions trigger;
  trigger.name = std::move(name);
  trigger.table = "Orders";
  trigger.function = std::move(function);
  trigger.region = std::move(region);
  return trigger;
}

TEST(DeclaredTriggers, FunctionsAreWhatTheyMean) {
  struct Row {
    std::string name;
    std::vector<config::TriggerOptions> triggers;
    std::string want;  // the functions, or what is wrong
  };
  const std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:audit";
  const std::string elsewhere = "[triggers.a]: its function is of another region or account than its table";
  for (const Row& row : std::vector<Row>{
           {"a name", {trigger_of("a", "audit")}, arn + " "},
           {"two versions", {trigger_of("a", "audit"), trigger_of("b", "audit:1")}, arn + " " + arn + ":1 "},
           {"two regions",
            {trigger_of("a", "audit"), trigger_of("b", "audit", "eu-west-1")},
            arn + " arn:aws:lambda:eu-west-1:000000000000:function:audit "},
           {"the same in other words",
            {trigger_of("a", "audit"), trigger_of("b", arn)},
            "[triggers.b]: has the same table and function as [triggers.a]"},
           {"another region's", {trigger_of("a", arn, "eu-west-1")}, elsewhere},
           {"another account's", {trigger_of("a", "111111111111:audit")}, elsewhere},
       }) {
    config::ServeOptions options;
    options.triggers = row.triggers;
    std::string found;
    if (const auto declared = declared_triggers(options)) {
      for (const lambda::DeclaredTrigger& trigger : *declared) found += trigger.function + " ";
    } else {
      found = declared.error().message;
    }
    EXPECT_EQ(found, row.want) << row.name;
  }
}

}  // namespace
}  // namespace stator::server
