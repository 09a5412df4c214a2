// ClientRequestToken: a transaction that is sent again within ten minutes of its commit has no second effect.
// Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, "ClientRequestToken".
//
// A transaction puts a record of its token into its own commit, so that neither is ever there without the other.
// Records lie in windows of time of that length: one is looked for in the present window and in those on both sides of
// it, because requests may be decided on in another order than they looked at the clock; whole windows are erased.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "codec/client_token_record.h"
#include "kv/engine.h"

namespace stator::storage {

// Of one request.
struct ClientToken {
  std::string_view region;
  std::string_view token;
  std::string_view digest;  // of all that makes two requests the same, codec::kRequestDigestBytes
};

// Of one commit, at the time that it is begun.
class ClientTokenKeys {
 public:
  ClientTokenKeys(const ClientToken& token, WallTime now);

  // The keys that the commit names, so that of two requests with one token the later one finds the earlier one's
  // record.
  [[nodiscard]] const std::array<std::string, 3>& keys() const { return keys_; }
  // What there is of an earlier request; keys() are the view's from `first` on.
  [[nodiscard]] Result<std::optional<codec::ClientTokenRecord>> find(const kv::DecisionView& view,
                                                                     std::size_t first) const;
  // Remembers this one.
  void put(std::string_view digest, const std::vector<std::size_t>& item_sizes, kv::Batch& batch) const;
  // Erases the windows in which nothing is looked for any more.
  void erase_old(kv::Batch& batch) const;
  [[nodiscard]] std::uint32_t window() const { return window_; }

 private:
  WallTime now_;
  std::uint32_t window_;
  std::array<std::string, 3> keys_;  // in the present window, in the one before, in the next
};

}  // namespace stator::storage
