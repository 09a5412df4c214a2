#include "kv/rocksdb/log_check.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "kv/open.h"
#include "kv/test_stores.h"

namespace stator::kv {
namespace {

namespace fs = std::filesystem;

std::string key(int i) { return fmt::format("key{:06}", i); }

// Most are small, some longer than a block of the log.
std::string value(int i) { return std::string(i % 10 == 9 ? 50'000 : 500, static_cast<char>('a' + i % 26)); }

// RocksDB may be removing old files meanwhile: then once more.
void copy_running(const fs::path& from, const fs::path& to) {
  std::error_code error;
  do {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive, error);
  } while (error);
}

// What a process with so many commits in its log leaves when it is killed.
void leave_log(const fs::path& folder, int commits, Durability durability) {
  DiskOptions options;
  options.folder = folder.string() + ".running";
  options.durability = durability;
  const auto store = open_rocksdb_store(options, test_clock());
  ASSERT_TRUE(store) << store.error().message;
  for (int i = 0; i < commits; ++i) {
    Batch batch;
    batch.put(key(i), value(i));
    batch.put("last", key(i));
    ASSERT_TRUE((*store)->write(batch));
  }
  copy_running(options.folder, folder);
}

fs::path only_log(const fs::path& folder) {
  for (const auto& file : fs::directory_iterator(folder / "rocksdb")) {
    if (file.path().extension() == ".log") return file.path();
  }
  return {};
}

void damage(const fs::path& file, std::uint64_t at, SeededRandom& random) {
  std::fstream log(file, std::ios::in | std::ios::out | std::ios::binary);
  log.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(log.get() ^ (1 << random.next() % 8));
  log.seekp(static_cast<std::streamoff>(at));
  log.put(byte);
}

constexpr int kCommits = 40;
constexpr int kLong = 1000;  // more than is written to a table at the start

// A flipped bit is found wherever it is, but in the last commit: that may have been cut off by a crash.
TEST(LogCheck, FindsWhatIsDamagedBeforeTheEnd) {
  const TestFolder folder;
  leave_log(folder.path() / "left", kCommits, Durability::kSync);
  const fs::path original = only_log(folder.path() / "left");
  ASSERT_TRUE(check_logs(original.parent_path(), 0));
  const std::uint64_t size = fs::file_size(original);
  constexpr std::uint64_t kAboutTheLast = 51'000;
  SeededRandom random(3);
  int found = 0;
  for (int round = 0; round < 100; ++round) {
    const std::uint64_t at = random.next() % size;
    SCOPED_TRACE(at);
    const fs::path copy = folder.path() / "copy";
    fs::copy(folder.path() / "left", copy, fs::copy_options::recursive);
    damage(only_log(copy), at, random);
    const auto checked = check_logs(copy / "rocksdb", 0);
    if (at + kAboutTheLast < size) {
      ASSERT_FALSE(checked);
      EXPECT_EQ(checked.error().code, ErrorCode::kCorruption);
      EXPECT_NE(checked.error().message.find(only_log(copy).string() + " is damaged at byte"), std::string::npos)
          << checked.error().message;
    }
    {
      const auto store = open_rocksdb_store({.folder = copy}, test_clock());
      EXPECT_EQ(store.has_value(), checked.has_value());
      // The others than the last one are there.
      if (store) {
        EXPECT_GE(show_get(**store, "last"), key(kCommits - 2));
      } else {
        ++found;
      }
    }
    fs::remove_all(copy);
  }
  EXPECT_GT(found, 30);
}

TEST(LogCheck, TakesATornEnd) {
  const TestFolder folder;
  leave_log(folder.path() / "left", kCommits, Durability::kSync);
  const fs::path log = only_log(folder.path() / "left");
  SeededRandom random(4);
  for (std::uint64_t size = fs::file_size(log); size > 0; size -= std::min(size, 1 + random.next() % 5000)) {
    fs::resize_file(log, size);
    ASSERT_TRUE(check_logs(log.parent_path(), 0)) << size;
  }
}

// After a torn end a new process goes on in a log of its own.
TEST(LogCheck, TakesATornEndThatOthersFollow) {
  const TestFolder folder;
  const fs::path left = folder.path() / "left";
  leave_log(left, kLong, Durability::kSync);
  const fs::path log = only_log(left);
  fs::resize_file(log, fs::file_size(log) - 100);
  const fs::path again = folder.path() / "again";
  {
    const auto store = open_rocksdb_store({.folder = left}, test_clock());
    ASSERT_TRUE(store) << store.error().message;
    Batch batch;
    batch.put("a", "1");
    ASSERT_TRUE((*store)->write(batch));
    copy_running(left, again);
  }
  const auto store = open_rocksdb_store({.folder = again}, test_clock());
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(show_get(**store, "a"), "1");
  EXPECT_EQ(show_get(**store, "last"), key(kLong - 2));
}

// A log that is not needed any more, and torn, may be there yet when the one after it is gone.
TEST(LogCheck, AsksNothingOfOldLogs) {
  const TestFolder folder;
  const fs::path left = folder.path() / "left";
  leave_log(left, kLong, Durability::kSync);
  const fs::path log = only_log(left);
  fs::resize_file(log, fs::file_size(log) - 100);
  fs::copy(log, folder.path() / "old");
  Batch batch;
  batch.put("a", "1");
  {
    const auto store = open_rocksdb_store({.folder = left}, test_clock());
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE((*store)->write(batch));
  }
  fs::path again = folder.path() / "again";
  {
    const auto store = open_rocksdb_store({.folder = left}, test_clock());
    ASSERT_TRUE((*store)->write(batch));
    copy_running(left, again);
  }
  ASSERT_FALSE(fs::exists(again / "rocksdb" / log.filename()));
  fs::copy(folder.path() / "old", again / "rocksdb" / log.filename());
  EXPECT_FALSE(check_logs(again / "rocksdb", 0));
  const auto store = open_rocksdb_store({.folder = again}, test_clock());
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(show_get(**store, "a"), "1");
}

// A power cut may take any of the writes that were not synced.
TEST(LogCheck, AsksNothingOfWhatWasNotSynced) {
  const TestFolder folder;
  const fs::path left = folder.path() / "left";
  leave_log(left, kCommits, Durability::kOs);
  SeededRandom random(5);
  damage(only_log(left), 10'000, random);
  const auto store = open_rocksdb_store({.folder = left}, test_clock());
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_NE(show_get(**store, key(0)), "-");
  EXPECT_EQ(show_get(**store, key(kCommits - 1)), "-");
}

TEST(LogCheck, FindsALogThatIsCutOff) {
  const TestFolder folder;
  const fs::path left = folder.path() / "left";
  leave_log(left, kLong, Durability::kSync);
  const fs::path again = folder.path() / "again";
  {
    const auto store = open_rocksdb_store({.folder = left}, test_clock());
    Batch batch;
    batch.put("a", "1");
    ASSERT_TRUE((*store)->write(batch));
    copy_running(left, again);
  }
  std::vector<fs::path> logs;
  for (const auto& file : fs::directory_iterator(again / "rocksdb")) {
    if (file.path().extension() == ".log") logs.push_back(file.path());
  }
  ASSERT_EQ(logs.size(), 2U);
  fs::resize_file(*std::ranges::min_element(logs), 60'000);
  const auto store = open_rocksdb_store({.folder = again}, test_clock());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kCorruption);
}

}  // namespace
}  // namespace stator::kv
