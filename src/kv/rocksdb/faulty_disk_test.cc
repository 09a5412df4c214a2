#include "kv/rocksdb/faulty_disk.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "kv/rocksdb/durable_mirror.h"
#include "kv/test_stores.h"

namespace stator::kv {
namespace {

namespace fs = std::filesystem;

// The files of a folder and what is in them: "a=1 b=".
std::string show_folder(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().filename()] = {std::istreambuf_iterator<char>(in), {}};
  }
  std::string shown;
  for (const auto& [name, text] : files) shown += fmt::format("{}{}={}", shown.empty() ? "" : " ", name, text);
  return shown;
}

// Does things to files of a folder, as a file system would.
class Files {
 public:
  explicit Files(const fs::path& base) : live_(base / "live"), mirror_(live_, base / "mirror") {}
  void append(const std::string& name, std::string_view text) {
    if (!fs::exists(live_ / name)) mirror_.created(name);
    std::ofstream(live_ / name, std::ios::app) << text;
  }
  void sync(const std::string& name) { mirror_.synced(name, fs::file_size(live_ / name)); }
  void fail_to_sync(const std::string& name) { mirror_.failed_to_sync(name, fs::file_size(live_ / name)); }
  void rename(const std::string& from, const std::string& to) {
    fs::rename(live_ / from, live_ / to);
    mirror_.renamed(from, to);
  }
  void remove(const std::string& name) {
    fs::remove(live_ / name);
    mirror_.removed(name);
  }
  void sync_folder() { mirror_.synced_folder(); }

 private:
  fs::path live_;
  DurableMirror mirror_;
};

