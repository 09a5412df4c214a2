#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <sys/mount.h>

#include "base/random.h"
#include "kv/open.h"
#include "kv/test_stores.h"

namespace stator::kv {
namespace {

DiskOptions options_of(const std::filesystem::path& folder) {
  DiskOptions options;
  options.folder = folder;
  options.cache_bytes = 8UL << 20;
  return options;
}

std::unique_ptr<Store> open(const DiskOptions& options) {
  auto store = open_rocksdb_store(options, test_clock());
  EXPECT_TRUE(store) << store.error().message;
  return *std::move(store);
}

// 4 KiB that hardly compress.
std::string noise(int seed) {
  SeededRandom random(static_cast<std::uint64_t>(seed));
  std::string bytes(4096, '\0');
  std::ranges::generate(bytes, [&] { return static_cast<char>('!' + random.next() % 90); });
  return bytes;
}

std::string key(int i) { return fmt::format("key{:06}", i); }

TEST(RocksDbStore, WouldBlockOnWhatIsOnlyOnDisk) {
  const TestFolder folder;
  constexpr int kKeys = 200;
  {
    const auto store = open(options_of(folder.path()));
    Batch batch;
    for (int i = 0; i < kKeys; ++i) batch.put(key(i), noise(i));
    ASSERT_TRUE(store->write(batch));
    EXPECT_EQ(show_get(*store, key(7), Wait::kNever), noise(7));
  }
  const auto store = open(options_of(folder.path()));
  const std::string would_block = fmt::format("error {}", static_cast<int>(ErrorCode::kWouldBlock));
  EXPECT_EQ(show_get(*store, key(7), Wait::kNever), would_block);
  EXPECT_EQ(show_scan(*store, {key(0), key(kKeys)}, Direction::kForward, Wait::kNever), " " + would_block);
  EXPECT_EQ(show_scan(*store, {key(0), key(kKeys)}, Direction::kBackward, Wait::kNever), " " + would_block);
  EXPECT_EQ(show_get(*store->snapshot(), key(7), Wait::kNever), would_block);

  EXPECT_EQ(show_get(*store, key(7), Wait::kAllowed), noise(7));
  EXPECT_EQ(show_get(*store, key(7), Wait::kNever), noise(7));
  const std::string all = show_scan(*store, {key(0), key(kKeys)}, Direction::kForward, Wait::kAllowed);
  EXPECT_EQ(show_scan(*store, {key(0), key(kKeys)}, Direction::kForward, Wait::kNever), all);
}

std::vector<std::filesystem::path> table_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() == ".sst") files.push_back(file.path());
  }
  std::ranges::sort(files);
  return files;
}

// Puts each pair with a write of its own, in order, so that each of many files has a dozen of them.
template <class KeyOf, class ValueOf>
void fill_files(DiskOptions options, int count, KeyOf key_of, ValueOf value_of) {
  options.memtable_bytes = 64UL << 10;
  const auto store = open(options);
  for (int i = 0; i < count; ++i) {
    Batch batch;
    batch.put(key_of(i), value_of(i));
    ASSERT_TRUE(store->write(batch));
  }
}

// RocksDB opens 16 files at its start.
TEST(RocksDbStore, WouldBlockOnFilesThatAreNotOpen) {
  const TestFolder folder;
  const DiskOptions options = options_of(folder.path());
  constexpr int kKeys = 1500;
  const auto value = [](int i) { return i % 2 == 0 ? noise(i) : std::string(); };
  fill_files(options, kKeys, [](int i) { return key(2 * i); }, value);
  ASSERT_GT(table_files(folder.path()).size(), 20U);
  const auto store = open(options);
  const std::string would_block = fmt::format("error {}", static_cast<int>(ErrorCode::kWouldBlock));
  for (int i = 0; i < 2 * kKeys; ++i) {
    const std::string got = show_get(*store, key(i), Wait::kNever);
    if (got == would_block) continue;
    ASSERT_EQ(got, show_get(*store, key(i), Wait::kAllowed)) << i;
  }
  const auto snapshot = store->snapshot();
  for (int i = 0; i < kKeys; ++i) {
    ASSERT_EQ(show_get(*store, key(2 * i), Wait::kAllowed), value(i)) << i;
    ASSERT_EQ(show_get(*snapshot, key(2 * i + 1), Wait::kAllowed), show_get(*store, "absent")) << i;
  }
}

