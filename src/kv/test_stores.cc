#include "kv/test_stores.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "kv/fault/fault_store.h"
#include "kv/ticket.h"

namespace stator::kv {
namespace {

class MemoryHome final : public Home {
 public:
  std::unique_ptr<Store> open() override { return share(store_); }

 private:
  std::shared_ptr<Store> store_ = make_memory_store();
};

template <Durability durability>
class RocksDbHome final : public Home {
 public:
  std::unique_ptr<Store> open() override {
    DiskOptions options;
    options.folder = folder_.path();
    options.durability = durability;
    options.cache_bytes = 8UL << 20;
    auto store = open_rocksdb_store(options, test_clock());
    EXPECT_TRUE(store) << store.error().message;
    return *std::move(store);
  }

 private:
  TestFolder folder_;
};

template <class T>
std::unique_ptr<Home> make_home() {
  return std::make_unique<T>();
}

}  // namespace

// In memory if that can be had: what a disk keeps through a power cut no test here could see.
TestFolder::TestFolder() {
  const std::filesystem::path memory = "/dev/shm";
  const bool in_memory = ::access(memory.c_str(), W_OK) == 0;
  std::string name = ((in_memory ? memory : std::filesystem::temp_directory_path()) / "stator-kv-XXXXXX").string();
  path_ = ::mkdtemp(name.data());
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

const std::vector<HomeKind>& home_kinds() {
  static const std::vector<HomeKind> kinds = {
      {"memory", make_home<MemoryHome>},
      {"rocksdb", make_home<RocksDbHome<Durability::kSync>>},
      {"rocksdb_os", make_home<RocksDbHome<Durability::kOs>>},
      {"rocksdb_none", make_home<RocksDbHome<Durability::kNone>>},
  };
  return kinds;
}

std::unique_ptr<Store> share(std::shared_ptr<Store> store) {
  return std::make_unique<FaultStore>(std::move(store), std::make_shared<Faults>());
}

Result<void> commit_now(Engine& engine, const Batch& batch) {
  const auto decide = [&](const DecisionView&, Batch& decided) -> Result<Verdict> {
    decided = batch;
    return Verdict::kCommit;
  };
  TRY_ASSIGN(const Ticket ticket, engine.commit({}, Wait::kAllowed, decide));
  return wait(ticket);
}

const Clock& test_clock() {
  static const SystemClock clock;
  return clock;
}

std::string show_get(const Reader& reader, std::string_view key, Wait wait) {
  std::string value = "of the read before";
  const Result<bool> present = reader.get(key, wait, value);
  if (!present) return fmt::format("error {}", static_cast<int>(present.error().code));
  return *present ? value : "-";
}

std::string show_scan(const Reader& reader, const Range& range, Direction direction, Wait wait) {
  std::string shown;
  const std::unique_ptr<Cursor> cursor = reader.scan(range, direction, wait);
  for (; cursor->valid(); cursor->next()) {
    if (!shown.empty()) shown += ' ';
    shown += fmt::format("{}={}", cursor->key(), cursor->value());
  }
  if (const Result<void> status = cursor->status(); !status) {
    shown += fmt::format(" error {}", static_cast<int>(status.error().code));
  }
  return shown;
}

}  // namespace stator::kv
