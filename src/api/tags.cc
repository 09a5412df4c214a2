#include "api/tags.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "api/rule.h"
#include "api/table_request.h"
#include "base/ascii.h"
#include "model/limits.h"

namespace stator::api {
namespace {

constexpr std::size_t kMostTagKey = 128;    // UTF-16 units
constexpr std::size_t kMostTagValue = 256;  // likewise
constexpr std::size_t kMostTagBytes = 10'240;

// Code points beyond ASCII that are neither letters nor numbers nor spaces, by block: the service allows
// \p{L}, \p{N} and \p{Z} of any script.
constexpr std::array<std::pair<char32_t, char32_t>, 24> kNoLetters{{
    {0x0080, 0x009F},  // controls
    {0x00A1, 0x00A9},  // Latin-1 punctuation and signs, around its letters and numbers
    {0x00AB, 0x00B1},
    {0x00B4, 0x00B4},
    {0x00B6, 0x00B8},
    {0x00BB, 0x00BB},
    {0x00BF, 0x00BF},
    {0x00D7, 0x00D7},
    {0x00F7, 0x00F7},
    {0x0300, 0x036F},  // combining marks
    {0x200B, 0x2027},  // general punctuation, but for its spaces
    {0x202A, 0x202E},
    {0x2030, 0x205E},
    {0x2060, 0x206F},
    {0x20A0, 0x20FF},  // currency signs and combining marks
                       // for symbols
    {0x2190, 0x245F},  // arrows, operators, technical and control pictures
    {0x2500, 0x2775},  // boxes, shapes, symbols, dingbats, but for their numbers
    {0x2794, 0x2BFF},  // dingbats to arrows
    {0x3001, 0x3004},  // CJK punctuation
    {0x3008, 0x3020},
    {0xD800, 0xF8FF},     // surrogates, private use
    {0xFE00, 0xFE6F},     // variation selectors, compatibility punctuation
    {0x1F000, 0x1FAFF},   // tiles, emoji and pictographs
    {0xE0000, 0x10FFFF},  // tags, private use
}};

bool is_ascii_tag_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(" +-=._:/@").contains(c);
}

// Takes a code point off the front of `text`, which is UTF-8.
char32_t take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t point = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length && i < text.size(); ++i) {
    point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(std::min(length, text.size()));
  return point;
}

bool is_tag_character(char32_t point) {
  if (point < 0x80) return is_ascii_tag_character(static_cast<char>(point));
  return std::ranges::none_of(kNoLetters,
                              [&](const auto& block) { return point >= block.first && point <= block.second; });
}

bool is_tag_text(std::string_view text, std::size_t most_units) {
  std::size_t units = 0;
  while (!text.empty()) {
    const char32_t point = take_code_point(text);
    units += point > 0xFFFF ? 2 : 1;
    if (units > most_units || !is_tag_character(point)) return false;
  }
  return true;
}

bool has_reserved_prefix(std::string_view key) {
  constexpr std::string_view kReserved = "aws:";
  return equals_ignoring_case(key.substr(0, kReserved.size()), kReserved);
}

Result<void> check_key(const std::optional<std::string>& key) {
  if (!key || key->empty() || !is_tag_text(*key, kMostTagKey)) {
    return fail_validation(fmt::format("The Tag Key provided is invalid, Key: {}", key.value_or("null")));
  }
  if (has_reserved_prefix(*key)) {
    return fail_validation(fmt::format("Tag Key cannot be prefixed with aws:, Key: {}", *key));
  }
  return {};
}

Result<void> check_value(const std::optional<std::string>& value) {
  if (value && is_tag_text(*value, kMostTagValue)) return {};
  return fail_validation(fmt::format("The Tag Value provided is invalid, Value: {}", value.value_or("null")));
}

std::unexpected<Error> fail_too_many() {
  return fail_validation("Number of Tags exceed the current limit for the provided ResourceArn");
}

bool is_resource_of_dynamodb(const TableArn& arn) { return arn.service == "dynamodb" && !arn.table_name().empty(); }

}  // namespace

Result<void> read(Element element, std::optional<std::vector<TagInput>>& field) {
  static constexpr std::array kMembers{member<&TagInput::key>("Key"), member<&TagInput::value>("Value")};
  if (element.is_null()) return {};
  TRY_ASSIGN(const simdjson::dom::array array, read_list(element));
  auto& tags = field.emplace();
  for (const Element entry : array) {
    TagInput& tag = tags.emplace_back();
    if (entry.is_null()) continue;
    TRY_ASSIGN(const Object object, read_structure(entry, "Tag", Place::kElement));
    TRY(read_members<TagInput>(object, kMembers, tag));
  }
  return {};
}

Result<void> check_arn(const std::optional<std::string>& arn) {
  if (!arn) return fail_validation("Invalid TableArn");
  if (is_arn(*arn)) return {};
  return fail_validation(fmt::format("{}ARNs must start with 'arn:': {}", kInvalidParameter, *arn));
}

Result<void> check_table_arn(std::string_view arn) {
  const std::optional<TableArn> parsed = parse_arn(arn);
  if (!parsed || !is_resource_of_dynamodb(*parsed)) {
    return fail_validation(fmt::format("{}Provided Arn is not a DynamoDB resource arn: {}", kInvalidParameter, arn));
  }
  const std::string_view name = parsed->table_name();
  const std::size_t slash = name.find('/');
  const std::string_view part = slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
  if (part.starts_with("index/")) {
    return fail_validation(
        fmt::format("{}Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {}",
                    kInvalidParameter, arn));
  }
  if (!part.empty() && !part.starts_with("stream/")) {
    return fail_validation(fmt::format("{}Provided Arn is not a DynamoDB resource arn: {}", kInvalidParameter, arn));
  }
  if (!is_table_name(name.substr(0, slash))) {
    return fail_validation(fmt::format("Invalid TableArn: Invalid ResourceArn provided as input {}", arn));
  }
  return {};
}

Result<model::Tags> decode_tags(const std::vector<TagInput>& tags) {
  model::Tags decoded;
  for (const TagInput& tag : tags) {
    TRY(check_key(tag.key));
    TRY(check_value(tag.value));
  }
  for (const TagInput& tag : tags) {
    if (!decoded.emplace(*tag.key, *tag.value).second) {
      return fail_validation(fmt::format("Duplicate Tag Keys provided as input: Duplicate Tag Key found {}", *tag.key));
    }
  }
  TRY(check_tag_limits(decoded));
  return decoded;
}

Result<void> check_tag_keys(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) TRY(check_key(key));
  if (keys.size() > model::kMaxTagsPerResource) return fail_too_many();
  return {};
}

Result<void> check_tag_limits(const model::Tags& tags) {
  if (tags.size() > model::kMaxTagsPerResource) return fail_too_many();
  std::size_t bytes = 0;
  for (const auto& [key, value] : tags) bytes += key.size() + value.size();
  if (bytes <= kMostTagBytes) return {};
  return fail_validation(
      fmt::format("Tag set size {} bytes is above max size limit of {} bytes", bytes, kMostTagBytes));
}

}  // namespace stator::api