// A scan that must not wait ends with an error, or has all that there is.
class RocksDbScan : public testing::TestWithParam<std::string> {};

TEST_P(RocksDbScan, WouldBlockWhereAFileEnds) {
  const auto key = [](int i) { return fmt::format("{}{:06}", GetParam(), i); };
  const TestFolder folder;
  const DiskOptions options = options_of(folder.path());
  constexpr int kKeys = 1000;
  fill_files(options, kKeys, key, noise);
  ASSERT_GT(table_files(folder.path()).size(), 10U);
  const std::string would_block = fmt::format(" error {}", static_cast<int>(ErrorCode::kWouldBlock));
  for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
    const auto store = open(options);
    for (int i = 0; i + 4 <= kKeys; ++i) {
      const int from = direction == Direction::kForward ? i : kKeys - 4 - i;
      const Range range{key(from), key(from + 4)};
      // The first of them, and what is beside it, is in memory.
      const int first = direction == Direction::kForward ? from : from + 3;
      ASSERT_EQ(show_get(*store, key(first), Wait::kAllowed), noise(first));
      const std::string got = show_scan(*store, range, direction, Wait::kNever);
      if (got.ends_with(would_block)) continue;
      ASSERT_EQ(got, show_scan(*store, range, direction, Wait::kAllowed)) << from;
    }
  }
}

// What cannot be read ends a scan with an error, too, and not with what other files have.
TEST_P(RocksDbScan, TellsOfAFileWhoseBeginningIsDamaged) {
  if (GetParam() == "key") GTEST_SKIP() << "only of items and logs";
  const auto key = [](int i) { return fmt::format("{}{:06}", GetParam(), i); };
  const TestFolder folder;
  const DiskOptions options = options_of(folder.path());
  constexpr int kKeys = 1000;
  fill_files(options, kKeys, key, noise);
  const std::vector<std::filesystem::path> files = table_files(folder.path());
  ASSERT_GT(files.size(), 10U);
  constexpr std::string_view kDamage = "damaged";
  constexpr int kInFirstBlock = 500;
  std::fstream(files[files.size() / 2], std::ios::in | std::ios::out | std::ios::binary)
      .seekp(kInFirstBlock)
      .write(kDamage.data(), kDamage.size());
  const auto store = open(options);
  const std::string corruption = fmt::format(" error {}", static_cast<int>(ErrorCode::kCorruption));
  for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
    const std::string got = show_scan(*store, {key(0), key(kKeys)}, direction, Wait::kAllowed);
    EXPECT_TRUE(got.ends_with(corruption)) << got.size();
  }
}

TEST_P(RocksDbScan, HasNothingThatWasErased) {
  const auto key = [](int i) { return fmt::format("{}{:06}", GetParam(), i); };
  const TestFolder folder;
  const auto store = open(options_of(folder.path()));
  Batch batch;
  for (int i = 0; i < 10; ++i) batch.put(key(i), "1");
  ASSERT_TRUE(store->write(batch));
  batch.clear();
  batch.erase(key(1));
  batch.erase_range(key(3), key(8));
  ASSERT_TRUE(store->write(batch));
  const std::string behind = fmt::format("{}=1 {}=1", key(8), key(9));
  EXPECT_EQ(show_scan(*store, {key(8), key(10)}, Direction::kForward, Wait::kNever), behind);
  EXPECT_EQ(show_scan(*store, {key(1), key(2)}, Direction::kForward, Wait::kNever), "");
  const std::string all = fmt::format("{}=1 {}=1 {}", key(0), key(2), behind);
  if (GetParam() != "key") return;
  for (const Wait wait : {Wait::kNever, Wait::kAllowed}) {
    EXPECT_EQ(show_scan(*store, {key(0), key(10)}, Direction::kForward, wait), all);
  }
}

