// The access keys that may call, as a file of the AWS CLI's form has them:
//
//   [profile]
//   aws_access_key_id = AKIAIOSFODNN7EXAMPLE
//   aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
//   aws_session_token = ...        # if there is one, requests must carry it
//
// Profiles without these keys, and other keys in them, are for other programs.
// Source: docs.aws.amazon.com/sdkref/latest/guide/file-format.html.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stator::auth {

struct AccessKey {
  std::string secret;
  std::string session_token;  // empty: none
};

class Credentials {
 public:
  // kValidation: "3: ...", with the line of what is wrong.
  static Result<Credentials> parse(std::string_view text);
  // kValidation with the path before what is wrong.
  static Result<Credentials> read(const std::filesystem::path& path);

  // Null if there is no such key.
  [[nodiscard]] const AccessKey* find(std::string_view id) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  std::map<std::string, AccessKey, std::less<>> keys_;  // by id
};

// True if any user of the machine may read the file.
[[nodiscard]] bool is_readable_by_all(const std::filesystem::path& path);

}  // namespace stator::auth
