// The change log against the table: what its shards hold, replayed, is the table.
#include "storage/streams.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "kv/open.h"
#include "model/value_writer.h"
#include "storage/change_log.h"
#include "storage/check.h"
#include "storage/read_item.h"
#include "storage/write_item.h"

namespace stator::storage {
namespace {

using namespace std::chrono_literals;
using codec::ChangeKind;
using model::StreamViewType;
using Items = std::map<std::string, std::string>;  // encoded, by pk

model::Item item(std::string_view pk, std::string_view text) {
  model::MapWriter map;
  model::append_string(map.next("pk"), pk);
  if (!text.empty()) model::append_string(map.next("text"), text);
  std::string encoded;
  map.finish(encoded);
  return model::Item(encoded);
}

class StreamsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto engine = kv::make_local_engine(kv::make_memory_store(), clock_);
    ASSERT_TRUE(engine);
    auto storage = Storage::open(*std::move(engine), {}, clock_, random_);
    ASSERT_TRUE(storage);
    storage_ = *std::move(storage);
  }

  void TearDown() override {
    if (!HasFailure()) {
      EXPECT_EQ(problems(), "");
    }
  }

  // What the check of all data finds, "" if nothing.
  std::string problems() {
    const auto report = check(*storage_->engine().snapshot());
    if (!report) return report.error().message;
    return fmt::format("{}", fmt::join(report->problems, "\n"));
  }

  void create(StreamViewType view, std::uint64_t shards) {
    Session session{.storage = *storage_};
    model::Table table;
    table.region = "r";
    table.name = "T";
    table.key = model::KeySchema({{"pk", model::Type::kString}});
    table.stream = model::StreamSpecification{.view_type = view};
    table.shards = even_shards(shards);
    ASSERT_TRUE(storage_->create_table(session, table));
  }

  static std::vector<model::Shard> even_shards(std::uint64_t count) {
    std::vector<model::Shard> shards;
    const std::uint64_t step = UINT64_MAX / count;
    for (std::uint64_t i = 0; i < count; ++i) {
      shards.push_back({.number = {},
                        .parent = {},
                        .first_hash = i == 0 ? 0 : shards.back().last_hash + 1,
                        .last_hash = i + 1 == count ? UINT64_MAX : (i + 1) * step});
    }
    return shards;
  }

  void change(const std::function<void(model::Table&)>& how) {
    Session session{.storage = *storage_};
    const auto changed = storage_->change_table(session, "r", "T", [&](model::Table& table) -> Result<void> {
      how(table);
      return {};
    });
    ASSERT_TRUE(changed) << changed.error().message;
  }

  // Every open shard gets one child of its hashes, or two.
  void roll(bool split) {
    change([&](model::Table& table) {
      std::vector<model::Shard> next;
      for (const model::Shard& shard : table.shards) {
        const std::uint64_t middle = shard.first_hash + (shard.last_hash - shard.first_hash) / 2;
        const auto follow = [&](std::uint64_t first, std::uint64_t last) {
          next.push_back({.number = {}, .parent = shard.number, .first_hash = first, .last_hash = last});
        };
        follow(shard.first_hash, split ? middle : shard.last_hash);
        if (split) follow(middle + 1, shard.last_hash);
      }
      table.shards = std::move(next);
    });
  }

  // Null text: erases.
  void write(std::string_view pk, const char* text, codec::ChangeOrigin origin = codec::ChangeOrigin::kRequest) {
    Session session{.storage = *storage_, .origin = origin};
    const model::Item value = item(pk, text == nullptr ? "" : text);
    const ItemChange change = text == nullptr
                                  ? ItemChange{WriteAction::kErase, {}, 0}
                                  : ItemChange{WriteAction::kPut, value.value(), model::item_size(value.view())};
    ASSERT_TRUE(
        write_item(session, **storage_->usable_table("r", "T"), value.view(), [&](const auto*) { return change; }));
    for (const kv::Ticket& ticket : session.tickets) ASSERT_TRUE(kv::wait(ticket));
  }

  codec::StreamRecord last_stream() {
    return list_streams(storage_->engine(), kv::Wait::kAllowed, "r", "T", {}, 100)->back();
  }
  std::vector<StoredShard> shards(const codec::StreamRecord& stream) {
    return *read_shards(storage_->engine(), kv::Wait::kAllowed, stream);
  }

