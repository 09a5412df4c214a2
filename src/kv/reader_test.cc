// The same rows over every store, bare and under an engine. A row is a script of commands and what its queries show.

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "kv/test_stores.h"

namespace stator::kv {
namespace {

// A store or an engine, to be written to and read from.
class Subject {
 public:
  Subject(const HomeKind& kind, bool with_engine) : home_(kind.make()), with_engine_(with_engine) { open(); }

  void reopen() {
    store_.reset();
    engine_.reset();
    open();
  }
  Result<void> write(const Batch& batch) { return engine_ ? commit_now(*engine_, batch) : store_->write(batch); }
  [[nodiscard]] const Reader& reader() const {
    if (engine_) return *engine_;
    return *store_;
  }
  [[nodiscard]] std::unique_ptr<Reader> snapshot() const { return engine_ ? engine_->snapshot() : store_->snapshot(); }

 private:
  void open() {
    if (!with_engine_) {
      store_ = home_->open();
      return;
    }
    auto engine = make_local_engine(home_->open(), test_clock());
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = *std::move(engine);
  }

  std::unique_ptr<Home> home_;
  bool with_engine_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Engine> engine_;
};

// Commands: put K V, erase K, range B E (changes of the next write), write, snap (takes a snapshot), drop (it),
// hold B E (a cursor), reopen; queries, each of which shows a line: get K, scan B E, back B E, sget K, sscan B E,
// sback B E (from the snapshot), held (the rest of the held cursor).
class Script {
 public:
  explicit Script(Subject& subject) : subject_(subject) {}

  std::string run(const std::string& script) {
    std::istringstream in(script);
    for (std::string command; in >> command;) step(command, in);
    return shown_;
  }

 private:
  void step(const std::string& command, std::istringstream& in) {
    const auto word = [&] {
      std::string w;
      in >> w;
      return w;
    };
    const auto range = [&] {
      Range r;
      in >> r.begin >> r.end;
      return r;
    };
    const bool is_snap = command[0] == 's' && command != "scan" && command != "snap";
    const Reader& reader = is_snap ? *snapshot_ : subject_.reader();
    const std::string query = is_snap ? command.substr(1) : command;
    if (command == "put") {
      const std::string key = word();
      batch_.put(key, word());
    } else if (command == "erase") {
      batch_.erase(word());
    } else if (command == "range") {
      const Range r = range();
      batch_.erase_range(r.begin, r.end);
    } else if (command == "write") {
      const Result<void> written = subject_.write(batch_);
      EXPECT_TRUE(written) << written.error().message;
      batch_.clear();
    } else if (command == "snap") {
      snapshot_ = subject_.snapshot();
    } else if (command == "drop") {
      snapshot_.reset();
    } else if (command == "hold") {
      held_ = subject_.reader().scan(range(), Direction::kForward, Wait::kAllowed);
    } else if (command == "reopen") {
      held_.reset();
      snapshot_.reset();
      subject_.reopen();
    } else if (query == "get") {
      show(show_get(reader, word()));
    } else if (query == "scan") {
      show(show_scan(reader, range(), Direction::kForward));
    } else if (query == "back") {
      show(show_scan(reader, range(), Direction::kBackward));
    } else if (command == "held") {
      std::string rest;
      for (; held_->valid(); held_->next()) rest += std::string(held_->key()) + "=" + std::string(held_->value()) + " ";
      show(rest);
    } else {
      FAIL() << "unknown command " << command;
    }
  }
  void show(const std::string& line) { shown_ += line + "\n"; }

