// Invariants of an engine under many threads, with and without failing writes and crashes. A cell holds a count, which
// every commit on it raises by one, and the number of the commit that did it last.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/random.h"
#include "kv/fault/fault_store.h"
#include "kv/test_stores.h"

namespace stator::kv {
namespace {

constexpr int kThreads = 8;
constexpr int kCells = 5;
constexpr std::string_view kTotal = "total";

struct Cell {
  std::uint64_t commit = 0;
  std::uint64_t count = 0;
};

Cell read_cell(std::string_view bytes) {
  return {load_big_endian<std::uint64_t>(bytes), load_big_endian<std::uint64_t>(bytes.substr(8))};
}

std::string cell_key(std::uint64_t i) { return fmt::format("cell{}", i); }

// Raises every cell of `keys` in one commit. The commit number that it saw in any of them, at most, goes to `seen`.
Result<Ticket> raise(Engine& engine, const std::vector<std::string>& keys, Wait wait, bool alone, std::uint64_t& seen) {
  const auto decide = [&](const DecisionView& view, Batch& batch) -> Result<Verdict> {
    seen = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      TRY_ASSIGN(const auto bytes, view.get(i));
      const Cell cell = bytes ? read_cell(*bytes) : Cell{};
      seen = std::max(seen, cell.commit);
      std::string next(8, '\0');
      append_big_endian(next, cell.count + 1);
      batch.put(keys[i], next, 0);
    }
    batch.add(kTotal, std::array{static_cast<std::int64_t>(keys.size())});
    return Verdict::kCommit;
  };
  return alone ? engine.commit_alone(keys, decide) : engine.commit(keys, wait, decide);
}

struct Tally {
  std::atomic<std::uint64_t> raised = 0;     // cells, by commits known to be durable
  std::atomic<std::uint64_t> attempted = 0;  // cells, by commits whose outcome is another
};

// One thread's commits: on one cell or two, sometimes alone, half of them first tried without waiting.
void work(Engine& engine, std::uint64_t seed, int commits, Tally& tally) {
  SeededRandom random(seed);
  for (int i = 0; i < commits; ++i) {
    std::vector<std::string> keys = {cell_key(random.next() % kCells)};
    if (random.next() % 3 == 0) {
      const std::string other = cell_key(random.next() % kCells);
      if (other != keys[0]) keys.push_back(other);
    }
    const bool alone = random.next() % 50 == 0;
    std::uint64_t seen = 0;
    Result<Ticket> ticket = raise(engine, keys, random.next() % 2 == 0 ? Wait::kNever : Wait::kAllowed, alone, seen);
    if (!ticket && ticket.error().code == ErrorCode::kWouldBlock) {
      ticket = raise(engine, keys, Wait::kAllowed, alone, seen);
    }
    ASSERT_TRUE(ticket) << ticket.error().message;
    if (wait(*ticket)) {
      tally.raised += keys.size();
      EXPECT_GT(engine.last_durable().value, seen);
    } else {
      tally.attempted += keys.size();
    }
  }
}

void work_in_threads(Engine& engine, int commits, Tally& tally) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] { work(engine, static_cast<std::uint64_t>(i), commits, tally); });
  }
  for (std::thread& thread : threads) thread.join();
}

std::uint64_t sum_of_cells(const Reader& reader) {
  std::uint64_t sum = 0;
  std::string bytes;
  for (int i = 0; i < kCells; ++i) {
    if (*reader.get(cell_key(static_cast<std::uint64_t>(i)), Wait::kAllowed, bytes)) sum += read_cell(bytes).count;
  }
  return sum;
}

