#include "kv/rocksdb/data_folder.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kv/open.h"
#include "kv/test_stores.h"

namespace stator::kv {
namespace {

using std::filesystem::path;

void write_file(const path& file, const std::string& text) { std::ofstream(file) << text; }

std::string read_file(const path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

struct Row {
  const char* name;
  std::function<void(const path&)> prepare;
  const char* want;  // part of the refusal, or "" for none
};

TEST(DataFolder, OpensItsOwnAndRefusesOthers) {
  const Row rows[] = {
      {"not there", [](const path& f) { std::filesystem::remove(f); }, ""},
      {"empty", [](const path&) {}, ""},
      {"a new file system", [](const path& f) { std::filesystem::create_directory(f / "lost+found"); }, ""},
      {"interrupted when it was made", [](const path& f) { write_file(f / "STATOR", ""); }, ""},
      {"format 1", [](const path& f) { write_file(f / "STATOR", "stator data folder, format 1\n"); }, ""},
      {"another program's", [](const path& f) { write_file(f / "notes.txt", "hello"); },
       "is not a data folder of Stator: it is not empty and has no file STATOR"},
      {"format 2", [](const path& f) { write_file(f / "STATOR", "stator data folder, format 2\n"); },
       "its file STATOR says \"stator data folder, format 2\", not \"stator data folder, format 1\""},
      {"format 1 and more", [](const path& f) { write_file(f / "STATOR", "stator data folder, format 1\nx"); },
       "of a format that this version of Stator does not know"},
      {"an empty format with data",
       [](const path& f) {
         write_file(f / "STATOR", "");
         std::filesystem::create_directory(f / "rocksdb");
       },
       "of a format that this version of Stator does not know"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const TestFolder folder;
    row.prepare(folder.path());
    const auto before = std::filesystem::exists(folder.path()) ? read_file(folder.path() / "STATOR") : "";
    const auto opened = DataFolder::open(folder.path());
    if (*row.want == '\0') {
      ASSERT_TRUE(opened) << opened.error().message;
      EXPECT_EQ(read_file(folder.path() / "STATOR"), "stator data folder, format 1\n");
    } else {
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().code, ErrorCode::kIncompatible);
      EXPECT_NE(opened.error().message.find(row.want), std::string::npos) << opened.error().message;
      EXPECT_NE(opened.error().message.find(folder.path().string()), std::string::npos);
      EXPECT_EQ(read_file(folder.path() / "STATOR"), before);
    }
  }
}

TEST(DataFolder, MakesParents) {
  const TestFolder folder;
  EXPECT_TRUE(DataFolder::open(folder.path() / "a" / "b"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "a" / "b" / "STATOR"));
}

TEST(DataFolder, SaysWhatTheSystemRefuses) {
  const TestFolder folder;
  write_file(folder.path() / "file", "");
  const auto opened = DataFolder::open(folder.path() / "file");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kInternal);
  EXPECT_NE(opened.error().message.find("file"), std::string::npos);
}

void expect_in_use(const path& folder) {
  DiskOptions options;
  options.folder = folder;
  const auto store = open_rocksdb_store(options);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kIncompatible);
  EXPECT_EQ(store.error().message, "The data folder " + folder.string() + " is in use by another process.");
}

TEST(DataFolder, HasOneOwnerAtATime) {
  const TestFolder folder;
  {
    const auto first = DataFolder::open(folder.path());
    ASSERT_TRUE(first);
    expect_in_use(folder.path());
  }
  EXPECT_TRUE(DataFolder::open(folder.path()));
}

// Another process, which ends without cleaning up, as a crash does.
TEST(DataFolder, IsFreeOnceItsProcessHasEnded) {
  const TestFolder folder;
  int to_child[2];
  int to_parent[2];
  ASSERT_EQ(::pipe(to_child), 0);
  ASSERT_EQ(::pipe(to_parent), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto opened = DataFolder::open(folder.path());
    char byte = opened ? '1' : '0';
    (void)!::write(to_parent[1], &byte, 1);
    (void)!::read(to_child[0], &byte, 1);
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(to_parent[0], &byte, 1), 1);
  EXPECT_EQ(byte, '1');
  expect_in_use(folder.path());
  ASSERT_EQ(::write(to_child[1], &byte, 1), 1);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(DataFolder::open(folder.path()));
  for (const int file : {to_child[0], to_child[1], to_parent[0], to_parent[1]}) ::close(file);
}

}  // namespace
}  // namespace stator::kv
