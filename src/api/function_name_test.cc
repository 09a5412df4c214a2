#include "api/function_name.h"

#include <gtest/gtest.h>

namespace stator::api {
namespace {

TEST(FunctionNameTest, IsShownAsAnArn) {
  const struct {
    std::string_view text;
    std::string want;  // empty: it is none
  } rows[] = {
      {"audit", "arn:aws:lambda:us-east-1:000000000000:function:audit"},
      {"a.b-c_9", "arn:aws:lambda:us-east-1:000000000000:function:a.b-c_9"},
      {"audit:live", "arn:aws:lambda:us-east-1:000000000000:function:audit:live"},
      {"audit:7", "arn:aws:lambda:us-east-1:000000000000:function:audit:7"},
      {"function:audit", "arn:aws:lambda:us-east-1:000000000000:function:audit"},
      {"function", "arn:aws:lambda:us-east-1:000000000000:function:function"},
      {"123456789012:audit", "arn:aws:lambda:us-east-1:123456789012:function:audit"},
      {"123456789012:function:audit:$LATEST", "arn:aws:lambda:us-east-1:123456789012:function:audit:$LATEST"},
      {"123456789012", "arn:aws:lambda:us-east-1:000000000000:function:123456789012"},
      {"eu-west-2:123456789012:function:audit", "arn:aws:lambda:eu-west-2:123456789012:function:audit"},
      {"arn:aws:lambda:eu-west-2:123456789012:function:audit", "arn:aws:lambda:eu-west-2:123456789012:function:audit"},
      {"arn:aws-cn:lambda:local:123456789012:function:audit:live",
       "arn:aws-cn:lambda:local:123456789012:function:audit:live"},
      {"arn:aws:lambda:eu-west-2:123456789012:function:audit:$LATEST",
       "arn:aws:lambda:eu-west-2:123456789012:function:audit"},
      {"arn:aws:lambda:audit", "arn:aws:lambda:us-east-1:000000000000:function:audit"},
      {"", ""},
      {"with space", ""},
      {"audit:", ""},
      {":audit", ""},
      {"audit:li.ve", ""},
      {"audit:$FIRST", ""},
      {"audit:live:more", ""},
      {"arn:aws:s3:eu-west-2:123456789012:function:audit", ""},
      {"arn:gcp:lambda:eu-west-2:123456789012:function:audit", ""},
      {"arn:aws:lambda:eu-west-2:123456789012:function:", ""},
      {"arn:aws:lambda:eu-west-2:123456789012:function:audit:live:more", ""},
      {"arn:aws:lambda:eu-west-2:1234:function:audit", ""},
      {"arn:aws:lambda::123456789012:function:audit", ""},
  };
  for (const auto& row : rows) {
    const auto function = parse_function_name(row.text);
    EXPECT_EQ(function ? function_arn(*function, "us-east-1", "000000000000") : "", row.want) << row.text;
  }
}

}  // namespace
}  // namespace stator::api
