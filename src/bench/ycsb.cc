#include "bench/ycsb.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bench/measured.h"
#include "bench/texts.h"

namespace stator::bench {
namespace {

constexpr unsigned kFields = 10;
constexpr unsigned kVersions = 2;
constexpr std::uint64_t kPartitionItems = 1000;
constexpr std::uint64_t kLongestScan = 100;

// So many updates of each item; none if the mix has none.
Bodies bodies_if(bool wanted, std::string operation, std::size_t count, std::function<std::string(std::size_t)> make) {
  return {std::move(operation), wanted ? count : 0, std::move(make)};
}

bool finds_nothing(std::string_view body) { return body.find("\"pk\"") == std::string_view::npos; }

}  // namespace

Mix mix_of(std::string_view workload, std::string_view distribution) {
  Mix mix;
  switch (workload.front()) {
    case 'a':
      mix = {.read = 50, .update = 50};
      break;
    case 'b':
      mix = {.read = 95, .update = 5};
      break;
    case 'c':
      mix = {.read = 100};
      break;
    case 'd':
      mix = {.read = 95, .insert = 5, .popularity = Popularity::kLatest};
      break;
    case 'e':
      mix = {.insert = 5, .scan = 95};
      break;
    default:
      mix = {.read = 50, .read_modify_write = 50};
      break;
  }
  if (distribution == "uniform") mix.popularity = Popularity::kUniform;
  if (distribution == "zipfian") mix.popularity = Popularity::kZipfian;
  if (distribution == "latest") mix.popularity = Popularity::kLatest;
  return mix;
}

YcsbItems::YcsbItems(std::size_t count, std::size_t item_bytes, bool has_partitions)
    : field_bytes_(std::max<std::size_t>(item_bytes / kFields, 1)),
      partitions_(has_partitions ? std::max<std::uint64_t>(count / kPartitionItems, 1) : 0) {}

std::string YcsbItems::create_table(std::string_view table) const {
  constexpr std::string_view kDefinition = R"({{"AttributeName":"{}","AttributeType":"S"}})";
  constexpr std::string_view kKey = R"({{"AttributeName":"{}","KeyType":"{}"}})";
  std::string definitions = fmt::format(kDefinition, "pk");
  std::string keys = fmt::format(kKey, "pk", "HASH");
  if (partitions_ > 0) {
    definitions += "," + fmt::format(kDefinition, "sk");
    keys += "," + fmt::format(kKey, "sk", "RANGE");
  }
  return fmt::format(
      R"({{"TableName":"{}","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{}],"KeySchema":[{}]}})", table,
      definitions, keys);
}

std::string YcsbItems::key(std::uint64_t i) const {
  if (partitions_ == 0) return fmt::format(R"("pk":{{"S":"user-{:010}"}})", i);
  return fmt::format(R"("pk":{{"S":"thread-{:06}"}},"sk":{{"S":"post-{:010}"}})", i % partitions_, i / partitions_);
}

std::string YcsbItems::item(std::uint64_t i) const {
  std::string item = "{" + key(i);
  for (unsigned f = 0; f < kFields; ++f) item += fmt::format(R"(,"field{}":{{"S":"{}"}})", f, field(i, f, kVersions));
  return item += '}';
}

std::string YcsbItems::key_condition(std::uint64_t i) const {
  return fmt::format(R"("KeyConditionExpression":"pk = :p AND sk >= :s","ExpressionAttributeValues":)"
                     R"({{":p":{{"S":"thread-{:06}"}},":s":{{"S":"post-{:010}"}}}})",
                     i % partitions_, i / partitions_);
}

std::string_view YcsbItems::field(std::uint64_t i, unsigned field, unsigned version) const {
  const std::uint64_t at = (i * kFields + field) * (kVersions + 1) + version;
  return text_of(at, field_bytes_);
}

