#include "bench/request_pool.h"

#include <utility>

namespace stator::bench {
namespace {

// DynamoDB refuses signatures that are more than 5 minutes old.
constexpr std::chrono::minutes kFresh{4};
constexpr std::size_t kHeadBytes = 500;

}  // namespace

RequestPool::RequestPool(Signer& signer, Bodies bodies, std::size_t most_bytes)
    : signer_(signer), bodies_(std::move(bodies)) {
  if (bodies_.count == 0 || bodies_.count > most_bytes / (bodies_.make(0).size() + kHeadBytes)) return;
  signed_.reserve(bodies_.count);
  for (std::size_t i = 0; i < bodies_.count; ++i) signed_.push_back(sign(bodies_.make(i)));
}

RequestPool::Signed RequestPool::sign(std::string_view body) {
  const WallTime now = signer_.now();
  return {signer_.request(bodies_.operation, body), body.size(), now};
}

std::string_view RequestPool::request(std::size_t i, std::string& buffer) {
  if (signed_.empty()) {
    buffer = signer_.request(bodies_.operation, bodies_.make(i));
    return buffer;
  }
  Signed& found = signed_[i];
  if (signer_.now() - found.time > kFresh) {
    found = sign(std::string_view(found.text).substr(found.text.size() - found.body_bytes));
  }
  return found.text;
}

}  // namespace stator::bench
