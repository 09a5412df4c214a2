#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

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
  auto store = open_rocksdb_store(options);
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

// A process that ends without a word loses nothing that it has written, whatever it promised for the power.
TEST(RocksDbStore, KeepsWritesWhenTheProcessIsKilled) {
  for (const Durability durability : {Durability::kSync, Durability::kOs}) {
    const TestFolder folder;
    DiskOptions options = options_of(folder.path());
    options.durability = durability;
    constexpr int kKeys = 100;
    const pid_t child = ::fork();
    if (child == 0) {
      const auto store = open(options);
      for (int i = 0; i < kKeys; ++i) {
        Batch batch;
        batch.put(key(i), noise(i));
        if (!store->write(batch)) ::_exit(1);
      }
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    const auto store = open(options);
    for (int i = 0; i < kKeys; ++i) ASSERT_TRUE(show_get(*store, key(i)) == noise(i)) << i;
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
    constexpr int kMost = 10'000;
    for (; written < kMost; ++written) {
      const Result<void> result = put(written);
      if (result) continue;
      EXPECT_EQ(result.error().code, ErrorCode::kInternal);
      EXPECT_NE(result.error().message.find("The disk is full"), std::string::npos) << result.error().message;
      break;
    }
    ASSERT_LT(written, kMost);
    ASSERT_GT(written, 0);
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(put(written));
    for (int i = 0; i < written; ++i) ASSERT_TRUE(show_get(**engine, key(i)) == noise(i)) << i;
    EXPECT_EQ(show_get(**engine, key(written)), "-");

    std::filesystem::remove(ballast);
    const Result<void> again = put(written);
    EXPECT_TRUE(again) << again.error().message;
    engine->reset();
    const auto store = open(options);
    for (int i = 0; i <= written; ++i) ASSERT_TRUE(show_get(*store, key(i)) == noise(i)) << i;
  }
}

}  // namespace
}  // namespace stator::kv