YcsbKeys::YcsbKeys(std::uint64_t loaded, Popularity popularity, std::uint64_t seed)
    : loaded_(loaded),
      popularity_(popularity),
      random_(seed),
      scattered_(loaded, seed),
      zipfian_(loaded),
      next_(loaded),
      known_(loaded) {}

std::uint64_t YcsbKeys::draw() {
  switch (popularity_) {
    case Popularity::kUniform:
      return draw_below(random_, loaded_);
    case Popularity::kZipfian:
      return scattered_(zipfian_.draw(random_));
    case Popularity::kLatest:
      return known_ - 1 - zipfian_.draw(random_);
  }
  return 0;
}

void YcsbKeys::acknowledge(std::uint64_t key) {
  early_.insert(key);
  while (!early_.empty() && *early_.begin() == known_) {
    early_.erase(early_.begin());
    ++known_;
  }
  if (popularity_ == Popularity::kLatest) zipfian_.grow(known_);
}

Ycsb::Ycsb(Caller& caller, Signer& signer, const Settings& settings)
    : caller_(caller),
      signer_(signer),
      table_(settings.table),
      mix_(settings.mix),
      items_(settings.items, settings.item_bytes, settings.mix.scan > 0),
      keys_(settings.items, settings.mix.popularity, settings.seed),
      loaded_(settings.items),
      reads_(signer, bodies_if(mix_.read + mix_.read_modify_write > 0, "GetItem", loaded_,
                               [this](std::size_t i) { return read_body(i); })),
      updates_(signer, bodies_if(mix_.update + mix_.read_modify_write > 0, "UpdateItem", loaded_ * kVersions,
                                 [this](std::size_t i) {
                                   return update_body(i / kVersions, static_cast<unsigned>(i % kVersions));
                                 })),
      scans_(signer, bodies_if(mix_.scan > 0, "Query", loaded_, [this](std::size_t i) { return scan_body(i); })),
      versions_(loaded_),
      clients_(settings.connections) {
  if (mix_.read > 0) kinds_.push_back(Kind::kRead);
  if (mix_.update > 0) kinds_.push_back(Kind::kUpdate);
  if (mix_.insert > 0) kinds_.push_back(Kind::kInsert);
  if (mix_.scan > 0) kinds_.push_back(Kind::kScan);
  if (mix_.read_modify_write > 0) kinds_.push_back(Kind::kReadModifyWrite);
}

std::vector<std::string> Ycsb::kinds() const {
  std::vector<std::string> names;
  for (const Kind kind : kinds_) {
    switch (kind) {
      case Kind::kRead:
        names.emplace_back("read");
        break;
      case Kind::kUpdate:
        names.emplace_back("update");
        break;
      case Kind::kInsert:
        names.emplace_back("insert");
        break;
      case Kind::kScan:
        names.emplace_back("scan");
        break;
      case Kind::kReadModifyWrite:
        names.emplace_back("read-modify-write");
        break;
    }
  }
  return names;
}

Ycsb::Kind Ycsb::draw_kind() {
  auto percent = static_cast<unsigned>(draw_below(keys_.random(), 100));
  const auto takes = [&](unsigned share) {
    if (percent < share) return true;
    percent -= share;
    return false;
  };
  if (takes(mix_.read)) return Kind::kRead;
  if (takes(mix_.update)) return Kind::kUpdate;
  if (takes(mix_.insert)) return Kind::kInsert;
  return takes(mix_.scan) ? Kind::kScan : Kind::kReadModifyWrite;
}

unsigned Ycsb::index_of(Kind kind) const {
  return static_cast<unsigned>(std::ranges::find(kinds_, kind) - kinds_.begin());
}

std::optional<Attempt> Ycsb::request(unsigned connection) {
  Client& client = clients_[connection];
  const auto attempt = [&](std::string_view request) { return Attempt{request, index_of(client.kind)}; };
  if (client.is_writing_back) return attempt(update(client));
  client.kind = draw_kind();
  client.key = client.kind == Kind::kInsert ? keys_.take_new() : keys_.draw();
  switch (client.kind) {
    case Kind::kRead:
    case Kind::kReadModifyWrite:
      return attempt(read(client));
    case Kind::kUpdate:
      return attempt(update(client));
    case Kind::kInsert:
      return attempt(insert(client));
    case Kind::kScan:
      return attempt(scan(client));
  }
  return std::nullopt;
}

