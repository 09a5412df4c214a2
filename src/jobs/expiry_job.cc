#include "jobs/expiry_job.h"

#include <algorithm>
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
// Items that were written when their time was over already lie before the position that a walk has come to. They wait
// for a walk from the first one.
constexpr std::chrono::seconds kBetweenWholeWalks = 10s;
constexpr std::size_t kItemsInCommit = 32;
constexpr std::size_t kItemsInStep = 1024;
// How much longer than a step the rest after it is while there are requests.
constexpr int kRestsPerStep = 2;
// What is longer ago than five years is taken for something else than a time to live.
constexpr std::chrono::days kLongestAgo{5 * 365};

}  // namespace

std::chrono::microseconds ExpiryJob::step() {
  const MonotonicTime begun = with_.clock.monotonic();
  const auto catalog = with_.storage.catalog();
  std::erase_if(walks_, [&](const auto& walk) {
    return std::ranges::none_of(catalog->tables(), [&](const auto& entry) {
      const model::Table& definition = entry.second->definition();
      return definition.expiry && std::pair(definition.number, definition.expiry->number) == walk.first;
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
    } else if (swept.error().code == ErrorCode::kStale) {
      has_more = true;
    } else {
      with_.log.write(obs::Level::kWarn, "expired items could not be deleted",
                      {{"table", definition.name}, {"cause", swept.error().message}});
    }
  }
  if (!has_tables) return JobThread::kUntilWoken;
  if (!has_more) return kBetweenWalks;
  if (!load_.is_busy()) return 0us;
  return std::chrono::duration_cast<std::chrono::microseconds>(with_.clock.monotonic() - begun) * kRestsPerStep;
}

Result<bool> ExpiryJob::sweep(const storage::TablePtr& table) {
  const model::Table& definition = table->definition();
  Walk& walk = walks_[{definition.number, definition.expiry->number}];
  const MonotonicTime now = with_.clock.monotonic();
  if (walk.position.empty() || now - walk.begun >= kBetweenWholeWalks) {
    const auto first = expired_seconds().first;
    walk = {.position = codec::expiry_prefix(definition.number, definition.expiry->number, first), .begun = now};
  }
  TRY_ASSIGN(Expired expired, find_expired(*table, walk.position));
  TRY(delete_expired(*table, expired.keys));
  walk.position = std::move(expired.position);
  return expired.has_more;
}

Result<ExpiryJob::Expired> ExpiryJob::find_expired(const storage::TableHandle& table, std::string position) const {
  const model::Table& definition = table.definition();
  Expired expired{.keys = {}, .position = std::move(position)};
  const kv::Range range{expired.position,
                        codec::expiry_prefix(definition.number, definition.expiry->number, expired_seconds().end)};
  const auto cursor = with_.storage.engine().scan(range, kv::Direction::kForward, kv::Wait::kAllowed);
  for (; cursor->valid() && expired.keys.size() < kItemsInStep; cursor->next()) {
    TRY_ASSIGN(const codec::ItemRecord entry, codec::read_item_record(cursor->value()));
    expired.keys.emplace_back(std::string(entry.encoded_item));
    expired.position = codec::after_prefix(cursor->key());
  }
  TRY(cursor->status());
  expired.has_more = cursor->valid();
  return expired;
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
  std::uint64_t deleted = 0;
  for (std::span<const model::Item> rest = keys; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kItemsInCommit));
    rest = rest.subspan(some.size());
    std::vector<storage::ItemWrite> writes;
    for (const model::Item& key : some) writes.push_back({.table = table, .key = key.view(), .decide = decide});
    TRY_ASSIGN(const storage::WriteOutcome outcome, storage::write_items(session, writes));
    deleted += static_cast<std::uint64_t>(std::ranges::count_if(
        outcome.effects, [](const auto& effect) { return effect && effect->action == storage::WriteAction::kErase; }));
  }
  for (const kv::Ticket& ticket : session.tickets) TRY(kv::wait(ticket));
  deleted_.fetch_add(deleted, std::memory_order_relaxed);
  return {};
}

ExpiryJob::Seconds ExpiryJob::expired_seconds() const {
  const auto seconds = [](WallTime time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  };
  const WallTime now = with_.clock.now();
  return {.first = seconds(now - kLongestAgo), .end = seconds(now - with_.delay)};
}

}  // namespace stator::jobs
