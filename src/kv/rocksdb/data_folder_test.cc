#include "kv/rocksdb/data_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kv/open.h"
#include "kv/test_stores.h"

namespace stator::kv {
namespace {

using std::filesystem::path;

std::mutex synced_mutex;
std::vector<path> synced_files;  // by fsync()

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
      {"interrupted when the database was made",
       [](const path& f) {
         write_file(f / "STATOR", "");
         std::filesystem::create_directory(f / "rocksdb");
       },
       ""},
      {"format 2",
       [](const path& f) {
         write_file(f / "STATOR", "stator data folder, format 2\n");
         std::filesystem::create_directory(f / "rocksdb");
         write_file(f / "rocksdb" / "CURRENT", "");
       },
       ""},
      {"another program's", [](const path& f) { write_file(f / "notes.txt", "hello"); },
       "is not a data folder of Stator: it is not empty and has no file STATOR"},
      {"format 3", [](const path& f) { write_file(f / "STATOR", "stator data folder, format 3\n"); },
       "its file STATOR says \"stator data folder, format 3\", not \"stator data folder, format 2\""},
      {"format 2 and more", [](const path& f) { write_file(f / "STATOR", "stator data folder, format 2\nx"); },
       "of a format that this version of Stator does not know"},
      {"an empty format with data",
       [](const path& f) {
         write_file(f / "STATOR", "");
         write_file(f / "notes.txt", "hello");
       },
       "of a format that this version of Stator does not know"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const TestFolder folder;
    row.prepare(folder.path());
    const auto before = std::filesystem::exists(folder.path()) ? read_file(folder.path() / "STATOR") : "";
    auto opened = DataFolder::open(folder.path());
    if (*row.want == '\0') {
      ASSERT_TRUE(opened) << opened.error().message;
      ASSERT_TRUE(opened->finish());
      EXPECT_EQ(read_file(folder.path() / "STATOR"), "stator data folder, format 2\n");
    } else {
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().code, ErrorCode::kIncompatible);
      EXPECT_NE(opened.error().message.find(row.want), std::string::npos) << opened.error().message;
      EXPECT_NE(opened.error().message.find(folder.path().string()), std::string::npos);
      EXPECT_EQ(read_file(folder.path() / "STATOR"), before);
    }
  }
}

// In the order of their syncing, without what is below `store`.
std::vector<path> synced_outside(const path& store) {
  std::vector<path> outside;
  for (const path& file : synced_files) {
    if (file.parent_path() != store && file != store) outside.push_back(file);
  }
  return outside;
}

// After a loss of power each name that leads to the data is there, and the format last, since it says so of the rest.
TEST(DataFolder, MakesEveryNameDurable) {
  const TestFolder base;
  const path first = base.path() / "a";
  const path folder = first / "b";
  for (const char* slash : {"", "/"}) {
    std::filesystem::remove_all(first);
    DiskOptions options;
    options.folder = folder.string() + slash;
    synced_files.clear();
    EXPECT_TRUE(open_rocksdb_store(options, test_clock()));
    EXPECT_EQ(synced_outside(folder / "rocksdb"),
              (std::vector<path>{base.path(), folder, folder, first, folder / "STATOR"}));
    ASSERT_NE(std::ranges::find(synced_files, folder / "rocksdb"), synced_files.end());
    EXPECT_EQ(synced_files.back(), folder / "STATOR");

    synced_files.clear();
    EXPECT_TRUE(open_rocksdb_store(options, test_clock()));
    EXPECT_EQ(synced_outside(folder / "rocksdb"), std::vector<path>{});
  }
}

struct Damage {
  const char* name;
  std::function<void(const path&)> damage;
  bool is_refused;
};

TEST(DataFolder, RefusesToBeginAnewWhereADatabaseHasBeen) {
  const Damage rows[] = {
      {"no database", [](const path& f) { std::filesystem::remove_all(f / "rocksdb"); }, true},
      {"no CURRENT", [](const path& f) { std::filesystem::remove(f / "rocksdb" / "CURRENT"); }, true},
      {"interrupted before the format", [](const path& f) { std::filesystem::resize_file(f / "STATOR", 0); }, false},
  };
  for (const Damage& row : rows) {
    SCOPED_TRACE(row.name);
    const TestFolder folder;
    DiskOptions options;
    options.folder = folder.path();
    {
      const auto store = open_rocksdb_store(options, test_clock());
      ASSERT_TRUE(store);
      Batch batch;
      batch.put("a", "1");
      ASSERT_TRUE((*store)->write(batch));
    }
    row.damage(folder.path());
    for (int start = 0; start < 2; ++start) {
      const auto store = open_rocksdb_store(options, test_clock());
      ASSERT_EQ(store.has_value(), !row.is_refused);
      if (store) {
        EXPECT_EQ(show_get(**store, "a"), "1");
        EXPECT_EQ(read_file(folder.path() / "STATOR"), "stator data folder, format 2\n");
      } else {
        EXPECT_EQ(store.error().code, ErrorCode::kCorruption);
        EXPECT_NE(store.error().message.find("has lost its database: there is no file rocksdb/CURRENT"),
                  std::string::npos)
            << store.error().message;
      }
    }
  }
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
  const auto store = open_rocksdb_store(options, test_clock());
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

// For the test's own fsync().
void note_sync(const path& file) {
  const std::lock_guard lock(synced_mutex);
  synced_files.push_back(file);
}

}  // namespace stator::kv

// In place of the C library's, for all of this process.
extern "C" int fsync(int file) {
  std::error_code error;
  stator::kv::note_sync(std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file), error));
  return static_cast<int>(::syscall(SYS_fsync, file));
}
