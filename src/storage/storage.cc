#include "storage/storage.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "codec/keys.h"
#include "codec/table_record.h"
#include "storage/backfill.h"
#include "storage/counters.h"
#include "storage/streams.h"

namespace stator::storage {
namespace {

const std::string& last_table_number_key() {
  static const std::string key = codec::meta_key("last table number");
  return key;
}

Error table_not_found(std::string_view name) {
  return {ErrorCode::kResourceNotFound, fmt::format("Requested resource not found: Table: {} not found", name)};
}

// Gives the new indexes their numbers.
Result<void> number_indexes(model::Table& table) {
  // Zero is the table's own number, and stands for one that is still to be given.
  while (model::Index* const index = table.find_index(IndexNumber{})) {
    if (table.last_index_number.value == UINT16_MAX) {
      return fail(ErrorCode::kLimitExceeded, "Subscriber limit exceeded: No more indexes can be added to the table");
    }
    index->number = IndexNumber{++table.last_index_number.value};
  }
  return {};
}

// What comes and goes with the indexes of a table.
void change_indexes(const model::Table& before, const model::Table& after, kv::Batch& batch) {
  for (const model::Index* index : after.all_indexes()) {
    const model::Index* old = before.find_index(index->number);
    if (old == nullptr && index->backfilling) begin_backfill(after.number, index->number, batch);
    if (old != nullptr && old->backfilling && !index->backfilling) end_backfill(after.number, index->number, batch);
  }
  for (const model::Index* index : before.all_indexes()) {
    if (after.find_index(index->number) != nullptr) continue;
    if (index->backfilling) end_backfill(before.number, index->number, batch);
    const std::string entries = codec::item_prefix(before.number, index->number);
    batch.erase_range(entries, codec::after_prefix(entries));
    batch.erase(codec::counters_key(before.number, index->number));
  }
}

// All that is kept of a table but its record.
void erase_table(TableNumber number, kv::Batch& batch) {
  const TableNumber next{number.value + 1};
  constexpr IndexNumber kFirst{0};
  batch.erase_range(codec::item_prefix(number, kFirst), codec::item_prefix(next, kFirst));
  batch.erase_range(codec::counters_key(number, kFirst), codec::counters_key(next, kFirst));
  batch.erase_range(codec::backfill_key(number, kFirst), codec::backfill_key(next, kFirst));
  batch.erase_range(codec::collection_prefix(number), codec::collection_prefix(next));
}

}  // namespace

Storage::Storage(std::unique_ptr<kv::Engine> engine, StorageOptions options, const Clock& clock, Random& random)
    : engine_(std::move(engine)),
      options_(std::move(options)),
      clock_(clock),
      random_(random),
      catalog_(std::make_shared<const Catalog>()),
      delayed_(*engine_, options_.index_delay, clock_) {}

Storage::~Storage() { engine_->close(); }

Result<std::unique_ptr<Storage>> Storage::open(std::unique_ptr<kv::Engine> engine, StorageOptions options,
                                               const Clock& clock, Random& random) {
  auto storage = std::unique_ptr<Storage>(new Storage(std::move(engine), std::move(options), clock, random));
  TRY(storage->load());
  return storage;
}

Result<void> Storage::load() {
  std::string bytes;
  TRY_ASSIGN(const bool has_number, engine_->get(last_table_number_key(), kv::Wait::kAllowed, bytes));
  if (has_number) {
    if (bytes.size() != sizeof last_table_number_) {
      return fail(ErrorCode::kCorruption, "The record of the last table number is not four bytes long.");
    }
    last_table_number_ = load_big_endian<std::uint32_t>(bytes);
  }
  TRY_ASSIGN(Catalog catalog, read_catalog(*engine_));
  for (const auto& [name, table] : catalog.tables()) {
    last_table_number_ = std::max(last_table_number_, table->definition().number.value);
  }
  catalog_.store(std::make_shared<const Catalog>(std::move(catalog)));
  const std::lock_guard lock(change_mutex_);
  return erase_gone();
}

std::shared_ptr<const Catalog> Storage::catalog() const { return catalog_.load(std::memory_order_acquire); }

bool Storage::is_gone(const model::Table& definition) const {
  return definition.status == model::TableStatus::kDeleting && clock_.now() >= definition.status_until;
}

bool Storage::is_gone(const model::Index& index) const {
  return index.status == model::TableStatus::kDeleting && clock_.now() >= index.status_until;
}

bool Storage::drop_gone(model::Table& definition) const {
  const auto gone = [this](const model::Index& index) { return is_gone(index); };
  if (std::erase_if(definition.indexes, gone) == 0) return false;
  std::erase_if(definition.attribute_definitions, [&](const model::KeyAttribute& attribute) {
    const auto has_it = [&](const model::Index& index) { return index.key.contains(attribute.name); };
    return !definition.key.contains(attribute.name) && std::ranges::none_of(definition.indexes, has_it);
  });
  return true;
}

model::TableStatus Storage::status_of(const model::Table& definition) const {
  if (definition.status == model::TableStatus::kDeleting) return model::TableStatus::kDeleting;
  return clock_.now() >= definition.status_until ? model::TableStatus::kActive : definition.status;
}

model::TableStatus Storage::status_of(const model::Index& index) const {
  if (index.status == model::TableStatus::kDeleting) return model::TableStatus::kDeleting;
  if (index.backfilling) return model::TableStatus::kCreating;
  return clock_.now() >= index.status_until ? model::TableStatus::kActive : index.status;
}

TablePtr Storage::find_table(std::string_view region, std::string_view name) const {
  TablePtr table = catalog()->find(region, name);
  return table && is_gone(table->definition()) ? nullptr : table;
}

Result<TablePtr> Storage::usable_table(std::string_view region, std::string_view name) const {
  TablePtr table = find_table(region, name);
  if (table) {
    const model::TableStatus status = status_of(table->definition());
    if (status == model::TableStatus::kActive || status == model::TableStatus::kUpdating) return table;
  }
  return fail(ErrorCode::kResourceNotFound, "Requested resource not found");
}

Result<void> Storage::replace(const TablePtr& old, const TablePtr& next) {
  const model::Table& named = (next ? next : old)->definition();
  const auto show = [&](const TablePtr& table) {
    Catalog::Tables tables = catalog()->tables();
    const auto name = std::pair(named.region, named.name);
    if (table) {
      tables.insert_or_assign(name, table);
    } else {
      tables.erase(name);
    }
    catalog_.store(std::make_shared<const Catalog>(std::move(tables)), std::memory_order_release);
  };

  // No write is being decided while this runs: those decided before it saw `old` and come before it in the commit
  // order, those after it see that `old` is superseded and wait until this change is over.
  const std::string key = codec::table_key(named.region, named.name);
  const auto decide = [&](const kv::DecisionView&, kv::Batch& batch) -> Result<kv::Verdict> {
    if (next) {
      batch.put(key, codec::encode_table(next->definition()));
      std::string number;
      append_big_endian(number, last_table_number_);
      batch.put(last_table_number_key(), number);
      if (old) change_indexes(old->definition(), next->definition(), batch);
    } else {
      batch.erase(key);
      erase_table(old->definition().number, batch);
    }
    change_streams(old ? &old->definition() : nullptr, next ? &next->definition() : nullptr, clock_.now(), batch);
    if (old) old->supersede();
    return kv::Verdict::kCommit;
  };

  const auto committed = engine_->commit_alone({}, decide);
  const Result<void> durable = committed ? kv::wait(*committed) : Result<void>(std::unexpected(committed.error()));
  if (durable) {
    show(next);
    announce_change();
  } else if (old) {
    show(std::make_shared<const TableHandle>(old->definition()));
  }
  return durable;
}

Result<void> Storage::erase_gone() {
  const std::shared_ptr<const Catalog> present = catalog();
  for (const auto& [name, table] : present->tables()) {
    if (is_gone(table->definition())) {
      TRY(replace(table, nullptr));
    } else if (model::Table next = table->definition(); drop_gone(next)) {
      TRY(replace(table, std::make_shared<const TableHandle>(std::move(next))));
    }
  }
  return {};
}

void Storage::await_change() { const std::lock_guard lock(change_mutex_); }

Result<TablePtr> Storage::create_table(Session& session, model::Table table) {
  if (session.wait == kv::Wait::kNever) return fail(ErrorCode::kWouldBlock, "");
  const std::lock_guard lock(change_mutex_);
  TRY(erase_gone());
  if (catalog()->find(table.region, table.name)) {
    return fail(ErrorCode::kResourceInUse, fmt::format("Table already exists: {}", table.name));
  }
  table.number = TableNumber{++last_table_number_};
  table.id = make_uuid(random_);
  table.arn = model::table_arn(table.region, options_.account, table.name);
  table.created = clock_.now();
  table.status = model::TableStatus::kCreating;
  table.status_until = table.created + options_.table_delay;
  for (model::Index& index : table.indexes) {
    index.status = table.status;
    index.status_until = table.status_until;
  }
  TRY(number_indexes(table));
  TRY(settle_streams(*engine_, table, table.created));
  if (table.billing_mode == model::BillingMode::kPayPerRequest) table.last_pay_per_request = table.created;
  auto handle = std::make_shared<const TableHandle>(std::move(table));
  TRY(replace(nullptr, handle));
  return handle;
}

Result<TablePtr> Storage::change_table(Session& session, std::string_view region, std::string_view name,
                                       const std::function<Result<void>(model::Table&)>& change) {
  if (session.wait == kv::Wait::kNever) return fail(ErrorCode::kWouldBlock, "");
  const std::lock_guard lock(change_mutex_);
  TRY(erase_gone());
  const TablePtr old = find_table(region, name);
  if (!old) return std::unexpected(table_not_found(name));
  model::Table table = old->definition();
  TRY(change(table));
  drop_gone(table);
  TRY(number_indexes(table));
  TRY(settle_streams(*engine_, table, clock_.now()));
  auto handle = std::make_shared<const TableHandle>(std::move(table));
  TRY(replace(old, handle));
  return handle;
}

Result<TablePtr> Storage::delete_table(Session& session, std::string_view region, std::string_view name,
                                       const std::function<Result<void>(const model::Table&)>& check) {
  if (session.wait == kv::Wait::kNever) return fail(ErrorCode::kWouldBlock, "");
  const std::lock_guard lock(change_mutex_);
  TRY(erase_gone());
  const TablePtr old = find_table(region, name);
  if (!old) return std::unexpected(table_not_found(name));
  TRY(check(old->definition()));
  model::Table table = old->definition();
  table.status = model::TableStatus::kDeleting;
  table.status_until = clock_.now() + options_.table_delay;
  if (table.stream) table.stream->enabled = false;
  table.shards.clear();
  auto handle = std::make_shared<const TableHandle>(std::move(table));
  TRY(replace(old, options_.table_delay.count() == 0 ? nullptr : handle));
  return handle;
}

Result<TableCounters> Storage::counters(Session& session, TableNumber table, IndexNumber index) const {
  std::array<std::int64_t, 2> counters{};
  TRY(read_counters(*engine_, session.wait, codec::counters_key(table, index), counters));
  return TableCounters{.items = counters[0], .bytes = counters[1]};
}

}  // namespace stator::storage
