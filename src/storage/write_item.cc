#include "storage/write_item.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "codec/keys.h"
#include "model/limits.h"
#include "storage/collections.h"
#include "storage/item_writer.h"

namespace stator::storage {
namespace {

bool changes_nothing(const codec::ItemRecord* old, const ItemChange& change) {
  return change.action == WriteAction::kKeep || (change.action == WriteAction::kErase && old == nullptr);
}

std::size_t larger_size(const codec::ItemRecord* old, const ItemChange& change) {
  return std::max(old ? old->size : 0, change.size);
}

// The writes of one request.
class Writes {
 public:
  Writes(Session& session, std::span<const ItemWrite> writes, const ClientToken* token)
      : session_(session), writes_(writes), token_(token) {}

  Result<WriteOutcome> commit() {
    TRY(prepare());
    kv::Engine& engine = session_.storage.engine();
    const auto decide = [this](const kv::DecisionView& view, kv::Batch& batch) { return this->decide(view, batch); };
    TRY_ASSIGN(kv::Ticket ticket, engine.commit(keys_, session_.wait, decide));
    if (ticket.is_pending()) session_.tickets.push_back(std::move(ticket));
    if (failure_) return std::unexpected(*std::move(failure_));
    if (is_remembered_ && enters_window()) session_.storage.enter_token_window(token_keys_->window());
    return std::move(outcome_);
  }

 private:
  Result<void> prepare() {
    for (const ItemWrite& write : writes_) {
      const model::Table& definition = write.table.definition();
      keys_.push_back(codec::item_key(definition.number, definition.key, write.key));
      TRY_ASSIGN(collections_.emplace_back(), read_collection(session_, write.table, write.key));
    }
    if (!token_) return {};
    token_keys_.emplace(*token_, session_.storage.clock().now());
    std::ranges::copy(token_keys_->keys(), std::back_inserter(keys_));
    return {};
  }

  Result<kv::Verdict> decide(const kv::DecisionView& view, kv::Batch& batch) {
    failure_.reset();
    is_remembered_ = false;
    bytes_read_ = 0;
    outcome_ = {};
    grown_.clear();
    if (token_) {
      TRY_ASSIGN(const auto former, token_keys_->find(view, writes_.size()));
      if (former) return repeat(*former);
    }
    bool is_refused = false;
    for (std::size_t i = 0; i < writes_.size(); ++i) {
      if (!writes_[i].table.is_current()) return give_up({ErrorCode::kStale, ""});
      TRY_ASSIGN(auto effect, decide_on(i, view, batch));
      is_refused = is_refused || !effect;
      outcome_.effects.push_back(std::move(effect));
    }
    if (is_refused) return kv::Verdict::kAbandon;
    if (token_) remember(batch);
    is_remembered_ = token_ != nullptr;
    return batch.empty() ? kv::Verdict::kAbandon : kv::Verdict::kCommit;
  }

  // An Error of the outer Result is the view's.
  Result<Result<WriteEffect>> decide_on(std::size_t i, const kv::DecisionView& view, kv::Batch& batch) {
    TRY_ASSIGN(const auto bytes, view.get(i));
    codec::ItemRecord record;
    if (bytes) {
      TRY_ASSIGN(record, codec::read_item_record(*bytes));
    }
    // So much takes its time, which others on this event loop do not have to wait for.
    bytes_read_ += bytes ? bytes->size() : 0;
    if (session_.wait == kv::Wait::kNever && bytes_read_ + batch.bytes() > model::kMaxPageBytes) {
      return fail(ErrorCode::kWouldBlock, "");
    }
    const codec::ItemRecord* old = bytes ? &record : nullptr;
    Result<ItemChange> change = writes_[i].decide(old);
    if (!change) return Result<WriteEffect>(std::unexpected(std::move(change).error()));

    WriteEffect effect{.item_bytes = larger_size(old, *change), .indexes = {}};
    if (!changes_nothing(old, *change)) {
      effect.action = change->action;
      TRY(ItemWriter(session_, writes_[i].table, view, batch).write(keys_[i], old, *change, effect));
    }
    if (auto counted = count_collection(collections_[i], effect, batch); !counted) {
      return Result<WriteEffect>(std::unexpected(std::move(counted).error()));
    }
    return effect;
  }

  // The effect knows so far by how much its own write made the collection grow.
  Result<void> count_collection(const Collection& collection, WriteEffect& effect, kv::Batch& batch) {
    if (collection.key.empty()) return {};
    const std::int64_t growth = effect.collection_bytes;
    effect.collection_bytes = collection.bytes + (grown_[collection.key] += growth);
    TRY(check_growth(session_, effect.collection_bytes, growth));
    if (growth != 0) batch.add(collection.key, std::array{growth});
    return {};
  }

  kv::Verdict give_up(Error error) {
    failure_ = std::move(error);
    return kv::Verdict::kAbandon;
  }

  kv::Verdict repeat(const codec::ClientTokenRecord& former) {
    if (former.digest != token_->digest || former.item_sizes.size() != writes_.size()) {
      return give_up(
          {ErrorCode::kIdempotentParameterMismatch,
           "DynamoDB rejected the request because you retried a request with a different payload but with an "
           "idempotent token that was already used."});
    }
    outcome_.is_repeated = true;
    for (const std::size_t size : former.item_sizes) {
      outcome_.effects.push_back(WriteEffect{.item_bytes = size, .indexes = {}});
    }
    return kv::Verdict::kAbandon;
  }

  [[nodiscard]] bool enters_window() const { return token_keys_->window() > session_.storage.token_window(); }

  void remember(kv::Batch& batch) {
    std::vector<std::size_t> sizes;
    for (const Result<WriteEffect>& effect : outcome_.effects) sizes.push_back(effect->item_bytes);
    token_keys_->put(token_->digest, sizes, batch);
    if (enters_window()) token_keys_->erase_old(batch);
  }

  Session& session_;
  std::span<const ItemWrite> writes_;
  const ClientToken* token_;
  std::optional<ClientTokenKeys> token_keys_;
  std::vector<std::string> keys_;  // of the items, then of the token
  std::vector<Collection> collections_;

  // Of the last decision.
  std::optional<Error> failure_;
  bool is_remembered_ = false;
  std::size_t bytes_read_ = 0;
  WriteOutcome outcome_;
  std::unordered_map<std::string_view, std::int64_t> grown_;  // the bytes that collections have gained, by their keys
};

}  // namespace

Result<WriteOutcome> write_items(Session& session, std::span<const ItemWrite> writes, const ClientToken* token) {
  return Writes(session, writes, token).commit();
}

Result<WriteEffect> write_item(Session& session, const TableHandle& table, model::MapView key,
                               const ItemDecision& decide) {
  const ItemWrite write{
      .table = table, .key = key, .decide = [&decide](const codec::ItemRecord* old) { return decide(old); }};
  TRY_ASSIGN(WriteOutcome outcome, write_items(session, std::span(&write, 1)));
  return std::move(outcome.effects.front());
}

}  // namespace stator::storage