  // "insert a=1; remove a" of all shards, parents first.
  std::string show(const codec::StreamRecord& stream) {
    std::string shown;
    for_each_change(stream, [&](const codec::ChangeRecord& change) {
      constexpr const char* kKinds[] = {"insert", "modify", "remove"};
      if (!shown.empty()) shown += "; ";
      shown += kKinds[static_cast<int>(change.kind)];
      const auto part = [&](const char* name, const std::optional<model::ValueView>& map) {
        if (!map) return;
        shown += std::string(" ") + name + "=" + std::string(map->map().find("pk")->bytes());
        if (const auto text = map->map().find("text")) shown += ":" + std::string(text->bytes());
      };
      part("key", change.key);
      part("old", change.old_image);
      part("new", change.new_image);
      if (change.origin == codec::ChangeOrigin::kTimeToLive) shown += " by ttl";
    });
    return shown;
  }

  void for_each_change(const codec::StreamRecord& stream,
                       const std::function<void(const codec::ChangeRecord&)>& visit) {
    for (const StoredShard& shard : shards(stream)) {
      codec::LogPosition last;
      const auto each = [&](codec::LogPosition position, const codec::ChangeRecord& change) {
        EXPECT_LT(last, position);
        EXPECT_GT(position.commit, shard.opening.commit);
        if (shard.closing) {
          EXPECT_LT(position.commit, shard.closing->commit);
        }
        last = position;
        visit(change);
        return true;
      };
      ASSERT_TRUE(read_changes(storage_->engine(), kv::Wait::kAllowed, stream.table, shard.shard().number, {}, each));
    }
  }

  Items replay(const codec::StreamRecord& stream) {
    Items items;
    for_each_change(stream, [&](const codec::ChangeRecord& change) {
      const model::ValueView known = change.new_image ? *change.new_image : *change.old_image;
      const std::string pk(known.map().find("pk")->bytes());
      const auto at = items.find(pk);
      EXPECT_EQ(at == items.end(), change.kind == ChangeKind::kInsert);
      if (change.old_image) {
        EXPECT_EQ(at->second, change.old_image->encoded());
      }
      if (change.new_image) {
        items.insert_or_assign(pk, std::string(change.new_image->encoded()));
      } else {
        items.erase(pk);
      }
    });
    return items;
  }

  TrimStep trim(WallTime horizon) {
    Session session{.storage = *storage_};
    const auto step = trim_streams(session, horizon);
    EXPECT_TRUE(step) << step.error().message;
    for (const kv::Ticket& ticket : session.tickets) EXPECT_TRUE(kv::wait(ticket));
    return *step;
  }

  ManualClock clock_;
  SeededRandom random_{1};
  std::unique_ptr<Storage> storage_;
};

TEST_F(StreamsTest, ViewsHoldWhatTheyAreFor) {
  struct Row {
    StreamViewType view;
    const char* changes;
  };
  const Row rows[] = {
      {StreamViewType::kKeysOnly, "insert key=a; modify key=a; remove key=a by ttl"},
      {StreamViewType::kNewImage, "insert new=a:1; modify new=a:2; remove key=a by ttl"},
      {StreamViewType::kOldImage, "insert key=a; modify old=a:1; remove old=a:2 by ttl"},
      {StreamViewType::kNewAndOldImages, "insert new=a:1; modify old=a:1 new=a:2; remove old=a:2 by ttl"},
  };
  for (const Row& row : rows) {
    SetUp();
    create(row.view, 1);
    write("a", "1");
    write("a", "1");      // changes nothing
    write("b", nullptr);  // nor does this
    write("a", "2");
    write("a", nullptr, codec::ChangeOrigin::kTimeToLive);
    EXPECT_EQ(show(last_stream()), row.changes);
  }
}

TEST_F(StreamsTest, ReplayedShardsAreTheTable) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    SetUp();
    std::mt19937 chance(seed);
    const auto pick = [&](unsigned n) { return static_cast<unsigned>(chance() % n); };
    create(StreamViewType::kNewAndOldImages, 1 + pick(5));
    Items wanted;
    for (int i = 0; i < 300; ++i) {
      const std::string pk = "item" + std::to_string(pick(30));
      const std::string text = std::to_string(pick(4));
      if (pick(40) == 0) {
        roll(pick(2) == 0);
      } else if (pick(4) == 0) {
        write(pk, nullptr);
        wanted.erase(pk);
      } else {
        write(pk, text.c_str());
        wanted.insert_or_assign(pk, item(pk, text).encoded());
      }
    }
    EXPECT_EQ(replay(last_stream()), wanted) << "seed " << seed;
  }
}

