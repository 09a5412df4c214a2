#include "server/lambda_route.h"

#include <string>

#include <gtest/gtest.h>

namespace stator::server {
namespace {

TEST(LambdaRoute, IsFoundByMethodAndPath) {
  const struct {
    std::string_view method;
    std::string_view target;
    std::string want;  // the operation and its parameters; empty: there is none
  } rows[] = {
      {"POST", "/2015-03-31/event-source-mappings", "CreateEventSourceMapping"},
      {"POST", "/2015-03-31/event-source-mappings/", "CreateEventSourceMapping"},
      {"GET", "/2015-03-31/event-source-mappings?", "ListEventSourceMappings"},
      {"GET", "/2015-03-31/event-source-mappings/?MaxItems=1&EventSourceArn=arn%3Aaws%3Ax%2Fy",
       "ListEventSourceMappings MaxItems=1 EventSourceArn=arn:aws:x/y"},
      {"GET", "/2015-03-31/event-source-mappings?FunctionName=%C3%A9%FF%e2%82&Marker=\xff",
       "ListEventSourceMappings FunctionName=\u00e9\ufffd\ufffd\ufffd Marker=\ufffd"},
      {"GET", "/2015-03-31/event-source-mappings/a%80", "GetEventSourceMapping UUID=a\ufffd"},
      {"GET", "/2015-03-31/event-source-mappings/a%2Db", "GetEventSourceMapping UUID=a-b"},
      {"GET", "/2015-03-31/event-source-mappings/a?UUID=b", "GetEventSourceMapping UUID=a UUID=b"},
      {"PUT", "/2015-03-31/event-source-mappings/a", "UpdateEventSourceMapping UUID=a"},
      {"PUT", "/2015-03-31/event-source-mappings/a/", "UpdateEventSourceMapping UUID=a"},
      {"DELETE", "/2015-03-31/event-source-mappings/a", "DeleteEventSourceMapping UUID=a"},
      {"DELETE", "/2015-03-31/event-source-mappings", ""},
      {"POST", "/2015-03-31/event-source-mappings/a", ""},
      {"HEAD", "/2015-03-31/event-source-mappings", ""},
      {"GET", "/2015-03-31/event-source-mappings/a/b", ""},
      {"GET", "/2015-03-31/event-source-mappings/a%2Fb", ""},
      {"GET", "/2015-03-31/event-source-mappingsx", ""},
      {"GET", "/2015-03-31/functions/", ""},
      {"GET", "/2017-03-31/tags/a", ""},
  };
  for (const auto& row : rows) {
    std::string found;
    if (const auto route = find_lambda_route(row.method, row.target)) {
      found = route->operation;
      for (const auto& [name, value] : route->parameters) found += " " + name + "=" + value;
    }
    EXPECT_EQ(found, row.want) << row.method << " " << row.target;
    EXPECT_TRUE(is_lambda_path(row.target)) << row.target;
  }
}

TEST(LambdaRoute, OtherPathsAreNotLambdas) {
  for (const std::string_view target : {"/", "", "/any/where", "/_stator/ready", "/2015-03-31", "/2015-3-31/x",
                                        "/201x-03-31/x", "2015-03-31/xx", "/2015/03/31/x"}) {
    EXPECT_FALSE(is_lambda_path(target)) << target;
  }
}

}  // namespace
}  // namespace stator::server