TEST(DurableMirror, HasWhatWasSynced) {
  struct Row {
    const char* name;
    std::function<void(Files&)> act;
    const char* want;
  };
  const Row rows[] = {
      {"a file whose folder was not synced", [](Files& f) { f.append("a", "1"), f.sync("a"); }, ""},
      {"a file that was not synced", [](Files& f) { f.append("a", "1"), f.sync_folder(); }, "a="},
      {"both", [](Files& f) { f.append("a", "1"), f.sync("a"), f.sync_folder(); }, "a=1"},
      {"the folder first", [](Files& f) { f.append("a", "1"), f.sync_folder(), f.sync("a"); }, "a=1"},
      {"more after the sync",
       [](Files& f) { f.append("a", "1"), f.sync("a"), f.append("a", "2"), f.sync_folder(), f.append("a", "3"); },
       "a=1"},
      {"more, synced",
       [](Files& f) { f.append("a", "1"), f.sync_folder(), f.sync("a"), f.append("a", "2"), f.sync("a"); }, "a=12"},
      {"a new name that was not synced",
       [](Files& f) {
         f.append("a", "1"), f.append("b", "2"), f.sync("a"), f.sync("b"), f.sync_folder(), f.rename("b", "a");
       },
       "a=1 b=2"},
      {"a new name",
       [](Files& f) {
         f.append("a", "1"), f.append("b", "2"), f.sync("a"), f.sync("b"), f.sync_folder(), f.rename("b", "a");
         f.sync_folder();
       },
       "a=2"},
      {"a file synced under its new name, the folder not",
       [](Files& f) { f.append("a", "1"), f.sync_folder(), f.rename("a", "b"), f.sync("b"); }, "a=1"},
      {"removed, the folder not synced",
       [](Files& f) { f.append("a", "1"), f.sync("a"), f.sync_folder(), f.remove("a"); }, "a=1"},
      {"removed", [](Files& f) { f.append("a", "1"), f.sync("a"), f.sync_folder(), f.remove("a"), f.sync_folder(); },
       ""},
      {"removed and made again",
       [](Files& f) {
         f.append("a", "1"), f.sync("a"), f.sync_folder(), f.remove("a"), f.append("a", "2"), f.sync("a");
       },
       "a=1"},
      {"a sync that failed", [](Files& f) { f.append("a", "1"), f.sync_folder(), f.fail_to_sync("a"); }, "a=\xff"},
      {"a sync after one that failed",
       [](Files& f) {
         f.append("a", "1"), f.sync_folder(), f.sync("a"), f.append("a", "2"), f.fail_to_sync("a"), f.append("a", "3");
         f.sync("a");
       },
       "a=1\xff"
       "3"},
      {"one that failed before the folder was synced",
       [](Files& f) { f.append("a", "1"), f.fail_to_sync("a"), f.append("a", "2"), f.sync("a"), f.sync_folder(); },
       "a=\xff"
       "2"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const TestFolder folder;
    Files files(folder.path());
    row.act(files);
    std::string shown = show_folder(folder.path() / "mirror");
    std::ranges::replace(shown, '\0', '\xff');
    EXPECT_EQ(shown, row.want);
  }
}

// A data folder on a faulty disk, and what is left of it.
class Place {
 public:
  explicit Place(Durability durability = Durability::kSync) {
    options_.folder = folder_.path() / "data";
    options_.durability = durability;
    options_.cache_bytes = 1UL << 20;
    options_.memtable_bytes = durability == Durability::kSync ? 64UL << 10 : 64UL << 20;
    options_.reserve_bytes = 0;
  }
  [[nodiscard]] Result<std::unique_ptr<Engine>> open() {
    TRY_ASSIGN(auto store, open_store_on_faulty_disk(options_, test_clock(), mirror(), faults_));
    return make_local_engine(std::move(store), test_clock());
  }
  // Keeps what a process that is killed now would leave of the folder and of its disk.
  void kill() {
    fs::copy(options_.folder, killed() / "data", fs::copy_options::recursive);
    fs::copy(mirror(), killed() / "mirror");
  }
  // The next open() finds it.
  void go_on_after_kill() {
    for (const char* folder : {"data", "mirror"}) {
      fs::remove_all(folder_.path() / folder);
      fs::rename(killed() / folder, folder_.path() / folder);
    }
    options_.durability = Durability::kSync;
  }
  // What a power cut now would leave, as a data folder.
  fs::path leave() {
    fs::path left = folder_.path() / fmt::format("left{}", left_++);
    fs::create_directory(left);
    fs::copy(options_.folder / "STATOR", left / "STATOR");
    fs::copy(mirror(), left / "rocksdb");
    return left;
  }
  [[nodiscard]] DiskFaults& faults() { return *faults_; }

 private:
  [[nodiscard]] fs::path killed() const {
    fs::create_directory(folder_.path() / "killed");
    return folder_.path() / "killed";
  }
  [[nodiscard]] fs::path mirror() const { return folder_.path() / "mirror"; }

  TestFolder folder_;
  DiskOptions options_;
  std::shared_ptr<DiskFaults> faults_ = std::make_shared<DiskFaults>();
  int left_ = 0;
};

std::string key(int i) { return fmt::format("key{:06}", i); }
std::string log_key(int i) { return "\x12" + key(i); }

// Bytes that hardly compress.
std::string noise(int seed) {
  SeededRandom random(static_cast<std::uint64_t>(seed));
  std::string bytes(2000, '\0');
  std::ranges::generate(bytes, [&] { return static_cast<char>('!' + random.next() % 90); });
  return bytes;
}

// A commit to both column families.
Result<void> put(Engine& engine, int i) {
  Batch batch;
  batch.put(key(i), noise(i));
  batch.put(log_key(i), noise(-i));
  return commit_now(engine, batch);
}

TEST(FaultyDisk, LosesWhatWasNotSynced) {
  for (const Durability durability : {Durability::kSync, Durability::kOs}) {
    Place place(durability);
    fs::path left;
    {
      const auto engine = place.open();
      ASSERT_TRUE(engine) << engine.error().message;
      for (int i = 0; i < 10; ++i) ASSERT_TRUE(put(**engine, i));
      left = place.leave();
    }
    auto store = open_rocksdb_store({.folder = left}, test_clock());
    ASSERT_TRUE(store) << store.error().message;
    const bool is_kept = durability == Durability::kSync;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(show_get(**store, key(i)), is_kept ? noise(i) : "-") << i;
  }
}

// What a power cut left while so many commits were acknowledged.
struct Left {
  fs::path folder;
  int acknowledged;
};

// Commits, one after another, of which the disk fails some.
class Writing {
 public:
  explicit Writing(Engine& engine) : engine_(&engine) {}
  void go_on(Engine& engine) { engine_ = &engine; }
  bool one() {
    const int i = static_cast<int>(is_acknowledged_.size());
    const auto done = put(*engine_, i);
    if (!done) refusal_ = done.error().message;
    is_acknowledged_.push_back(done.has_value());
    acknowledged_ += done ? 1 : 0;
    return done.has_value();
  }
  [[nodiscard]] int acknowledged() const { return acknowledged_; }
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

  // Those that the reader may and must have, each whole; at least the first `least` acknowledged ones.
  void check(const Reader& reader, int least, bool may_have_refused) const {
    for (int i = 0; i < static_cast<int>(is_acknowledged_.size()); ++i) {
      const bool is_there = show_get(reader, key(i)) != "-";
      ASSERT_EQ(show_get(reader, key(i)), is_there ? noise(i) : "-") << i;
      ASSERT_EQ(show_get(reader, log_key(i)), is_there ? noise(-i) : "-") << i;
      const bool must = is_acknowledged_[i] && least-- > 0;
      const bool may = is_acknowledged_[i] || may_have_refused;
      ASSERT_TRUE(is_there ? may : !must) << i;
    }
  }

 private:
  Engine* engine_;
  std::vector<bool> is_acknowledged_;
  int acknowledged_ = 0;
  std::string refusal_;  // the last
};

// Writes over a disk with a fault, which passes after some refusals, and checks what is read, then and from what a
// power cut would have left at each operation.
enum class After : std::uint8_t { kGoesOn, kNeedsStart, kEither };
void meet(const DiskFault& fault, After after = After::kGoesOn) {
  SCOPED_TRACE(fmt::format("operation {} of \"{}\", {} good ones, {} bad ones, error {}",
                           static_cast<int>(fault.operation), fault.file, fault.skip, fault.count, fault.error));
  Place place;
  std::vector<Left> left;
  auto engine = place.open();
  ASSERT_TRUE(engine) << engine.error().message;
  Writing writing(**engine);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(writing.one());
  place.faults().add(fault);
  constexpr std::size_t kMostLeft = 8;
  place.faults().before_each([&](std::size_t met) {
    if (met > 0 && left.size() < kMostLeft) left.push_back({place.leave(), writing.acknowledged()});
  });
  const auto says_start = [&] { return writing.refusal().ends_with("started again."); };
  int refusals = 0;
  int rest = 20;
  for (int i = 0; i < 1000 && rest > 0 && !says_start(); ++i) {
    refusals += writing.one() ? 0 : 1;
    if (refusals == 5) place.faults().clear();
    if (place.faults().met() > 0) --rest;
  }
  EXPECT_TRUE(rest == 0 || says_start());
  place.faults().clear();
  writing.check(**engine, writing.acknowledged(), false);
  const auto end = test_clock().monotonic() + std::chrono::seconds(20);
  while (!says_start() && !writing.one()) ASSERT_LT(test_clock().monotonic(), end) << writing.refusal();
  EXPECT_TRUE(after == After::kEither || says_start() == (after == After::kNeedsStart)) << writing.refusal();
  if (says_start()) {
    engine->reset();
    engine = place.open();
    ASSERT_TRUE(engine) << engine.error().message;
    writing.go_on(**engine);
  }
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(writing.one()) << i << ": " << writing.refusal();
  writing.check(**engine, writing.acknowledged(), after == After::kEither);
  engine->reset();
  left.push_back({place.leave(), writing.acknowledged()});
  for (const Left& state : left) {
    SCOPED_TRACE(state.folder.filename().string());
    auto store = open_rocksdb_store({.folder = state.folder}, test_clock());
    ASSERT_TRUE(store) << store.error().message;
    writing.check(**store, state.acknowledged, true);
    store->reset();
    fs::remove_all(state.folder);
  }
}

// What was acknowledged stays, what was refused is never seen, a power cut at any moment leaves whole commits, and
// writes go on once the disk is well again. Only a log that fails before any memtable has something needs a new start.
TEST(FaultyDisk, ALogThatCannotBeWritten) {
  for (const int error : {EIO, ENOSPC}) {
    for (const auto operation : {DiskOperation::kWrite, DiskOperation::kSync}) {
      meet({operation, ".log", 0, 1, error});
      for (const std::size_t skip : {3U, 5U, 7U, 12U}) meet({operation, ".log", skip, 1, error}, After::kEither);
      meet({operation, ".log", 0, kForEver, error}, After::kNeedsStart);
      meet({operation, "", 0, kForEver, error}, After::kEither);
    }
  }
}

TEST(FaultyDisk, ALogThatCannotBeMade) {
  for (const int error : {EIO, ENOSPC}) {
    for (const std::size_t count : {std::size_t{1}, kForEver}) meet({DiskOperation::kCreate, ".log", 0, count, error});
  }
}

// The same; but RocksDB may wait for ever for a flush that came up when another had failed.
TEST(FaultyDisk, ATableThatCannotBeWritten) {
  for (const auto operation : {DiskOperation::kCreate, DiskOperation::kWrite, DiskOperation::kSync}) {
    for (const std::size_t skip : {0U, 1U}) {
      meet({operation, ".sst", skip, 1, EIO}, After::kEither);
      meet({operation, ".sst", skip, kForEver, ENOSPC}, After::kEither);
    }
  }
}

TEST(FaultyDisk, AManifestThatCannotBeWritten) {
  for (const auto operation : {DiskOperation::kWrite, DiskOperation::kSync}) {
    for (const std::size_t skip : {0U, 1U}) {
      meet({operation, "MANIFEST", skip, 1, ENOSPC}, After::kEither);
      meet({operation, "MANIFEST", skip, kForEver, EIO}, After::kEither);
    }
  }
}

// The first write to a log needs its name; by then the log has all of it. A flush may come before.
TEST(FaultyDisk, AFolderThatCannotBeSynced) {
  for (const std::size_t count : {std::size_t{1}, kForEver})
    meet({DiskOperation::kSyncFolder, "", 0, count, EIO}, After::kEither);
}

// What a killed process wrote and did not sync is read by the next one, and must not go any more.
TEST(FaultyDisk, WhatIsReadAfterAKillStays) {
  Place place(Durability::kOs);
  constexpr int kMany = 3000;  // more than is written to a table at the start
  {
    auto engine = place.open();
    ASSERT_TRUE(engine) << engine.error().message;
    for (int i = 0; i < kMany; ++i) ASSERT_TRUE(put(**engine, i));
    place.kill();
  }
  place.go_on_after_kill();
  auto engine = place.open();
  ASSERT_TRUE(engine) << engine.error().message;
  ASSERT_EQ(show_get(**engine, key(kMany - 1)), noise(kMany - 1));
  const fs::path left = place.leave();
  const auto store = open_rocksdb_store({.folder = left}, test_clock());
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(show_get(**store, key(kMany - 1)), noise(kMany - 1));
}

TEST(DiskFault, IsReadFromText) {
  const auto fault = parse_disk_fault("write .log 3 ever ENOSPC");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->operation, DiskOperation::kWrite);
  EXPECT_EQ(fault->file, ".log");
  EXPECT_EQ(fault->skip, 3U);
  EXPECT_EQ(fault->count, kForEver);
  EXPECT_EQ(fault->error, ENOSPC);
  for (const char* text :
       {"", "write", "write .log 0 1", "write .log 0 1 EPERM", "writes .log 0 1 EIO", "sync * 0 x EIO"})
    EXPECT_FALSE(parse_disk_fault(text)) << text;
}

}  // namespace
}  // namespace stator::kv
