#include "auth/credentials.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace stator::auth {
namespace {

TEST(Credentials, ReadsTheFormOfTheAwsCli) {
  const auto credentials = Credentials::parse(
      "# a comment\r\n"
      "; another\n"
      "\n"
      "[default]\r\n"
      "aws_access_key_id = AKIDONE\r\n"
      "aws_secret_access_key=one/+=secret   # not a part\r\n"
      "region = eu-west-1\n"
      "s3 =\n"
      "  max_concurrent_requests = 20\n"
      "  max_concurrent_requests = 21\n"
      "\n"
      "[role]\n"
      "role_arn = arn:aws:iam::1:role/x\n"
      "source_profile = default\n"
      " [ temporary ]  # here\n"
      "AWS_ACCESS_KEY_ID = ASIDTWO\n"
      "Aws_Secret_Access_Key = two#2;\n"
      "aws_session_token = t//o=\n"
      "[same again]\n"
      "aws_access_key_id = AKIDONE\n"
      "aws_secret_access_key = one/+=secret");
  ASSERT_TRUE(credentials) << credentials.error().message;
  EXPECT_EQ(credentials->size(), 2U);
  ASSERT_NE(credentials->find("AKIDONE"), nullptr);
  EXPECT_EQ(credentials->find("AKIDONE")->secret, "one/+=secret");
  EXPECT_EQ(credentials->find("AKIDONE")->session_token, "");
  ASSERT_NE(credentials->find("ASIDTWO"), nullptr);
  EXPECT_EQ(credentials->find("ASIDTWO")->secret, "two#2;");
  EXPECT_EQ(credentials->find("ASIDTWO")->session_token, "t//o=");
  EXPECT_EQ(credentials->find("asidtwo"), nullptr);
  EXPECT_EQ(credentials->find(""), nullptr);
}

TEST(Credentials, SaysWhatIsWrongAndWhere) {
  struct Row {
    std::string name;
    std::string text;
    std::string want;
  };
  const std::string key = "aws_access_key_id = k\n";
  const std::string secret = "aws_secret_access_key = s\n";
  const std::vector<Row> rows{
      {"nothing", "", "there is no access key in it"},
      {"no keys", "[a]\nregion = x\n", "there is no access key in it"},
      {"before a profile", "\n" + key, "2: there is no [profile] before this"},
      {"JSON", "{\"a\": 1}", "1: there is no [profile] before this"},
      {"no form", "[a]\n" + key + "what\n", "3: this is neither [profile] nor key = value"},
      {"no end", "[a\n", "1: a profile's name ends with ']'"},
      {"no name", "[ ]\n", "1: the profile has no name"},
      {"no key", "[a]\n= b\n", "2: there is no key before '='"},
      {"twice", "[a]\n" + key + key, "3: [a] has aws_access_key_id twice"},
      {"a profile twice", "[a]\n[b]\n[a]\n", "3: [a] is there twice"},
      {"no secret", "\n[a]\n" + key, "2: [a] has no aws_secret_access_key"},
      {"an empty secret", "[a]\n" + key + "aws_secret_access_key =\n", "1: [a] has no aws_secret_access_key"},
      {"no id", "[a]\n" + secret, "1: [a] has no aws_access_key_id"},
      {"an id with a slash", "[a]\naws_access_key_id = a/b\n" + secret,
       "1: [a] has an aws_access_key_id with odd characters"},
      {"a secret with a space", "[a]\n" + key + "aws_secret_access_key = a b\n",
       "1: [a] has an aws_secret_access_key with odd characters"},
      {"a token that is no text", "[a]\n" + key + secret + "aws_session_token = \xff\n",
       "1: [a] has an aws_session_token with odd characters"},
      {"two secrets", "[a]\n" + key + secret + "[b]\n" + key + "aws_secret_access_key = other\n",
       "4: [b] has another profile's aws_access_key_id with another secret or token"},
  };
  for (const Row& row : rows) {
    const auto credentials = Credentials::parse(row.text);
    ASSERT_FALSE(credentials) << row.name;
    EXPECT_EQ(credentials.error().message, row.want) << row.name;
  }
}

TEST(Credentials, ComeFromAFile) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("stator-credentials-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const fs::path file = folder / "credentials";
  std::ofstream(file) << "[a]\naws_access_key_id = k\naws_secret_access_key = s\n";
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(is_readable_by_all(file));
  fs::permissions(file, fs::perms::others_read, fs::perm_options::add);
  EXPECT_TRUE(is_readable_by_all(file));
  const auto credentials = Credentials::read(file);
  ASSERT_TRUE(credentials) << credentials.error().message;
  EXPECT_EQ(credentials->find("k")->secret, "s");
  const auto reason = [](const fs::path& path) { return Credentials::read(path).error().message; };
  EXPECT_EQ(reason(folder), folder.string() + ": cannot be read");
  EXPECT_EQ(reason(folder / "absent"), (folder / "absent").string() + ": cannot be read");
  std::ofstream(file) << "k";
  EXPECT_EQ(reason(file), file.string() + ":1: there is no [profile] before this");
  std::ofstream(file) << "";
  EXPECT_EQ(reason(file), file.string() + ": there is no access key in it");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace stator::auth
