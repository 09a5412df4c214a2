// What a FunctionName of Lambda's API may be: a name, a whole ARN, or an ARN that lacks what goes without saying; with
// a version or an alias behind it or not. Source:
// docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html, "FunctionName".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stator::api {

inline constexpr std::string_view kFunctionNamePattern =
    R"((arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?)"
    R"(([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?)";

// Does not own. What is not given is empty.
struct FunctionName {
  std::string_view partition;
  std::string_view region;
  std::string_view account;
  std::string_view name;
  std::string_view qualifier;  // version or alias
  bool is_whole_arn = false;
};

// No value if it has no such form. Regions need not be those of AWS.
[[nodiscard]] std::optional<FunctionName> parse_function_name(std::string_view text);

// Whether it is a function of that region and account, as one is that does not name its own.
[[nodiscard]] bool is_function_of(const FunctionName& function, std::string_view region, std::string_view account);

// As Lambda shows it: what is not given is the request's, and the version $LATEST of a whole ARN goes without saying.
[[nodiscard]] std::string function_arn(const FunctionName& function, std::string_view region, std::string_view account);

}  // namespace stator::api