std::uint64_t total(const Reader& reader) {
  std::string bytes;
  if (!*reader.get(kTotal, Wait::kAllowed, bytes)) return 0;
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

class EngineStress : public testing::TestWithParam<HomeKind> {};

TEST_P(EngineStress, NoIncrementIsLost) {
  const std::unique_ptr<Home> home = GetParam().make();
  Tally tally;
  CommitNumber last;
  for (int life = 0; life < 2; ++life) {
    auto engine = make_local_engine(home->open(), test_clock());
    ASSERT_TRUE(engine);
    EXPECT_EQ((*engine)->last_durable(), last);
    work_in_threads(**engine, 150, tally);
    (*engine)->close();
    last = (*engine)->last_durable();
    EXPECT_EQ(last.value, static_cast<std::uint64_t>((life + 1) * kThreads * 150));
    EXPECT_EQ(tally.attempted, 0);
    EXPECT_EQ(sum_of_cells(**engine), tally.raised);
    EXPECT_EQ(total(**engine), tally.raised);
  }
}

// While others write, a snapshot and a cursor each show a state between two commits: the counter is the cells' sum.
TEST_P(EngineStress, ReadersSeeWholeCommits) {
  const std::unique_ptr<Home> home = GetParam().make();
  auto engine = make_local_engine(home->open(), test_clock());
  ASSERT_TRUE(engine);
  Tally tally;
  std::atomic<bool> done = false;
  std::thread reader([&] {
    std::uint64_t before = 0;
    while (!done) {
      const auto snapshot = (*engine)->snapshot();
      const std::uint64_t sum = sum_of_cells(*snapshot);
      EXPECT_EQ(sum, total(*snapshot));
      EXPECT_GE(sum, before);
      before = sum;

      std::uint64_t cells = 0;
      std::uint64_t counted = 0;
      for (const auto cursor = (*engine)->scan({"cell", "totalz"}, Direction::kBackward, Wait::kAllowed);
           cursor->valid(); cursor->next()) {
        if (cursor->key() == kTotal) {
          std::memcpy(&counted, cursor->value().data(), sizeof counted);
        } else {
          cells += read_cell(cursor->value()).count;
        }
      }
      EXPECT_EQ(cells, counted);
      EXPECT_GE(cells, before);
    }
  });
  work_in_threads(**engine, 100, tally);
  done = true;
  reader.join();
}

INSTANTIATE_TEST_SUITE_P(Stores, EngineStress, testing::ValuesIn(home_kinds()),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST(EngineFaults, WhatFailedIsNowhereAndWhatSucceededIsThere) {
  const std::shared_ptr<Store> memory = make_memory_store();
  const auto faults = std::make_shared<Faults>();
  auto engine = make_local_engine(std::make_unique<FaultStore>(memory, faults), test_clock());
  ASSERT_TRUE(engine);
  faults->before_write([&](std::size_t number) {
    if (number % 7 == 3) faults->fail_writes(0, 1 + number % 3, {ErrorCode::kInternal, "The disk is full: a test."});
  });
  Tally tally;
  work_in_threads(**engine, 300, tally);
  (*engine)->close();
  EXPECT_GT(tally.attempted, 0);
  EXPECT_GT(tally.raised, 0);
  EXPECT_EQ(sum_of_cells(**engine), tally.raised);
  EXPECT_EQ(total(**engine), tally.raised);
}

// A crash keeps all that was acknowledged, and of the rest whole commits, in order.
TEST(EngineFaults, ACrashKeepsWhatWasAcknowledged) {
  for (std::size_t round = 0; round < 30; ++round) {
    SCOPED_TRACE(round);
    const std::shared_ptr<Store> memory = make_memory_store();
    const auto faults = std::make_shared<Faults>();
    Tally tally;
    CommitNumber last;
    {
      auto engine = make_local_engine(std::make_unique<FaultStore>(memory, faults), test_clock());
      ASSERT_TRUE(engine);
      // Every other time the last group is in the store though nobody was told.
      const auto point = round % 2 == 0 ? Faults::Point::kBefore : Faults::Point::kAfter;
      faults->fail_writes(5 + round, 1, {ErrorCode::kInternal, "The power is gone."}, point);
      faults->before_write([&, limit = 6 + round](std::size_t number) {
        if (number >= limit) faults->crash();
      });
      work_in_threads(**engine, 40, tally);
      last = (*engine)->last_durable();
    }
    auto engine = make_local_engine(share(memory), test_clock());
    ASSERT_TRUE(engine);
    EXPECT_GE((*engine)->last_durable(), last);
    const std::uint64_t sum = sum_of_cells(**engine);
    EXPECT_EQ(sum, total(**engine));
    EXPECT_GE(sum, tally.raised);
    EXPECT_LE(sum, tally.raised + tally.attempted);
    Batch batch;
    batch.put("stamp", "--------", 0);
    ASSERT_TRUE(commit_now(**engine, batch));
    for (int i = 0; i < kCells; ++i) {
      std::string bytes;
      if (!*(*engine)->get(cell_key(static_cast<std::uint64_t>(i)), Wait::kAllowed, bytes)) continue;
      EXPECT_LT(read_cell(bytes).commit, load_big_endian<std::uint64_t>(show_get(**engine, "stamp")));
    }
  }
}

}  // namespace
}  // namespace stator::kv
