#include "workload.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace stator::bench {

Prepared::Prepared(std::uint16_t port, std::string_view operation, std::vector<std::string> bodies, bool once)
    : requests_(std::move(bodies)), once_(once) {
  Signer signer(port);
  for (std::string& request : requests_) request = signer.request(operation, request);
}

std::optional<std::string_view> Prepared::request(unsigned) {
  if (next_ == requests_.size()) {
    if (once_ || requests_.empty()) return std::nullopt;
    next_ = 0;
  }
  return requests_[next_++];
}

Verdict Prepared::judge(unsigned, bool is_ok, std::string_view) { return is_ok ? Verdict::kDone : Verdict::kError; }

WithTokens::WithTokens(std::uint16_t port, std::vector<std::string> bodies, unsigned connections)
    : signer_(port),
      bodies_(std::move(bodies)),
      sent_(connections),
      first_token_(static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count())) {}

std::optional<std::string_view> WithTokens::request(unsigned connection) {
  if (bodies_.empty()) return std::nullopt;
  std::string body = bodies_[tokens_ % bodies_.size()];
  body.pop_back();
  body += fmt::format(R"(,"ClientRequestToken":"{:016x}-{:012x}"}})", first_token_, tokens_);
  ++tokens_;
  sent_[connection] = signer_.request("TransactWriteItems", body);
  return sent_[connection];
}

Verdict WithTokens::judge(unsigned, bool is_ok, std::string_view) { return is_ok ? Verdict::kDone : Verdict::kError; }

}  // namespace stator::bench