TEST_F(StreamsTest, AShardFollowsItsParent) {
  create(StreamViewType::kKeysOnly, 2);
  roll(/*split=*/true);
  const auto all = shards(last_stream());
  ASSERT_EQ(all.size(), 6U);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(all[i].closing);
  for (std::size_t i = 2; i < 6; ++i) {
    EXPECT_FALSE(all[i].closing);
    ASSERT_TRUE(all[i].shard().parent);
    const StoredShard& parent = all[all[i].shard().parent->value - 1];
    EXPECT_EQ(all[i].opening.commit, parent.closing->commit);
    EXPECT_GE(all[i].shard().first_hash, parent.shard().first_hash);
    EXPECT_LE(all[i].shard().last_hash, parent.shard().last_hash);
  }
}

TEST_F(StreamsTest, AStreamOutlivesItsDisablingAndItsTable) {
  create(StreamViewType::kNewImage, 1);
  write("a", "1");
  change([](model::Table& table) { table.stream->enabled = false; });
  write("a", "2");
  // In the same millisecond.
  change([](model::Table& table) {
    table.stream = model::StreamSpecification{.view_type = StreamViewType::kKeysOnly};
    table.shards = even_shards(1);
  });
  write("a", "3");
  Session session{.storage = *storage_};
  ASSERT_TRUE(storage_->delete_table(session, "r", "T", [](const auto&) { return Result<void>(); }));

  const auto streams = *list_streams(storage_->engine(), kv::Wait::kAllowed, "r", "T", {}, 100);
  ASSERT_EQ(streams.size(), 2U);
  EXPECT_LT(streams[0].created, streams[1].created);
  EXPECT_EQ(show(streams[0]), "insert new=a:1");
  EXPECT_EQ(show(streams[1]), "modify key=a");
  for (const auto& stream : streams) {
    EXPECT_TRUE(stream.disabled);
    EXPECT_TRUE(shards(stream).front().closing);
  }
  // Another table of the name, in the same millisecond too.
  create(StreamViewType::kKeysOnly, 1);
  EXPECT_EQ(list_streams(storage_->engine(), kv::Wait::kAllowed, "r", "T", {}, 100)->size(), 3U);
  EXPECT_EQ(show(streams[0]), "insert new=a:1");
}

TEST_F(StreamsTest, WhoHasReadAllThatIsTrimmedMissesNothing) {
  create(StreamViewType::kKeysOnly, 1);
  write("a", "1");
  codec::LogPosition behind;
  const auto read = [&](codec::LogPosition position, const codec::ChangeRecord&) {
    behind = {.commit = position.commit, .place = position.place + 1};
    return true;
  };
  const auto stream = last_stream();
  ASSERT_TRUE(read_changes(storage_->engine(), kv::Wait::kAllowed, stream.table, stream.first_shard, {}, read));
  clock_.advance(1h);
  write("b", "1");
  trim(clock_.now());
  EXPECT_LE(shards(stream).front().trimmed_to, behind);
}

TEST_F(StreamsTest, WhatIsOldIsTrimmed) {
  create(StreamViewType::kKeysOnly, 1);
  write("a", "1");
  write("b", "1");
  clock_.advance(1h);
  write("c", "1");
  roll(/*split=*/false);
  write("d", "1");

  TrimStep step = trim(clock_.now());
  EXPECT_EQ(step.changes, 2U);
  EXPECT_TRUE(step.is_last);
  EXPECT_EQ(show(last_stream()), "insert key=c; insert key=d");
  EXPECT_GT(shards(last_stream()).front().trimmed_to, codec::LogPosition{});

  clock_.advance(1h);
  trim(clock_.now());
  EXPECT_EQ(show(last_stream()), "");
  ASSERT_EQ(shards(last_stream()).size(), 1U) << "the closed one is gone, the open one stays";

  change([](model::Table& table) { table.stream->enabled = false; });
  clock_.advance(1h);
  trim(clock_.now() - 2h);
  EXPECT_EQ(list_streams(storage_->engine(), kv::Wait::kAllowed, "r", "T", {}, 100)->size(), 1U);
  trim(clock_.now());
  EXPECT_TRUE(list_streams(storage_->engine(), kv::Wait::kAllowed, "r", "T", {}, 100)->empty());
}

