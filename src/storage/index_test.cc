// Indexes are the projections of their tables, whatever is written and in whatever order indexes come and go.
#include <atomic>
#include <random>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "codec/keys.h"
#include "kv/fault/fault_store.h"
#include "kv/open.h"
#include "model/value_writer.h"
#include "storage/backfill.h"
#include "storage/check.h"
#include "storage/read_page.h"
#include "storage/write_item.h"

namespace stator::storage {
namespace {

using model::IndexKind;
using model::KeySchema;
using model::ProjectionType;
using model::Type;

// An attribute: text, a number if it begins with '#', absent if empty.
using Attributes = std::vector<std::pair<std::string, std::string>>;

model::Item make_item(const Attributes& attributes) {
  model::MapWriter map;
  for (const auto& [name, text] : attributes) {
    if (text.starts_with('#')) {
      model::append_number(map.next(name), *model::Number::parse(text.substr(1)));
    } else {
      model::append_string(map.next(name), text);
    }
  }
  std::string encoded;
  map.finish(encoded);
  return model::Item(encoded);
}

model::Index make_index(std::string name, IndexKind kind, KeySchema key, model::Projection projection = {}) {
  model::Index index;
  index.name = std::move(name);
  index.kind = kind;
  index.key = std::move(key);
  index.projection = std::move(projection);
  return index;
}

class IndexTest : public testing::Test {
 protected:
  void SetUp() override {
    auto engine = kv::make_local_engine(
        std::make_unique<kv::FaultStore>(std::shared_ptr<kv::Store>(kv::make_memory_store()), faults_), clock_);
    ASSERT_TRUE(engine);
    auto storage = Storage::open(*std::move(engine), {.item_collection_limit = 10'000}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
  }

  void create(std::vector<model::Index> indexes) {
    model::Table table;
    table.region = "r";
    table.name = "T";
    table.key = KeySchema({{"pk", Type::kString}}, {{"sk", Type::kNumber}});
    table.indexes = std::move(indexes);
    Session session{.storage = *storage_};
    ASSERT_TRUE(storage_->create_table(session, std::move(table)));
  }
  TablePtr table() { return *storage_->usable_table("r", "T"); }

  void change(const std::function<void(model::Table&)>& change) {
    Session session{.storage = *storage_};
    ASSERT_TRUE(storage_->change_table(session, "r", "T", [&](model::Table& changed) -> Result<void> {
      change(changed);
      return {};
    }));
  }
  void add_index(model::Index index) {
    index.backfilling = true;
    change([&](model::Table& changed) { changed.indexes.push_back(index); });
  }
  void drop_index(const std::string& name) {
    change([&](model::Table& changed) {
      for (model::Index& index : changed.indexes) {
        if (index.name == name) index.status = model::TableStatus::kDeleting;
      }
    });
  }
  // One step of the index's backfill, as if the process had been started before.
  Result<BackfillStep> backfill_step(const std::string& name, std::size_t limit) {
    const TablePtr present = table();
    TRY_ASSIGN(Backfill backfill, Backfill::resume(*storage_, present, present->find_index(name)->index().number));
    Session session{.storage = *storage_};
    TRY_ASSIGN(const BackfillStep step, backfill.step(session, limit));
    for (const kv::Ticket& ticket : session.tickets) TRY(kv::wait(ticket));
    return step;
  }
  void end_backfill(const std::string& name) {
    change([&](model::Table& changed) {
      for (model::Index& index : changed.indexes) {
        if (index.name == name) index.backfilling = false;
      }
    });
  }

  Result<WriteEffect> write(const model::Item& key, const ItemDecision& decide) {
    for (;;) {
      Session session{.storage = *storage_};
      auto effect = write_item(session, *table(), key.view(), decide);
      for (const kv::Ticket& ticket : session.tickets) TRY(kv::wait(ticket));
      if (effect || effect.error().code != ErrorCode::kStale) return effect;
      storage_->await_change();
    }
  }
  Result<WriteEffect> put(const model::Item& item) {
    return write(item, [&](const codec::ItemRecord*) {
      return ItemChange{WriteAction::kPut, item.value(), model::item_size(item.view())};
    });
  }
  Result<WriteEffect> erase(const model::Item& key) {
    return write(key, [&](const codec::ItemRecord*) { return ItemChange{WriteAction::kErase, {}, 0}; });
  }

  // What the check finds, "" if nothing.
  std::string problems() {
    const auto report = check(*storage_->engine().snapshot());
    if (!report) return report.error().message;
    return fmt::format("{}", fmt::join(report->problems, "\n"));
  }

  // The items of an index as the index has them, in its order.
  std::vector<model::Item> entries(const std::string& name) {
    const TablePtr present = table();
    const IndexEntries* index = present->find_index(name);
    const std::string all = codec::item_prefix(present->definition().number, index->index().number);
    Session session{.storage = *storage_};
    Page page;
    EXPECT_TRUE(read_page(session, {.table = *present, .index = index}, {all, codec::after_prefix(all)},
                          kv::Direction::kForward, {}, page));
    std::vector<model::Item> found;
    std::string_view rest = page.items;
    for (model::ValueView item; model::take_value(rest, item);) found.emplace_back(std::string(item.encoded()));
    return found;
  }

  ManualClock clock_;
  SeededRandom random_{1};
  std::shared_ptr<kv::Faults> faults_ = std::make_shared<kv::Faults>();
  std::unique_ptr<Storage> storage_;
};

TEST_F(IndexTest, KeepsOfAnItemWhatItsProjectionNames) {
  const KeySchema by_g({{"g", Type::kString}}, {{"n", Type::kNumber}});
  create(
      {make_index("all", IndexKind::kGlobal, by_g),
       make_index("keys", IndexKind::kGlobal, by_g, {.type = ProjectionType::kKeysOnly, .non_key_attributes = {}}),
       make_index("some", IndexKind::kGlobal, by_g, {.type = ProjectionType::kInclude, .non_key_attributes = {"x"}})});
  const Attributes item{{"pk", "a"}, {"sk", "#1"}, {"g", "g"}, {"n", "#7"}, {"x", "1"}, {"y", "2"}};
  ASSERT_TRUE(put(make_item(item)));
  EXPECT_EQ(entries("all"), std::vector{make_item(item)});
  EXPECT_EQ(entries("keys"), std::vector{make_item({{"pk", "a"}, {"sk", "#1"}, {"g", "g"}, {"n", "#7"}})});
  EXPECT_EQ(entries("some"), std::vector{make_item({{"pk", "a"}, {"sk", "#1"}, {"g", "g"}, {"n", "#7"}, {"x", "1"}})});
}

TEST_F(IndexTest, HasOnlyItemsWithAUsableKey) {
  create({make_index("by", IndexKind::kGlobal, KeySchema({{"g", Type::kString}}, {{"n", Type::kNumber}}))});
  const struct {
    const char* name;
    Attributes attributes;
    std::size_t want;
  } rows[] = {
      {"both", {{"g", "g"}, {"n", "#7"}}, 1},
      {"no partition key", {{"n", "#7"}}, 0},
      {"no sort key", {{"g", "g"}}, 0},
      {"wrong type", {{"g", "g"}, {"n", "7"}}, 0},
      {"empty", {{"g", ""}, {"n", "#7"}}, 0},
      {"long", {{"g", std::string(2048, 'x')}, {"n", "#7"}}, 1},
      {"too long", {{"g", std::string(2049, 'x')}, {"n", "#7"}}, 0},
  };
  for (const auto& row : rows) {
    Attributes attributes = row.attributes;
    attributes.insert(attributes.end(), {{"pk", "a"}, {"sk", "#1"}});
    ASSERT_TRUE(put(make_item(attributes))) << row.name;
    EXPECT_EQ(entries("by").size(), row.want) << row.name;
    EXPECT_EQ(problems(), "") << row.name;
  }
}

TEST_F(IndexTest, WritesTellWhatTheyDidToIndexes) {
  create({make_index("by", IndexKind::kGlobal, KeySchema({{"g", Type::kString}}),
                     {.type = ProjectionType::kInclude, .non_key_attributes = {"x"}})});
  // pk 2 + 1, sk 2 + 2, g 1 + n, x 1 + n.
  const struct {
    const char* name;
    Attributes attributes;
    std::string want;  // old size, new size, moved
  } rows[] = {
      {"no key", {{"x", "1"}}, ""},
      {"gets one", {{"g", "1"}, {"x", "1"}}, "0 11 false"},
      {"the same again", {{"g", "1"}, {"x", "1"}}, ""},
      {"another attribute", {{"g", "1"}, {"x", "1"}, {"y", "1"}}, ""},
      {"a projected attribute", {{"g", "1"}, {"x", "123"}}, "11 13 false"},
      {"another key", {{"g", "22"}, {"x", "123"}}, "13 14 true"},
      {"loses it", {{"x", "123"}}, "14 0 false"},
  };
  for (const auto& row : rows) {
    Attributes attributes = row.attributes;
    attributes.insert(attributes.end(), {{"pk", "a"}, {"sk", "#1"}});
    const auto effect = put(make_item(attributes));
    ASSERT_TRUE(effect) << row.name;
    std::string did;
    for (const IndexChange& c : effect->indexes) did += fmt::format("{} {} {}", c.old_size, c.new_size, c.is_moved);
    EXPECT_EQ(did, row.want) << row.name;
  }
}

TEST_F(IndexTest, CollectionsAreCountedAndLimited) {
  create({make_index("local", IndexKind::kLocal, KeySchema({{"pk", Type::kString}}, {{"l", Type::kString}}))});
  const auto sized = [](std::string_view sk, std::size_t bytes, bool in_index) {
    Attributes attributes{{"pk", "a"}, {"sk", std::string(sk)}, {"x", std::string(bytes, 'x')}};
    if (in_index) attributes.emplace_back("l", "1");
    return make_item(attributes);
  };
  // The limit is 10,000 bytes; pk 2 + 1, sk 2 + 2, l 1 + 1, x 1 + n; an item in the index counts twice.
  EXPECT_EQ(put(sized("#1", 1990, true))->collection_bytes, 4000);
  EXPECT_EQ(put(sized("#2", 5992, false))->collection_bytes, 10'000);
  const auto refused = put(sized("#3", 0, false));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kItemCollectionSizeLimitExceeded);
  EXPECT_EQ(put(sized("#2", 5991, false))->collection_bytes, 9999);
  EXPECT_EQ(erase(sized("#1", 0, false))->collection_bytes, 5999);
  EXPECT_EQ(put(make_item({{"pk", "b"}, {"sk", "#1"}}))->collection_bytes, 7);
  EXPECT_EQ(problems(), "");
  EXPECT_EQ(erase(sized("#2", 0, false))->collection_bytes, 0);
  EXPECT_EQ(problems(), "");
}

TEST_F(IndexTest, DroppedIndexLeavesNothing) {
  create({make_index("by", IndexKind::kGlobal, KeySchema({{"g", Type::kString}}))});
  ASSERT_TRUE(put(make_item({{"pk", "a"}, {"sk", "#1"}, {"g", "1"}})));
  const IndexNumber number = table()->find_index("by")->index().number;
  drop_index("by");
  EXPECT_EQ(table()->find_index("by"), nullptr);
  add_index(make_index("by", IndexKind::kGlobal, KeySchema({{"g", Type::kString}})));
  EXPECT_NE(table()->find_index("by")->index().number, number);
  EXPECT_TRUE(entries("by").empty());
  ASSERT_TRUE(backfill_step("by", 10)->is_last);
  end_backfill("by");
  EXPECT_EQ(entries("by").size(), 1U);
  EXPECT_EQ(problems(), "");
}

TEST_F(IndexTest, TheCheckNoticesDamage) {
  const model::Item item = make_item({{"pk", "a"}, {"sk", "#1"}, {"g", "1"}});
  const model::Item other = make_item({{"pk", "b"}, {"sk", "#1"}, {"g", "1"}});
  const auto record = [](const model::Item& of) {
    std::string bytes;
    codec::append_item_record(bytes, of.value(), model::item_size(of.view()));
    return bytes;
  };
  const auto key_of = [](const model::Table& t, const model::Item& of) {
    return codec::item_key(t.number, t.key, of.view());
  };
  const auto entry_of = [](const model::Table& t, const model::Item& of) {
    return codec::entry_key(t, *t.find_index("by"), of.view());
  };
  using One = std::array<std::int64_t, 1>;
  using Two = std::array<std::int64_t, 2>;
  const struct {
    const char* name;
    std::function<void(const model::Table&, kv::Batch&)> damage;
    std::string want;
  } rows[] = {
      {"no entry", [&](auto& t, auto& b) { b.erase(entry_of(t, item)); }, "has no entry in by"},
      {"an entry too many", [&](auto& t, auto& b) { b.put(entry_of(t, other), record(other)); }, "has no item"},
      {"an old entry",
       [&](auto& t, auto& b) {
         b.put(entry_of(t, item), record(make_item({{"pk", "a"}, {"sk", "#1"}, {"g", "1"}, {"x", "1"}})));
       },
       "is not what the index keeps"},
      {"no item", [&](auto& t, auto& b) { b.erase(key_of(t, item)); }, "has no item"},
      {"another item", [&](auto& t, auto& b) { b.put(key_of(t, item), record(other)); }, "under another key"},
      {"a wrong count",
       [&](auto& t, auto& b) { b.add(codec::counters_key(t.number, t.find_index("by")->number), Two{1, 0}); },
       "were counted"},
      {"a wrong collection", [&](auto& t, auto& b) { b.add(codec::collection_key(t, item.view()), One{1}); },
       "were counted"},
      {"an index of no table's",
       [&](auto& t, auto& b) { b.put(codec::item_prefix(t.number, IndexNumber{9}, 1), record(item)); },
       "something is left"},
      {"a table that is not there",
       [&](auto& t, auto& b) { b.put(codec::item_prefix({t.number.value + 1}, IndexNumber{0}, 1), record(item)); },
       "something is left"},
      {"a collection of no table's",
       [&](auto& t, auto& b) { b.add(codec::collection_prefix({t.number.value + 1}) + "a", One{1}); },
       "something is left"},
      {"a collection of nothing", [&](auto& t, auto& b) { b.add(codec::collection_key(t, other.view()), One{1}); },
       "collections are counted"},
  };
  for (const auto& row : rows) {
    SetUp();
    create({make_index("by", IndexKind::kGlobal, KeySchema({{"g", Type::kString}})),
            make_index("local", IndexKind::kLocal, KeySchema({{"pk", Type::kString}}, {{"g", Type::kString}}))});
    ASSERT_TRUE(put(item));
    ASSERT_EQ(problems(), "") << row.name;
    const TablePtr present = table();
    const auto damaged = storage_->engine().commit({}, kv::Wait::kAllowed, [&](const auto&, kv::Batch& batch) {
      row.damage(present->definition(), batch);
      return Result<kv::Verdict>(kv::Verdict::kCommit);
    });
    ASSERT_TRUE(damaged && kv::wait(*damaged));
    EXPECT_THAT(problems(), testing::HasSubstr(row.want)) << row.name;
  }
}

TEST_F(IndexTest, DelayedStateIsTheOneOfThen) {
  using namespace std::chrono_literals;
  DelayedState delayed(storage_->engine(), 100ms, clock_);
  create({});
  const auto sees_table = [&] { return read_catalog(*delayed.get())->tables().size() == 1; };
  EXPECT_FALSE(sees_table());
  clock_.advance(50ms);
  delayed.note();
  clock_.advance(99ms);
  EXPECT_FALSE(sees_table());
  clock_.advance(1ms);
  EXPECT_TRUE(sees_table());
  EXPECT_EQ(DelayedState(storage_->engine(), 0ms, clock_).get(), nullptr);
}

// Random writes of items with and without index keys, right and wrong ones, while indexes are added, filled and
// dropped.
TEST_F(IndexTest, AnyHistoryKeepsIndexesTheProjections) {
  std::mt19937_64 random(7);
  const auto draw = [&](std::uint64_t below) { return random() % below; };
  const auto value = [&] { return std::array<std::string, 6>{"a", "b", "#1", "#2", "", "c"}[draw(6)]; };
  const auto projection = [&]() -> model::Projection {
    const auto type = static_cast<ProjectionType>(draw(3));
    return {.type = type,
            .non_key_attributes =
                type == ProjectionType::kInclude ? std::vector<std::string>{"x", "g"} : std::vector<std::string>{}};
  };
  const std::array<KeySchema, 4> keys{
      KeySchema({{"g", Type::kString}}), KeySchema({{"g", Type::kString}}, {{"h", Type::kNumber}}),
      KeySchema({{"g", Type::kString}, {"h", Type::kString}}, {{"i", Type::kNumber}, {"sk", Type::kNumber}}),
      KeySchema({{"sk", Type::kNumber}}, {{"pk", Type::kString}})};
  create(
      {make_index("local", IndexKind::kLocal, KeySchema({{"pk", Type::kString}}, {{"g", Type::kString}}), projection()),
       make_index("first", IndexKind::kGlobal, keys[1], projection())});
  std::vector<std::string> filling;
  std::vector<std::string> filled{"first"};
  for (int round = 0; round < 3000; ++round) {
    Attributes attributes{{"pk", std::array{"p", "q"}[draw(2)]}, {"sk", fmt::format("#{}", draw(20))}};
    for (const char* name : {"g", "h", "i", "x", "y"}) {
      if (draw(3) != 0) attributes.emplace_back(name, value());
    }
    ASSERT_TRUE(draw(4) == 0 ? erase(make_item(attributes)) : put(make_item(attributes)));
    if (draw(30) == 0 && filling.size() < 3) {
      filling.push_back(fmt::format("added-{}", round));
      add_index(make_index(filling.back(), IndexKind::kGlobal, keys[draw(keys.size())], projection()));
    }
    if (!filling.empty() && draw(4) == 0) {
      const std::size_t at = draw(filling.size());
      if (backfill_step(filling[at], 3)->is_last) {
        end_backfill(filling[at]);
        filled.push_back(filling[at]);
        filling.erase(filling.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    if (draw(60) == 0) {
      std::vector<std::string>& from = !filling.empty() && draw(2) == 0 ? filling : filled;
      if (!from.empty()) {
        drop_index(from.front());
        from.erase(from.begin());
      }
    }
    if (round % 10 == 0) {
      ASSERT_EQ(problems(), "") << "round " << round;
    }
  }
}

TEST_F(IndexTest, BackfillUnderConcurrentWritersAndFailures) {
  create({});
  constexpr std::uint64_t kKeys = 200;
  const auto item = [](std::uint64_t key, std::uint64_t g) {
    return make_item({{"pk", "p"}, {"sk", fmt::format("#{}", key)}, {"g", fmt::format("{}", g)}});
  };
  for (std::uint64_t key = 0; key < kKeys; ++key) ASSERT_TRUE(put(item(key, 0)));
  std::atomic<bool> done = false;
  std::vector<std::thread> writers;
  for (unsigned seed = 0; seed < 3; ++seed) {
    writers.emplace_back([&, seed] {
      std::mt19937_64 random(seed);
      while (!done) {
        const model::Item next = item(random() % kKeys, random() % 5);
        // Some fail, together with all that are on their way.
        static_cast<void>(random() % 5 == 0 ? erase(next) : put(next));
      }
    });
  }
  std::mt19937_64 random(11);
  for (int round = 0; round < 20; ++round) {
    const std::string name = fmt::format("by-{}", round);
    add_index(make_index(name, IndexKind::kGlobal, KeySchema({{"g", Type::kString}})));
    for (bool is_last = false; !is_last;) {
      const bool fails = random() % 3 == 0;
      if (fails) faults_->fail_writes(0, 1, {ErrorCode::kInternal, "no"});
      const auto step = backfill_step(name, 16);
      is_last = step && step->is_last;
      while (fails && !put(item(0, 0))) {
      }
      EXPECT_EQ(problems(), "");
    }
    end_backfill(name);
    EXPECT_EQ(problems(), "");
    drop_index(name);
  }
  done = true;
  for (std::thread& writer : writers) writer.join();
}

}  // namespace
}  // namespace stator::storage
