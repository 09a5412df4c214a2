#include "jobs/expiry_job.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "codec/item_record.h"
#include "codec/keys.h"
#include "jobs/job_thread.h"
#include "kv/ticket.h"
#include "model/number.h"
#include "storage/write_item.h"

namespace stator::jobs {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::microseconds kBetweenWalks = 500ms;
constexpr std::chrono::microseconds kAfterFailure = 1s;
// Items that were written when their time was over already lie before the position that a walk has come to. They wait
// for a walk from the first one.
constexpr std::chrono::seconds kBetweenWholeWalks = 10s;
constexpr std::size_t kItemsInCommit = 32;
constexpr std::size_t kItemsInStep = 1024;
// How much longer than a step the rest after it is while there are requests.
constexpr int kRestsPerStep = 2;
constexpr std::uint64_t kFewRequests = 10;
// What is longer ago than five years is taken for something else than a time to live.
constexpr std::chrono::days kLongestAgo{5 * 365};

}  // namespace

std::chrono::microseconds ExpiryJob::step() {
  const MonotonicTime begun = with_.clock.monotonic();
  const auto catalog = with_.storage.catalog();
  std::erase_if(walks_, [&](const auto& walk) {
    return std::ranges::none_of(catalog->tables(), [&](const auto& entry) {
      return entry.second->definition().number == walk.first && entry.second->definition().expiry;
    });
  });
  bool has_more = false;
  bool has_tables = false;
  for (const auto& [name, table] : catalog->tables()) {
    const model::Table& definition = table->definition();
    if (!definition.expiry || definition.status == model::TableStatus::kDeleting) continue;
    has_tables = true;
    const Result<bool> swept = sweep(table);
    if (swept) {
      has_more = has_more || *swept;
    } else if (swept.error().code != ErrorCode::kStale) {
      with_.log.write(obs::Level::kWarn, "expired items could not be deleted",
                      {{"table", definition.name}, {"cause", swept.error().message}});
      return kAfterFailure;
    }
  }
  if (!has_tables) return JobThread::kUntilWoken;
  if (!has_more) return kBetweenWalks;
  if (!is_busy()) return 0us;
  return std::chrono::duration_cast<std::chrono::microseconds>(with_.clock.monotonic() - begun) * kRestsPerStep;
}

Result<bool> ExpiryJob::sweep(const storage::TablePtr& table) {
  Walk& walk = walks_[table->definition().number];
  std::vector<model::Item> keys;
  TRY_ASSIGN(const bool has_more, find_expired(*table, walk, keys));
  TRY(delete_expired(*table, keys));
  return has_more;
}

Result<bool> ExpiryJob::find_expired(const storage::TableHandle& table, Walk& walk,
                                     std::vector<model::Item>& keys) const {
  const model::Table& definition = table.definition();
  const auto [first, end] = expired_seconds();
  const MonotonicTime now = with_.clock.monotonic();
  if (walk.position.empty() || now - walk.begun >= kBetweenWholeWalks) {
    walk = {.position = codec::expiry_prefix(definition.number, definition.expiry->number, first), .begun = now};
  }
  const kv::Range range{walk.position, codec::expiry_prefix(definition.number, definition.expiry->number, end)};
  const auto cursor = with_.storage.engine().scan(range, kv::Direction::kForward, kv::Wait::kAllowed);
  for (; cursor->valid() && keys.size() < kItemsInStep; cursor->next()) {
    TRY_ASSIGN(const codec::ItemRecord entry, codec::read_item_record(cursor->value()));
    keys.emplace_back(std::string(entry.encoded_item));
    walk.position = codec::after_prefix(cursor->key());
  }
  TRY(cursor->status());
  return cursor->valid();
}

Result<void> ExpiryJob::delete_expired(const storage::TableHandle& table, const std::vector<model::Item>& keys) {
  const auto [first, end] = expired_seconds();
  const std::string& attribute = table.definition().expiry->key.partition().front().name;
  const auto is_expired = [&](model::MapView item) {
    const auto time = item.find(attribute);
    return time && time->is(model::Type::kNumber) && time->number() >= model::Number::from_int(first) &&
           time->number() < model::Number::from_int(end);
  };
  const storage::ItemDecision decide = [&](const codec::ItemRecord* old) -> Result<storage::ItemChange> {
    // It may have been given another time since, or be gone.
    if (old == nullptr || !is_expired(old->item)) return storage::ItemChange{};
    return storage::ItemChange{storage::WriteAction::kErase, {}, 0};
  };
  storage::Session session{.storage = with_.storage, .origin = codec::ChangeOrigin::kTimeToLive};
  for (std::span<const model::Item> rest = keys; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kItemsInCommit));
    rest = rest.subspan(some.size());
    std::vector<storage::ItemWrite> writes;
    for (const model::Item& key : some) writes.push_back({.table = table, .key = key.view(), .decide = decide});
    TRY_ASSIGN(const storage::WriteOutcome outcome, storage::write_items(session, writes));
    const auto was_there = [](const auto& effect) { return effect && effect->item_bytes != 0; };
    deleted_.fetch_add(static_cast<std::uint64_t>(std::ranges::count_if(outcome.effects, was_there)),
                       std::memory_order_relaxed);
  }
  for (const kv::Ticket& ticket : session.tickets) TRY(kv::wait(ticket));
  return {};
}

ExpiryJob::Seconds ExpiryJob::expired_seconds() const {
  const auto now = std::chrono::floor<std::chrono::seconds>(with_.clock.now() - with_.delay);
  return {.first = (now - kLongestAgo).time_since_epoch().count(), .end = now.time_since_epoch().count()};
}

bool ExpiryJob::is_busy() {
  const std::uint64_t requests = with_.requests();
  const bool busy = requests > requests_seen_ + kFewRequests;
  requests_seen_ = requests;
  return busy;
}

}  // namespace stator::jobs
