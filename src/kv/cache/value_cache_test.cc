#include "kv/cache/value_cache.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include "base/random.h"
#include "kv/cache/cached_store.h"
#include "kv/test_stores.h"

namespace stator::kv {
namespace {

// What find() gives: the value, or "-".
std::string find(ValueCache& cache, std::string_view key) {
  std::string value;
  ValueCache::Moment moment;
  return cache.find(key, value, moment) ? value : "-";
}

ValueCache::Moment moment_of(ValueCache& cache, std::string_view key) {
  std::string value;
  ValueCache::Moment moment;
  (void)cache.find(key, value, moment);
  return moment;
}

void read(ValueCache& cache, std::string_view key, std::string_view stored) {
  cache.keep(key, stored, moment_of(cache, key));
}

// Each begins with "a" = "1" kept.
struct WriteCase {
  std::string_view name;
  void (*fill)(Batch&);
  bool is_written;
  std::string_view want;
};

class ValueCacheWrites : public testing::TestWithParam<WriteCase> {};

TEST_P(ValueCacheWrites, HidesValuesMeanwhileAndKnowsThemAfterwards) {
  ValueCache cache(1UL << 20);
  read(cache, "a", "1");
  ASSERT_EQ(find(cache, "a"), "1");
  Batch batch;
  GetParam().fill(batch);
  cache.begin_write(batch);
  EXPECT_EQ(find(cache, "a"), "-");
  cache.end_write(batch, GetParam().is_written);
  EXPECT_EQ(find(cache, "a"), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ValueCacheWrites,
    testing::Values(WriteCase{"put", [](Batch& batch) { batch.put("a", "2"); }, true, "2"},
                    WriteCase{"failed_put", [](Batch& batch) { batch.put("a", "2"); }, false, "-"},
                    WriteCase{"last_put_counts",
                              [](Batch& batch) {
                                batch.put("a", "2");
                                batch.put("a", "3");
                              },
                              true, "3"},
                    WriteCase{"put_of_much", [](Batch& batch) { batch.put("a", std::string(100'000, 'x')); }, true,
                              "-"},
                    WriteCase{"erase", [](Batch& batch) { batch.erase("a"); }, true, "-"},
                    WriteCase{"failed_erase", [](Batch& batch) { batch.erase("a"); }, false, "-"},
                    WriteCase{"erase_and_put",
                              [](Batch& batch) {
                                batch.erase("a");
                                batch.put("a", "2");
                              },
                              true, "-"},
                    WriteCase{"range", [](Batch& batch) { batch.erase_range("a", "b"); }, true, "-"},
                    WriteCase{"failed_range", [](Batch& batch) { batch.erase_range("a", "b"); }, false, "-"},
                    WriteCase{"range_beside_it", [](Batch& batch) { batch.erase_range("b", "c"); }, true, "1"}),
    [](const auto& row) { return std::string(row.param.name); });

// A reader has asked the store before, while, or after "a" is written, and comes back with what it found.
TEST(ValueCache, KeepsNothingThatAWriteMayHaveReplaced) {
  for (const bool is_range : {false, true}) {
    SCOPED_TRACE(is_range);
    Batch batch;
    if (is_range) {
      batch.erase_range("a", "b");
    } else {
      batch.put("a", "new");
    }
    ValueCache cache(1UL << 20);
    const ValueCache::Moment before = moment_of(cache, "a");
    cache.begin_write(batch);
    cache.keep("a", "old", before);
    const ValueCache::Moment meanwhile = moment_of(cache, "a");
    cache.keep("a", "old", meanwhile);
    cache.end_write(batch, true);
    EXPECT_EQ(find(cache, "a"), "-");
    cache.keep("a", "old", before);
    cache.keep("a", "old", meanwhile);
    EXPECT_EQ(find(cache, "a"), "-");
    read(cache, "a", "new");
    EXPECT_EQ(find(cache, "a"), "new");
  }
}

TEST(ValueCache, KeepsNothingOfLogs) {
  ValueCache cache(1UL << 20);
  read(cache, "\022a", "1");
  EXPECT_EQ(find(cache, "\022a"), "-");
}

TEST(ValueCache, StaysWithinItsSizeAndKeepsWhatIsUsed) {
  constexpr std::size_t kBytes = 4UL << 20;
  ValueCache cache(kBytes);
  const std::string value(1000, 'v');
  for (int i = 0; i < 20'000; ++i) {
    read(cache, fmt::format("key{}", i), value);
    EXPECT_EQ(find(cache, "key0"), value) << i;
    ASSERT_LE(cache.bytes(), kBytes);
  }
  EXPECT_GT(cache.bytes(), kBytes / 2);
  EXPECT_EQ(find(cache, "key1"), "-");
}

TEST(ValueCache, GivesBackTheMemoryOfValuesThatShrink) {
  constexpr std::size_t kBytes = 8UL << 20;
  ValueCache cache(kBytes);
  const std::size_t before = mallinfo2().uordblks;
  for (int i = 0; i < 2'000; ++i) {
    const std::string key = fmt::format("key{}", i);
    read(cache, key, std::string(32UL << 10, 'v'));
    Batch batch;
    batch.put(key, "small");
    cache.begin_write(batch);
    cache.end_write(batch, true);
  }
  EXPECT_LT(mallinfo2().uordblks, before + 2 * kBytes);
}

TEST(ValueCache, OfNoSizeKeepsNothing) {
  ValueCache cache(0);
  read(cache, "a", "1");
  EXPECT_EQ(find(cache, "a"), "-");
}

// While one thread counts keys up, others read them point by point and in scans: no reader sees a count fall.
TEST(CachedStore, NoReaderGoesBack) {
  constexpr int kKeys = 3;
  constexpr int kWrites = 4000;
  const auto store = make_cached_store(make_memory_store(), 1UL << 20);
  std::atomic<bool> done = false;
  const auto watch = [&](std::uint64_t seed) {
    SeededRandom random(seed);
    std::array<int, kKeys> seen{};
    std::string value;
    while (!done) {
      if (random.next() % 2 == 0) {
        const auto i = static_cast<std::size_t>(random.next() % kKeys);
        if (!*store->get(fmt::format("k{}", i), Wait::kAllowed, value)) continue;
        ASSERT_GE(std::stoi(value), seen[i]);
        seen[i] = std::stoi(value);
      } else {
        std::size_t i = 0;
        for (const auto cursor = store->scan({"k", "l"}, Direction::kForward, Wait::kAllowed); cursor->valid();
             cursor->next(), ++i) {
          const int count = std::stoi(std::string(cursor->value()));
          ASSERT_GE(count, seen[i]);
          seen[i] = count;
        }
      }
    }
  };
  Batch first;
  for (int i = 0; i < kKeys; ++i) first.put(fmt::format("k{}", i), "0");
  ASSERT_TRUE(store->write(first));
  std::vector<std::thread> readers;
  for (std::uint64_t seed = 0; seed < 3; ++seed) readers.emplace_back(watch, seed);
  for (int n = 1; n <= kWrites; ++n) {
    Batch batch;
    for (int i = 0; i < kKeys; ++i) batch.put(fmt::format("k{}", i), std::to_string(n));
    ASSERT_TRUE(store->write(batch));
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(show_get(*store, "k0"), std::to_string(kWrites));
}

}  // namespace
}  // namespace stator::kv