INSTANTIATE_TEST_SUITE_P(Spaces, RocksDbScan, testing::Values("key", "\020item", "\022log"),
                         [](const auto& tested) { return tested.param.substr(tested.param.size() - 3); });

// What was written just before a flush is read without the disk after it.
TEST(RocksDbStore, KeepsWhatItFlushesInMemory) {
  const TestFolder folder;
  DiskOptions options = options_of(folder.path());
  options.cache_bytes = 64UL << 20;
  options.memtable_bytes = 1UL << 20;
  const auto store = open(options);
  constexpr int kKeys = 1000;
  for (int i = 0; i < kKeys; ++i) {
    Batch batch;
    batch.put(key(i), noise(i));
    ASSERT_TRUE(store->write(batch));
  }
  int in_memory = 0;
  for (int i = 0; i < kKeys; ++i) in_memory += show_get(*store, key(i), Wait::kNever).size() == 4096 ? 1 : 0;
  EXPECT_GT(in_memory, kKeys * 9 / 10);
  EXPECT_GT(store->sizes().disk_bytes, 1UL << 20);
  EXPECT_GT(store->sizes().memory_bytes, 1UL << 20);
}

// What a process that is killed now would leave of the folder.
void copy_as_left_by_kill(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

TEST(RocksDbStore, KeepsWritesWhenTheProcessIsKilled) {
  for (const Durability durability : {Durability::kSync, Durability::kOs}) {
    const TestFolder folder;
    DiskOptions options = options_of(folder.path() / "running");
    options.durability = durability;
    const auto running = open(options);
    constexpr int kKeys = 100;
    for (int i = 0; i < kKeys; ++i) {
      Batch batch;
      batch.put(key(i), noise(i));
      ASSERT_TRUE(running->write(batch));
    }
    copy_as_left_by_kill(options.folder, folder.path() / "left");
    options.folder = folder.path() / "left";
    const auto store = open(options);
    for (int i = 0; i < kKeys; ++i) ASSERT_TRUE(show_get(*store, key(i)) == noise(i)) << i;
  }
}

// A power cut may leave the end of the log cut short, or with old blocks in the last commit: whole commits stay, in
// their order, up to some commit, and the engine goes on from it.
TEST(RocksDbStore, ATornLogLosesOnlyItsEnd) {
  const TestFolder folder;
  const std::filesystem::path original = folder.path() / "original";
  constexpr int kKeys = 60;
  auto running = make_local_engine(open(options_of(original)), test_clock());
  ASSERT_TRUE(running);
  for (int i = 0; i < kKeys; ++i) {
    Batch batch;
    batch.put(key(i), noise(i));
    batch.put("last", key(i));
    ASSERT_TRUE(commit_now(**running, batch));
  }

  SeededRandom random(5);
  for (int round = 0; round < 30; ++round) {
    SCOPED_TRACE(round);
    const std::filesystem::path left = folder.path() / fmt::format("left{}", round);
    copy_as_left_by_kill(original, left);
    for (const auto& file : std::filesystem::directory_iterator(left / "rocksdb")) {
      if (file.path().extension() != ".log") continue;
      constexpr std::uint64_t kLastCommit = 4096;
      const std::uint64_t at =
          round % 2 == 0 ? random.next() % file.file_size() : file.file_size() - 1 - random.next() % kLastCommit;
      if (round % 2 == 0) {
        std::filesystem::resize_file(file.path(), at);
      } else {
        std::fstream log(file.path(), std::ios::in | std::ios::out | std::ios::binary);
        log.seekp(static_cast<std::streamoff>(at));
        log << std::string(std::min<std::uint64_t>(512, file.file_size() - at), '\0');
      }
    }
    auto engine = make_local_engine(open(options_of(left)), test_clock());
    ASSERT_TRUE(engine) << engine.error().message;
    const int kept = static_cast<int>((*engine)->last_durable().value);
    ASSERT_LE(kept, kKeys);
    EXPECT_EQ(show_get(**engine, "last"), kept == 0 ? "-" : key(kept - 1));
    for (int i = 0; i < kKeys; ++i) ASSERT_TRUE(show_get(**engine, key(i)) == (i < kept ? noise(i) : "-")) << i;
    Batch batch;
    batch.put("stamp", "--------", 0);
    EXPECT_TRUE(commit_now(**engine, batch));
    EXPECT_EQ((*engine)->last_durable().value, static_cast<std::uint64_t>(kept) + 1);
    engine->reset();
    std::filesystem::remove_all(left);
  }
}

// Each start makes a log and a manifest; no later one finds more of them to read.
TEST(RocksDbStore, StartsLeaveNothingBehind) {
  for (const bool has_data : {false, true}) {
    SCOPED_TRACE(has_data);
    const TestFolder folder;
    if (has_data) {
      const auto store = open(options_of(folder.path()));
      Batch batch;
      batch.put("a", "1");
      ASSERT_TRUE(store->write(batch));
    }
    for (int start = 0; start < 5; ++start)
      EXPECT_EQ(show_get(*open(options_of(folder.path())), "a"), has_data ? "1" : "-");
    std::map<std::string, int> files;  // by their kind
    for (const auto& file : std::filesystem::directory_iterator(folder.path() / "rocksdb")) {
      const std::string name = file.path().filename();
      ++files[file.path().has_extension() ? file.path().extension().string() : name.substr(0, name.find('-'))];
    }
    std::map<std::string, int> want = {{".log", 1}, {"CURRENT", 1}, {"IDENTITY", 1}, {"LOCK", 1}, {"MANIFEST", 1}};
    if (has_data) want[".sst"] = 1;
    EXPECT_EQ(files, want);
  }
}

TEST(RocksDbStore, StopsBeforeTheDiskIsFull) {
  const TestFolder folder;
  {
    const auto store = open(options_of(folder.path()));
    Batch batch;
    batch.put("a", "1");
    ASSERT_TRUE(store->write(batch));
  }
  DiskOptions options = options_of(folder.path());
  options.reserve_bytes = std::size_t{1} << 60;
  const auto store = open(options);
  Batch batch;
  batch.put("a", "2");
  const auto written = store->write(batch);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kInternal);
  EXPECT_TRUE(written.error().message.starts_with("The disk is full: ")) << written.error().message;
  EXPECT_EQ(show_get(*store, "a"), "1");
}

