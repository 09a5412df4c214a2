// What the tests of kv/ stand on: folders of their own, and the stores and engines that the same rows run over.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "kv/open.h"

namespace stator::kv {

// A folder that goes away with it.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A place that data stays in while the stores over it come and go.
class Home {
 public:
  virtual ~Home() = default;
  // At most one at a time. Dies with an assertion if it cannot be opened.
  virtual std::unique_ptr<Store> open() = 0;
};

struct HomeKind {
  std::string_view name;
  std::unique_ptr<Home> (*make)();
};

// memory, rocksdb (synced), rocksdb_os, rocksdb_none.
[[nodiscard]] const std::vector<HomeKind>& home_kinds();

// A Store over one that somebody else owns as well.
[[nodiscard]] std::unique_ptr<Store> share(std::shared_ptr<Store> store);

// Commits `batch` without looking at anything, and waits.
Result<void> commit_now(Engine& engine, const Batch& batch);

[[nodiscard]] const Clock& test_clock();

// "value", "-" for none, or "error N".
[[nodiscard]] std::string show_get(const Reader& reader, std::string_view key, Wait wait = Wait::kAllowed);
// "a=1 b=2", with " error N" behind it if the cursor stopped at an error.
[[nodiscard]] std::string show_scan(const Reader& reader, const Range& range, Direction direction,
                                    Wait wait = Wait::kAllowed);

}  // namespace stator::kv