Judgement Ycsb::judge(unsigned connection, const Answer& answer) {
  Client& client = clients_[connection];
  const bool has_read = client.kind == Kind::kRead || client.kind == Kind::kScan ||
                        (client.kind == Kind::kReadModifyWrite && !client.is_writing_back);
  const bool was_writing_back = std::exchange(client.is_writing_back, false);
  if (!answer.is_ok()) return {Verdict::kError, {}};
  if (has_read && finds_nothing(answer.body())) return {Verdict::kError, kNoSuchItem};
  if (client.kind == Kind::kInsert) keys_.acknowledge(client.key);
  if (client.kind != Kind::kReadModifyWrite || was_writing_back) return {Verdict::kDone, {}};
  client.is_writing_back = true;
  return {Verdict::kNext, {}};
}

std::string_view Ycsb::read(Client& client) {
  if (client.key < loaded_) return reads_.request(client.key, client.buffer);
  client.buffer = signer_.request("GetItem", read_body(client.key));
  return client.buffer;
}

std::string_view Ycsb::update(Client& client) {
  if (client.key < loaded_) {
    std::uint8_t& version = versions_[client.key];
    version = static_cast<std::uint8_t>((version + 1) % kVersions);
    return updates_.request(client.key * kVersions + version, client.buffer);
  }
  client.buffer =
      signer_.request("UpdateItem", update_body(client.key, static_cast<unsigned>(keys_.random().next() % kVersions)));
  return client.buffer;
}

std::string_view Ycsb::scan(Client& client) {
  if (client.key < loaded_) return scans_.request(client.key, client.buffer);
  client.buffer = signer_.request("Query", scan_body(client.key));
  return client.buffer;
}

std::string_view Ycsb::insert(Client& client) {
  client.buffer =
      signer_.request("PutItem", fmt::format(R"({{"TableName":"{}","Item":{}}})", table_, items_.item(client.key)));
  return client.buffer;
}

std::string Ycsb::read_body(std::uint64_t key) const {
  return fmt::format(R"({{"TableName":"{}","Key":{{{}}}}})", table_, items_.key(key));
}

std::string Ycsb::update_body(std::uint64_t key, unsigned version) const {
  const auto field = static_cast<unsigned>(key % kFields);
  return fmt::format(R"({{"TableName":"{}","Key":{{{}}},"UpdateExpression":"SET field{} = :v",)"
                     R"("ExpressionAttributeValues":{{":v":{{"S":"{}"}}}}}})",
                     table_, items_.key(key), field, items_.field(key, field, version));
}

// As long a scan for the same item each time: one request serves all.
std::string Ycsb::scan_body(std::uint64_t key) const {
  const Permutation lengths(1ULL << 32, 1);
  return fmt::format(R"({{"TableName":"{}","Limit":{},{}}})", table_, lengths(key % (1ULL << 32)) % kLongestScan + 1,
                     items_.key_condition(key));
}

Result<std::optional<std::string>> Ycsb::fault() {
  constexpr std::uint64_t kLookedFor = 100;
  const std::uint64_t inserted = keys_.known() - loaded_;
  for (std::uint64_t i = 0; i < std::min(inserted, kLookedFor); ++i) {
    const std::uint64_t key = loaded_ + (inserted <= kLookedFor ? i : draw_below(keys_.random(), inserted));
    std::string body = read_body(key);
    body.insert(1, R"("ConsistentRead":true,)");
    TRY_ASSIGN(const std::string answer, caller_.demand("GetItem", body));
    if (finds_nothing(answer)) return fmt::format("an acknowledged insert is not there: {}", items_.key(key));
  }
  return std::nullopt;
}

}  // namespace stator::bench