// A small file system of memory, if this process may mount one.
class SmallDisk {
 public:
  explicit SmallDisk(std::size_t bytes) {
    is_mounted_ = ::mount("stator-kv", folder_.path().c_str(), "tmpfs", 0, fmt::format("size={}", bytes).c_str()) == 0;
  }
  ~SmallDisk() {
    if (is_mounted_) ::umount(folder_.path().c_str());
  }
  [[nodiscard]] bool is_mounted() const { return is_mounted_; }
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TestFolder folder_;
  bool is_mounted_;
};

// Writes until it fails, overwriting nothing; then makes room and goes on, without opening anything again.
TEST(RocksDbStore, SurvivesAFullDisk) {
  for (const std::size_t reserve : {std::size_t{0}, std::size_t{4} << 20}) {
    SCOPED_TRACE(reserve);
    const SmallDisk disk(std::size_t{24} << 20);
    if (!disk.is_mounted()) GTEST_SKIP() << "may not mount a file system";
    const std::filesystem::path ballast = disk.path() / "ballast";
    DiskOptions options = options_of(disk.path() / "data");
    options.memtable_bytes = 2UL << 20;
    options.reserve_bytes = reserve;
    auto engine = make_local_engine(open(options), test_clock());
    ASSERT_TRUE(engine);
    std::ofstream(ballast) << std::string(8UL << 20, 'b');

    int written = 0;
    const auto put = [&](int i) {
      Batch batch;
      batch.put(key(i), noise(i));
      return commit_now(**engine, batch);
    };
    // A refusal may be followed by a success: what has gone to tables frees its log.
    constexpr int kMost = 10'000;
    bool needs_start = false;
    for (int refusals = 0; refusals < 5 && written < kMost;) {
      const Result<void> result = put(written);
      if (result) {
        ++written;
        continue;
      }
      ++refusals;
      EXPECT_EQ(result.error().code, ErrorCode::kInternal);
      // Without a reserve what others write may take the room of the log.
      const std::string& message = result.error().message;
      needs_start = reserve == 0 && message.ends_with("started again.");
      EXPECT_TRUE(needs_start || message.contains("The disk is full")) << message;
    }
    ASSERT_LT(written, kMost);
    ASSERT_GT(written, 0);
    for (int i = 0; i < written; ++i) ASSERT_TRUE(show_get(**engine, key(i)) == noise(i)) << i;
    EXPECT_EQ(show_get(**engine, key(written)), "-");

    std::filesystem::remove(ballast);
    if (needs_start) {
      engine->reset();
      engine = make_local_engine(open(options), test_clock());
      ASSERT_TRUE(engine);
    }
    const Result<void> again = put(written);
    EXPECT_TRUE(again) << again.error().message;
    engine->reset();
    const auto store = open(options);
    for (int i = 0; i <= written; ++i) ASSERT_TRUE(show_get(*store, key(i)) == noise(i)) << i;
  }
}