  Subject& subject_;
  Batch batch_;
  std::unique_ptr<Reader> snapshot_;
  std::unique_ptr<Cursor> held_;
  std::string shown_;
};

struct Row {
  const char* name;
  const char* script;
  const char* want;
};

constexpr Row kRows[] = {
    {"nothing", "get a scan a z back a z", "-\n\n\n"},
    {"put and get", "put a 1 put b 2 write get a get b get c", "1\n2\n-\n"},
    {"the last put wins", "put a 1 put a 2 write get a put a 3 write get a", "2\n3\n"},
    {"erase", "put a 1 put b 2 write erase a write get a scan a z", "-\nb=2\n"},
    {"erase what is not there", "erase a write get a", "-\n"},
    {"put after erase in one write", "put a 1 write erase a put a 2 write get a", "2\n"},
    {"erase after put in one write", "put a 1 erase a write get a scan a z", "-\n\n"},
    {"scan has its begin, not its end", "put a 1 put b 2 put c 3 write scan a c back a c", "a=1 b=2\nb=2 a=1\n"},
    {"scan between keys", "put b 1 put d 2 put f 3 write scan a e back c g", "b=1 d=2\nf=3 d=2\n"},
    {"scan of an empty range", "put a 1 write scan a a back a a scan b a back b a", "\n\n\n\n"},
    {"range", "put a 1 put b 2 put c 3 write range a c write scan a z get b", "c=3\n-\n"},
    {"range and put in one write", "put b 1 write put a 2 range a c put b 3 write scan a z", "b=3\n"},
    {"put after range", "put b 1 write range a z write put b 2 write scan a z", "b=2\n"},
    {"snapshot stays", "put a 1 put b 2 write snap put a 3 erase b put c 4 write sget a sget b sget c get a scan a z",
     "1\n2\n-\n3\na=3 c=4\n"},
    {"snapshot scans", "put a 1 put b 2 write snap range a z put d 9 write sscan a z sback a z scan a z",
     "a=1 b=2\nb=2 a=1\nd=9\n"},
    {"snapshot of nothing", "snap put a 1 write sget a sscan a z get a", "-\n\n1\n"},
    {"snapshots one after another", "put a 1 write snap put a 2 write drop snap put a 3 write sget a drop get a",
     "2\n3\n"},
    {"erased and put again under a snapshot",
     "put a 1 write snap erase a write put a 2 write erase a write sget a get a drop put b 1 write get a scan a z",
     "1\n-\n-\nb=1\n"},
    {"a cursor keeps its state", "put a 1 put b 2 put c 3 write hold a z erase b put d 4 write held scan a z",
     "a=1 b=2 c=3 \na=1 c=3 d=4\n"},
    {"reopen",
     "put a 1 put b 2 put c 3 write erase b write range c d write put e 5 write reopen scan a z put a 6 write "
     "reopen scan a z",
     "a=1 e=5\na=6 e=5\n"},
};

// Their first byte is kLogSpace (18, octal 22); the commit number and the place that log() appends are of no interest
// here, so the entries are put.
constexpr Row kLogRows[] = {
    {"beside other keys", "put a 1 put \022a 2 write get a get \022a scan a z scan \022 \023", "1\n2\na=1\n\022a=2\n"},
    {"one write, one snapshot", "put a 1 put \022a 1 write snap put a 2 put \022a 2 write sget a sget \022a", "1\n1\n"},
    {"range", "put \022a 1 put \022b 2 put a 3 write range \022a \022b write scan \022b \023 get \022a get a",
     "\022b=2\n-\n3\n"},
    {"reopen", "put \022a 1 put a 1 write erase a write reopen scan \022 \023 get a", "\022a=1\n-\n"},
};

class ReaderTest : public testing::TestWithParam<std::tuple<HomeKind, bool>> {};

TEST_P(ReaderTest, Rows) {
  std::vector<Row> rows(std::begin(kRows), std::end(kRows));
  rows.insert(rows.end(), std::begin(kLogRows), std::end(kLogRows));
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Subject subject(std::get<0>(GetParam()), std::get<1>(GetParam()));
    EXPECT_EQ(Script(subject).run(row.script), row.want);
  }
}

// More keys and bytes than a cursor copies, a block holds or a memtable's piece has.
TEST_P(ReaderTest, LongScansHaveEveryKeyOnce) {
  Subject subject(std::get<0>(GetParam()), std::get<1>(GetParam()));
  constexpr int kKeys = 3000;
  const auto key = [](int i) { return fmt::format("k{:05}", i); };
  Batch batch;
  for (int i = 0; i < kKeys; ++i) batch.put(key(i), std::string(static_cast<std::size_t>(i % 500), 'v'));
  ASSERT_TRUE(subject.write(batch));
  const std::unique_ptr<Reader> before = subject.snapshot();
  batch.clear();
  batch.erase_range(key(100), key(2900));
  ASSERT_TRUE(subject.write(batch));

  for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
    int expected = direction == Direction::kForward ? 0 : kKeys - 1;
    const int step = direction == Direction::kForward ? 1 : -1;
    const auto cursor = before->scan({"k", "l"}, direction, Wait::kAllowed);
    for (; cursor->valid(); cursor->next(), expected += step) {
      ASSERT_EQ(cursor->key(), key(expected));
      ASSERT_EQ(cursor->value().size(), static_cast<std::size_t>(expected % 500));
    }
    EXPECT_EQ(expected, direction == Direction::kForward ? kKeys : -1);

    int count = 0;
    const auto after = subject.reader().scan({"k", "l"}, direction, Wait::kAllowed);
    for (; after->valid(); after->next()) ++count;
    EXPECT_EQ(count, 200);
  }
}

// Random writes, with snapshots kept over some of them, against std::map.
TEST_P(ReaderTest, AgreesWithAModel) {
  Subject subject(std::get<0>(GetParam()), std::get<1>(GetParam()));
  SeededRandom random(7);
  const auto any_key = [&] { return fmt::format("{:02}", random.next() % 40); };
  using Model = std::map<std::string, std::string>;
  const auto show = [](const Model& model) {
    std::vector<std::string> entries;
    for (const auto& [k, v] : model) entries.push_back(k + "=" + v);
    return fmt::format("{}", fmt::join(entries, " "));
  };

  Model model;
  std::vector<std::pair<std::unique_ptr<Reader>, Model>> snapshots;
  for (int round = 0; round < 300; ++round) {
    Batch batch;
    for (std::uint64_t i = random.next() % 4 + 1; i > 0; --i) {
      const std::string key = any_key();
      switch (random.next() % 8) {
        case 0: {
          const std::string end = any_key();
          batch.erase_range(key, end);
          if (key < end) model.erase(model.lower_bound(key), model.lower_bound(end));
          break;
        }
        case 1:
        case 2:
          batch.erase(key);
          model.erase(key);
          break;
        default:
          batch.put(key, std::to_string(round));
          model[key] = std::to_string(round);
      }
    }
    if (!batch.empty()) {
      ASSERT_TRUE(subject.write(batch));
    }
    if (random.next() % 10 == 0) snapshots.emplace_back(subject.snapshot(), model);
    if (random.next() % 12 == 0 && !snapshots.empty()) {
      snapshots.erase(snapshots.begin() + static_cast<std::ptrdiff_t>(random.next() % snapshots.size()));
    }
    ASSERT_EQ(show_scan(subject.reader(), {"0", "9"}, Direction::kForward), show(model));
    for (const auto& [snapshot, kept] : snapshots) {
      ASSERT_EQ(show_scan(*snapshot, {"0", "9"}, Direction::kForward), show(kept));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReaderTest, testing::Combine(testing::ValuesIn(home_kinds()), testing::Bool()),
                         [](const auto& row) {
                           return std::string(std::get<0>(row.param).name) +
                                  (std::get<1>(row.param) ? "_engine" : "_store");
                         });

}  // namespace
}  // namespace stator::kv
