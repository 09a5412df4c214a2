#include "storage/storage.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "codec/keys.h"
#include "codec/table_record.h"

namespace stator::storage {
namespace {

const std::string& last_table_number_key() {
  static const std::string key = codec::meta_key("last table number");
  return key;
}

std::string table_space_begin() { return std::string(1, static_cast<char>(codec::KeySpace::kTables)); }

Error table_not_found(std::string_view name) {
  return {ErrorCode::kResourceNotFound, fmt::format("Requested resource not found: Table: {} not found", name)};
}

}  // namespace

TablePtr Catalog::find(std::string_view region, std::string_view name) const {
  const auto it = tables_.find(std::pair(region, name));
  return it == tables_.end() ? nullptr : it->second;
}

Storage::Storage(std::unique_ptr<kv::Engine> engine, StorageOptions options, const Clock& clock, Random& random)
    : engine_(std::move(engine)),
      options_(std::move(options)),
      clock_(clock),
      random_(random),
      catalog_(std::make_shared<const Catalog>()) {}

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
  Catalog::Tables tables;
  const std::string begin = table_space_begin();
  const auto cursor = engine_->scan({begin, codec::after_prefix(begin)}, kv::Direction::kForward, kv::Wait::kAllowed);
  for (; cursor->valid(); cursor->next()) {
    TRY_ASSIGN(model::Table table, codec::decode_table(cursor->value()));
    last_table_number_ = std::max(last_table_number_, table.number.value);
    auto name = std::pair(table.region, table.name);
    tables.emplace(std::move(name), std::make_shared<const TableHandle>(std::move(table)));
  }
  TRY(cursor->status());
  catalog_.store(std::make_shared<const Catalog>(std::move(tables)));
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
    } else {
      const TableNumber number = old->definition().number;
      batch.erase(key);
      batch.erase_range(codec::item_prefix(number, IndexNumber{0}),
                        codec::item_prefix(TableNumber{number.value + 1}, IndexNumber{0}));
      batch.erase(codec::counters_key(number, IndexNumber{0}));
    }
    if (old) old->supersede();
    return kv::Verdict::kCommit;
  };

  const auto committed = engine_->commit_alone({}, decide);
  const Result<void> durable = committed ? kv::wait(*committed) : Result<void>(std::unexpected(committed.error()));
  if (durable) {
    show(next);
  } else if (old) {
    show(std::make_shared<const TableHandle>(old->definition()));
  }
  return durable;
}

Result<void> Storage::erase_gone() {
  const std::shared_ptr<const Catalog> present = catalog();
  for (const auto& [name, table] : present->tables()) {
    if (is_gone(table->definition())) TRY(replace(table, nullptr));
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
    index.number = IndexNumber{++table.last_index_number.value};
    index.status = table.status;
    index.status_until = table.status_until;
  }
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
  auto handle = std::make_shared<const TableHandle>(std::move(table));
  TRY(replace(old, options_.table_delay.count() == 0 ? nullptr : handle));
  return handle;
}

Result<TableCounters> Storage::counters(Session& session, TableNumber table, IndexNumber index) const {
  std::string bytes;
  TRY_ASSIGN(const bool found, engine_->get(codec::counters_key(table, index), session.wait, bytes));
  TableCounters counters;
  if (found) {
    if (bytes.size() != sizeof counters) {
      return fail(ErrorCode::kCorruption, "A table's counters are not sixteen bytes long.");
    }
    std::memcpy(&counters.items, bytes.data(), sizeof counters.items);
    std::memcpy(&counters.bytes, bytes.data() + sizeof counters.items, sizeof counters.bytes);
  }
  return counters;
}

}  // namespace stator::storage
