#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "kv/open.h"
#include "kv/test_stores.h"

namespace stator::kv {
namespace {

constexpr int kKeys = 1000;
constexpr std::size_t kValue = 1000;

std::string key(int i) { return fmt::format("{:04}", i); }

void put_all(Store& store, char fill) {
  Batch batch;
  for (int i = 0; i < kKeys; ++i) batch.put(key(i), std::string(kValue, fill));
  ASSERT_TRUE(store.write(batch));
}

void put_one(Store& store, char fill) {
  Batch batch;
  batch.put(key(0), std::string(kValue, fill));
  ASSERT_TRUE(store.write(batch));
}

TEST(MemoryStore, KeepsAValueNoLongerThanItsReaders) {
  const std::unique_ptr<Store> store = make_memory_store();
  put_all(*store, 'a');
  const std::uint64_t once = store->sizes().memory_bytes;
  EXPECT_GT(once, kKeys * kValue);
  put_all(*store, 'b');
  EXPECT_EQ(store->sizes().memory_bytes, once);

  auto snapshot = store->snapshot();
  put_all(*store, 'c');
  const std::uint64_t twice = store->sizes().memory_bytes;
  EXPECT_GT(twice, once + kKeys * kValue);
  // However often a value is replaced, nobody can see what came between.
  for (int i = 0; i < 5; ++i) put_all(*store, 'd');
  EXPECT_EQ(store->sizes().memory_bytes, twice);
  EXPECT_EQ(show_get(*snapshot, key(7)), std::string(kValue, 'b'));

  auto cursor = snapshot->scan({key(0), key(kKeys)}, Direction::kForward, Wait::kAllowed);
  snapshot.reset();
  put_one(*store, 'e');
  EXPECT_EQ(store->sizes().memory_bytes, twice);
  cursor.reset();
  put_one(*store, 'f');
  EXPECT_EQ(store->sizes().memory_bytes, once);
}

TEST(MemoryStore, FreesWhatIsErased) {
  const std::unique_ptr<Store> store = make_memory_store();
  put_one(*store, 'a');
  const std::uint64_t one = store->sizes().memory_bytes;
  put_all(*store, 'b');
  auto snapshot = store->snapshot();
  Batch batch;
  batch.erase_range(key(1), key(kKeys));
  ASSERT_TRUE(store->write(batch));
  EXPECT_EQ(show_get(*snapshot, key(kKeys - 1)), std::string(kValue, 'b'));
  EXPECT_EQ(show_get(*store, key(kKeys - 1)), "-");
  EXPECT_GT(store->sizes().memory_bytes, kKeys * kValue);
  snapshot.reset();
  put_one(*store, 'c');
  EXPECT_EQ(store->sizes().memory_bytes, one);
}

}  // namespace
}  // namespace stator::kv