// As streams do it: what is old goes from a log's beginning while its end grows, in one memtable.
TEST(RocksDbStore, LogsAreTrimmedWhileTheyGrow) {
  const TestFolder folder;
  const auto log_key = [](int entry) { return fmt::format("\022log{:0{}}", entry, kLogKeyTail); };
  const Range log{.begin = log_key(0), .end = "\022log:"};
  constexpr int kRounds = 20;
  constexpr int kNew = 10;
  constexpr int kOld = 6;
  std::string want;
  {
    const auto store = open(options_of(folder.path()));
    for (int round = 0; round < kRounds; ++round) {
      Batch batch;
      for (int i = 0; i < kNew; ++i) batch.put(log_key(round * kNew + i), "1");
      batch.erase_range(log_key(round * kOld), log_key((round + 1) * kOld));
      ASSERT_TRUE(store->write(batch));
      want.clear();
      for (int i = (round + 1) * kOld; i < (round + 1) * kNew; ++i) want += fmt::format(" {}=1", log_key(i));
      const Range kept{log_key((round + 1) * kOld), log.end};
      ASSERT_EQ(" " + show_scan(*store, kept, Direction::kForward), want);
    }
  }
  const auto store = open(options_of(folder.path()));
  EXPECT_EQ(" " + show_scan(*store, {log_key(kRounds * kOld), log.end}, Direction::kForward), want);
  for (int i = 0; i < kRounds * kNew; ++i) {
    EXPECT_EQ(show_get(*store, log_key(i)), i < kRounds * kOld ? "-" : "1") << i;
  }
}

// A folder of format 1, as RocksDB has it: one family with everything.
TEST(RocksDbStore, MovesTheLogsOfFormat1) {
  const TestFolder folder;
  std::filesystem::create_directory(folder.path() / "rocksdb");
  std::ofstream(folder.path() / "STATOR") << "stator data folder, format 1\n";
  {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, folder.path() / "rocksdb", &db).ok());
    const std::unique_ptr<rocksdb::DB> owned(db);
    for (const char* key : {"a", "\022a", "\022b", "\023"}) ASSERT_TRUE(db->Put({}, key, "1").ok());
  }
  for (int start = 0; start < 2; ++start) {
    const auto store = open(options_of(folder.path()));
    EXPECT_EQ(show_scan(*store, {"\022", "\023"}, Direction::kForward), "\022a=1 \022b=1");
    EXPECT_EQ(show_scan(*store, {"\023", "z"}, Direction::kForward), "\023=1 a=1");
  }
}

}  // namespace
}  // namespace stator::kv