struct Damage {
  const char* name;
  std::function<void(kv::Batch&, const codec::StreamRecord&)> damage;
  const char* want;  // part of the complaint
};

// That made `image`.
std::string change_of(const model::Item& image) {
  std::string record;
  codec::append_change_record(record, {.key = {}, .old_image = {}, .new_image = image.value()});
  return record;
}

class DamagedStreamsTest : public StreamsTest {
 protected:
  void TearDown() override {}
};

TEST_F(DamagedStreamsTest, AreFound) {
  const auto shard_of = [](const codec::StreamRecord& stream) { return stream.first_shard; };
  const Damage rows[] = {
      {"no stream",
       [](kv::Batch& batch, const auto& s) { batch.erase(codec::stream_key(s.region, s.table_name, s.created)); },
       "nothing is known of the stream"},
      {"no shard",
       [&](kv::Batch& batch, const auto& s) {
         batch.erase(codec::shard_key(s.table, shard_of(s), codec::ShardFact::kOpened));
       },
       "its open shards are not those of its table"},
      {"a closed one",
       [&](kv::Batch& batch, const auto& s) {
         batch.put(codec::shard_key(s.table, shard_of(s), codec::ShardFact::kClosed), codec::encode_shard_closing({}),
                   codec::kShardRecordCommitAt);
       },
       "its open shards are not those of its table"},
      {"a change after trimming",
       [&](kv::Batch& batch, const auto& s) {
         batch.put(codec::shard_key(s.table, shard_of(s), codec::ShardFact::kTrimmed),
                   codec::encode_shard_trimming({.commit = {1000}, .place = 0}));
       },
       "is said to be trimmed"},
      {"a change of an item that is older",
       [&](kv::Batch& batch, const auto& s) {
         batch.put(codec::change_key(s.table, shard_of(s), {.commit = {1000}, .place = 0}), change_of(item("a", "9")));
       },
       "its item knows nothing of"},
      {"a change before the shard",
       [&](kv::Batch& batch, const auto& s) {
         batch.put(codec::change_key(s.table, shard_of(s), {.commit = {0}, .place = 0}), change_of(item("a", "9")));
       },
       "was made when it was not open"},
      {"a change of another shard",
       [&](kv::Batch& batch, const auto& s) {
         const ShardNumber other{shard_of(s).value + 1};
         batch.log(codec::changes_prefix(s.table, other), change_of(item("a", "1")));
         batch.log(codec::changes_prefix(s.table, shard_of(s)), change_of(item("a", "1")));
       },
       "is another shard's"},
      {"a change that shows nothing of its item",
       [&](kv::Batch& batch, const auto& s) {
         model::MapWriter map;
         model::append_string(map.next("other"), "1");
         std::string encoded;
         map.finish(encoded);
         batch.log(codec::changes_prefix(s.table, shard_of(s)), change_of(model::Item(encoded)));
       },
       "does not tell its item"},
      {"a change of nothing",
       [](kv::Batch& batch, const auto& s) {
         batch.log(codec::changes_prefix({s.table.value + 1}, {1}), change_of(item("a", "1")));
       },
       "something is left in key space 18"},
  };
  for (const Damage& row : rows) {
    SCOPED_TRACE(row.name);
    SetUp();
    create(StreamViewType::kNewImage, 2);
    write("a", "1");
    ASSERT_EQ(problems(), "");
    const codec::StreamRecord stream = last_stream();
    const auto decide = [&](const kv::DecisionView&, kv::Batch& batch) -> Result<kv::Verdict> {
      row.damage(batch, stream);
      return kv::Verdict::kCommit;
    };
    const auto ticket = storage_->engine().commit({}, kv::Wait::kAllowed, decide);
    ASSERT_TRUE(ticket && kv::wait(*ticket));
    EXPECT_NE(problems().find(row.want), std::string::npos) << problems();
  }
}

}  // namespace
}  // namespace stator::storage
