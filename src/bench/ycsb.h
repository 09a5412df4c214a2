// YCSB's core workloads A to F: mixes of operations on items of ten fields.
// Source: B. F. Cooper et al., "Benchmarking cloud serving systems with YCSB", SoCC 2010.
//
// The table of e has the partition key "pk" and the sort key "sk", both of type S, with about a thousand items in each
// partition, which scans read as a Query of up to a hundred; that of all others has "pk" alone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "bench/connection.h"
#include "bench/distribution.h"
#include "bench/request_pool.h"
#include "bench/signing.h"
#include "bench/workload.h"

namespace stator::bench {

enum class Popularity : std::uint8_t {
  kUniform,
  kZipfian,  // some items are asked for far more often than others; they lie anywhere
  kLatest,   // likewise, and they are those that were inserted last
};

// In percent.
struct Mix {
  unsigned read = 0;
  unsigned update = 0;
  unsigned insert = 0;
  unsigned scan = 0;
  unsigned read_modify_write = 0;
  Popularity popularity = Popularity::kZipfian;
};

// Of a workload "a" to "f"; `distribution` is of config::kBenchDistributions, or empty for the workload's own.
[[nodiscard]] Mix mix_of(std::string_view workload, std::string_view distribution);

// The items and their places.
class YcsbItems {
 public:
  YcsbItems(std::size_t count, std::size_t item_bytes, bool has_partitions);

  [[nodiscard]] std::string create_table(std::string_view table) const;
  // {"pk":{"S":"user-0000000007"}}, without the braces.
  [[nodiscard]] std::string key(std::uint64_t i) const;
  [[nodiscard]] std::string item(std::uint64_t i) const;
  // Of the partition's items from this one on.
  [[nodiscard]] std::string key_condition(std::uint64_t i) const;
  // The text of a field; those of different versions differ.
  [[nodiscard]] std::string_view field(std::uint64_t i, unsigned field, unsigned version) const;

 private:
  std::size_t field_bytes_;
  std::uint64_t partitions_;  // 0: each item is one
};

// Which item the next operation is for: of those that are there, inserted ones as soon as they are acknowledged.
class YcsbKeys {
 public:
  YcsbKeys(std::uint64_t loaded, Popularity popularity, std::uint64_t seed);

  std::uint64_t draw();
  // The key of the next insert.
  std::uint64_t take_new() { return next_++; }
  void acknowledge(std::uint64_t key);
  // Keys below this are there: all before the first insert that was not acknowledged.
  [[nodiscard]] std::uint64_t known() const { return known_; }
  [[nodiscard]] Random& random() { return random_; }

 private:
  const std::uint64_t loaded_;
  const Popularity popularity_;
  SeededRandom random_;
  Permutation scattered_;
  Zipfian zipfian_;
  std::uint64_t next_;
  std::uint64_t known_;
  std::set<std::uint64_t> early_;  // acknowledged, above known_
};

class Ycsb final : public Workload {
 public:
  struct Settings {
    std::string table;
    std::size_t items = 0;
    std::size_t item_bytes = 0;
    Mix mix;
    unsigned connections = 1;
    std::uint64_t seed = 1;
  };

  // `caller` and `signer` must outlive it.
  Ycsb(Caller& caller, Signer& signer, const Settings& settings);

  [[nodiscard]] const YcsbItems& items() const { return items_; }

  [[nodiscard]] std::vector<std::string> kinds() const override;
  std::optional<Attempt> request(unsigned connection) override;
  // A read or scan that does not find its item is an error.
  Judgement judge(unsigned connection, const Answer& answer) override;
  void lost(unsigned connection) override { clients_[connection].is_writing_back = false; }
  // An acknowledged insert that is not there; a hundred of them are looked for.
  Result<std::optional<std::string>> fault() override;

 private:
  enum class Kind : std::uint8_t { kRead, kUpdate, kInsert, kScan, kReadModifyWrite };

  struct Client {
    Kind kind = Kind::kRead;
    std::uint64_t key = 0;
    bool is_writing_back = false;  // what it has read
    std::string buffer;
  };

  [[nodiscard]] Kind draw_kind();
  [[nodiscard]] unsigned index_of(Kind kind) const;
  [[nodiscard]] std::string_view read(Client& client);
  [[nodiscard]] std::string_view update(Client& client);
  [[nodiscard]] std::string_view scan(Client& client);
  [[nodiscard]] std::string_view insert(Client& client);
  [[nodiscard]] std::string read_body(std::uint64_t key) const;
  [[nodiscard]] std::string update_body(std::uint64_t key, unsigned version) const;
  [[nodiscard]] std::string scan_body(std::uint64_t key) const;

  Caller& caller_;
  Signer& signer_;
  const std::string table_;
  const Mix mix_;
  std::vector<Kind> kinds_;
  YcsbItems items_;
  YcsbKeys keys_;
  std::uint64_t loaded_;
  RequestPool reads_;    // of the items that were loaded, as all of these
  RequestPool updates_;  // kVersions times
  RequestPool scans_;
  std::vector<std::uint8_t> versions_;  // of each item's next update
  std::vector<Client> clients_;
};

}  // namespace stator::bench
