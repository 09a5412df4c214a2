#include "storage/client_token.h"

#include <chrono>

#include "codec/keys.h"

namespace stator::storage {
namespace {

constexpr std::chrono::minutes kLifetime{10};

std::uint32_t window_of(WallTime time) { return static_cast<std::uint32_t>(time.time_since_epoch() / kLifetime); }

}  // namespace

ClientTokenKeys::ClientTokenKeys(const ClientToken& token, WallTime now)
    : now_(now),
      window_(window_of(now)),
      keys_{codec::client_token_key(window_, token.region, token.token),
            codec::client_token_key(window_ - 1, token.region, token.token),
            codec::client_token_key(window_ + 1, token.region, token.token)} {}

Result<std::optional<codec::ClientTokenRecord>> ClientTokenKeys::find(const kv::DecisionView& view,
                                                                      std::size_t first) const {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    TRY_ASSIGN(const auto bytes, view.get(first + i));
    if (!bytes) continue;
    TRY_ASSIGN(codec::ClientTokenRecord record, codec::read_client_token_record(*bytes));
    if (now_ - record.time < kLifetime) return record;
  }
  return std::nullopt;
}

void ClientTokenKeys::put(std::string_view digest, const std::vector<std::size_t>& item_sizes, kv::Batch& batch) const {
  std::string record;
  codec::append_client_token_record(record, {.time = now_, .digest = std::string(digest), .item_sizes = item_sizes});
  batch.put(keys_.front(), record);
}

void ClientTokenKeys::erase_old(kv::Batch& batch) const {
  batch.erase_range(codec::client_token_prefix(0), codec::client_token_prefix(window_ - 2));
}

}  // namespace stator::storage
