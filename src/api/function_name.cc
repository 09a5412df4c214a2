#include "api/function_name.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace stator::api {
namespace {

constexpr std::size_t kAccountDigits = 12;
constexpr std::string_view kLatest = "$LATEST";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }

bool is_account(std::string_view text) { return text.size() == kAccountDigits && std::ranges::all_of(text, is_digit); }
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return is_word(c) || c == '.'; });
}
bool is_qualifier(std::string_view text) {
  return text == kLatest || text == "$LATEST.PUBLISHED" || (!text.empty() && std::ranges::all_of(text, is_word));
}
bool is_partition(std::string_view text) {
  return text.empty() ||
         (text.starts_with("aws") && std::ranges::all_of(text, [](char c) { return is_letter(c) || c == '-'; }));
}
// "us-east-1": lower-case words and a digit, between hyphens.
bool is_aws_region(std::string_view text) {
  return std::ranges::count(text, '-') >= 2 && is_digit(text.back()) && text[text.size() - 2] == '-' &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; });
}
bool is_region(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_word); }

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t colon = text.find(':');
    parts.push_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    text.remove_prefix(colon + 1);
  }
}

}  // namespace

std::optional<FunctionName> parse_function_name(std::string_view text) {
  const std::vector<std::string_view> parts = split(text);
  std::size_t at = 0;
  FunctionName function;
  // A last part is a name, whatever it looks like.
  const auto take = [&](bool is_it) {
    if (!is_it) return false;
    ++at;
    return true;
  };
  const auto has_more = [&] { return at + 1 < parts.size(); };
  const bool is_arn = parts.size() > 3 && parts[0] == "arn";
  if (is_arn) {
    if (!is_partition(parts[1]) || parts[2] != "lambda") return std::nullopt;
    function.partition = parts[1];
    at = 3;
  }
  // In a whole ARN the region is known by its place, and may be any that Stator has.
  const bool is_whole = is_arn && parts.size() >= 7 && parts[5] == "function";
  if (has_more() && take(is_whole ? is_region(parts[at]) : is_aws_region(parts[at]))) function.region = parts[at - 1];
  if (has_more() && take(is_account(parts[at]))) function.account = parts[at - 1];
  const bool has_word = has_more() && take(parts[at] == "function");
  function.is_whole_arn = is_arn && !function.region.empty() && !function.account.empty() && has_word;
  function.name = parts[at++];
  if (at < parts.size()) function.qualifier = parts[at++];
  const bool is_sound = at == parts.size() && is_name(function.name) &&
                        (function.qualifier.data() == nullptr || is_qualifier(function.qualifier));
  return is_sound ? std::optional(function) : std::nullopt;
}

bool is_function_of(const FunctionName& function, std::string_view region, std::string_view account) {
  return (function.region.empty() || function.region == region) &&
         (function.account.empty() || function.account == account);
}

std::string function_arn(const FunctionName& function, std::string_view region, std::string_view account) {
  std::string arn =
      fmt::format("arn:{}:lambda:{}:{}:function:{}", function.partition.empty() ? "aws" : function.partition,
                  function.region.empty() ? region : function.region,
                  function.account.empty() ? account : function.account, function.name);
  const bool shows_qualifier = !function.qualifier.empty() && !(function.is_whole_arn && function.qualifier == kLatest);
  return shows_qualifier ? arn.append(":").append(function.qualifier) : arn;
}

}  // namespace stator::api
