#include "auth/credentials.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.h"
#include "http/text.h"

namespace stator::auth {
namespace {

std::unexpected<Error> wrong(std::size_t line, std::string_view what) {
  return fail_validation(fmt::format("{}: {}", line, what));
}

std::string to_lower_text(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), to_lower);
  return lower;
}

// Without what a '#' or ';' begins that stands alone.
std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i) {
    const bool is_comment = value[i] == '#' || value[i] == ';';
    if (is_comment && (value[i - 1] == ' ' || value[i - 1] == '\t')) return http::trim(value.substr(0, i));
  }
  return value;
}

// Printable, and without what separates the parts of a signature.
bool is_key_id(std::string_view id) {
  return std::ranges::all_of(id, [](char c) { return c > ' ' && c < '\x7f' && c != '/' && c != ',' && c != '='; });
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

struct Profile {
  std::string name;
  std::size_t line = 0;
  std::map<std::string, std::string, std::less<>> values;

  [[nodiscard]] std::string_view value(std::string_view key) const {
    const auto at = values.find(key);
    return at == values.end() ? std::string_view{} : std::string_view(at->second);
  }
};

Result<std::string> section_name(std::string_view line, std::size_t number) {
  const std::size_t end = line.find(']');
  if (end == std::string_view::npos) return wrong(number, "a profile's name ends with ']'");
  const std::string_view name = http::trim(line.substr(1, end - 1));
  if (name.empty()) return wrong(number, "the profile has no name");
  return std::string(name);
}

// "name = value" into the profile.
Result<void> read_pair(std::string_view line, std::size_t number, Profile& profile) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return wrong(number, "this is neither [profile] nor key = value");
  const std::string key = to_lower_text(http::trim(line.substr(0, equals)));
  if (key.empty()) return wrong(number, "there is no key before '='");
  const std::string_view value = without_comment(http::trim(line.substr(equals + 1)));
  if (!profile.values.emplace(key, value).second) {
    return wrong(number, fmt::format("[{}] has {} twice", profile.name, key));
  }
  return {};
}

Result<std::vector<Profile>> read_profiles(std::string_view text) {
  std::vector<Profile> profiles;
  std::set<std::string, std::less<>> names;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool is_nested = line.starts_with(' ') || line.starts_with('\t');
    line = http::trim(line);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      TRY_ASSIGN(std::string name, section_name(line, number));
      if (!names.insert(name).second) return wrong(number, fmt::format("[{}] is there twice", name));
      profiles.push_back({.name = std::move(name), .line = number, .values = {}});
    } else if (profiles.empty()) {
      return wrong(number, "there is no [profile] before this");
    } else if (!is_nested) {
      TRY(read_pair(line, number, profiles.back()));
    }
  }
  return profiles;
}

}  // namespace

Result<Credentials> Credentials::parse(std::string_view text) {
  TRY_ASSIGN(const std::vector<Profile> profiles, read_profiles(text));
  Credentials credentials;
  for (const Profile& profile : profiles) {
    const std::string_view id = profile.value("aws_access_key_id");
    const std::string_view secret = profile.value("aws_secret_access_key");
    const std::string_view token = profile.value("aws_session_token");
    if (id.empty() && secret.empty()) continue;
    const auto wrong_here = [&](std::string_view what) {
      return wrong(profile.line, fmt::format("[{}] {}", profile.name, what));
    };
    if (id.empty()) return wrong_here("has no aws_access_key_id");
    if (secret.empty()) return wrong_here("has no aws_secret_access_key");
    if (!is_key_id(id)) return wrong_here("has an aws_access_key_id with odd characters");
    if (!is_printable(secret)) return wrong_here("has an aws_secret_access_key with odd characters");
    if (!is_printable(token)) return wrong_here("has an aws_session_token with odd characters");
    const AccessKey key{.secret = std::string(secret), .session_token = std::string(token)};
    const auto [at, is_new] = credentials.keys_.emplace(id, key);
    if (!is_new && (at->second.secret != key.secret || at->second.session_token != key.session_token)) {
      return wrong_here("has another profile's aws_access_key_id with another secret or token");
    }
  }
  if (credentials.keys_.empty()) return fail_validation("there is no access key in it");
  return credentials;
}

Result<Credentials> Credentials::read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  // A folder can be opened, but not read.
  std::error_code ignored;
  if (!file.is_open() || std::filesystem::is_directory(path, ignored)) {
    return fail_validation(fmt::format("{}: cannot be read", path.string()));
  }
  Result<Credentials> credentials = parse(std::move(text).str());
  if (credentials) return credentials;
  const std::string& what = credentials.error().message;
  const bool has_line = what.front() >= '0' && what.front() <= '9';
  return fail_validation(fmt::format("{}:{}{}", path.string(), has_line ? "" : " ", what));
}

const AccessKey* Credentials::find(std::string_view id) const {
  const auto at = keys_.find(id);
  return at == keys_.end() ? nullptr : &at->second;
}

bool is_readable_by_all(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  return !error && (status.permissions() & std::filesystem::perms::others_read) != std::filesystem::perms::none;
}

}  // namespace stator::auth
