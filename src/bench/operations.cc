#include "bench/operations.h"

#include <utility>

#include <fmt/format.h>

#include "bench/measured.h"

namespace stator::bench {
namespace {

// An answer may be good and yet say that part of the request was throttled.
Judgement judge_answer(const Answer& answer) {
  if (!answer.is_ok()) return {Verdict::kError, {}};
  if (leaves_some_undone(answer.body())) return {Verdict::kError, kUnprocessed};
  return {Verdict::kDone, {}};
}

}  // namespace

Operation::Operation(std::string name, Signer& signer, Bodies bodies, unsigned connections, bool once)
    : name_(std::move(name)),
      pool_(signer, std::move(bodies), once ? 0 : RequestPool::kMostBytes),
      once_(once),
      buffers_(connections) {}

std::optional<Attempt> Operation::request(unsigned connection) {
  if (next_ == pool_.size()) {
    if (once_ || next_ == 0) return std::nullopt;
    next_ = 0;
  }
  return Attempt{pool_.request(next_++, buffers_[connection])};
}

Judgement Operation::judge(unsigned, const Answer& answer) { return judge_answer(answer); }

Filling::Filling(Signer& signer, Bodies bodies, unsigned connections)
    : signer_(signer), bodies_(std::move(bodies)), clients_(connections) {}

std::optional<Attempt> Filling::request(unsigned connection) {
  Client& client = clients_[connection];
  if (!std::exchange(client.again, false)) {
    if (next_ == bodies_.count) return std::nullopt;
    client.sent = signer_.request(bodies_.operation, bodies_.make(next_++));
  }
  return Attempt{client.sent};
}

Judgement Filling::judge(unsigned connection, const Answer& answer) {
  const Judgement judgement = judge_answer(answer);
  if (judgement.verdict == Verdict::kDone) return judgement;
  const std::string kind = judgement.error.empty() ? failure_kind(answer) : std::string(judgement.error);
  if (!is_throttle(kind)) return judgement;
  clients_[connection].again = true;
  return {Verdict::kRefused, {}};
}

WithTokens::WithTokens(Signer& signer, Bodies bodies, unsigned connections)
    : signer_(signer),
      sent_(connections),
      first_token_(static_cast<std::uint64_t>(signer.now().time_since_epoch().count())) {
  for (std::size_t i = 0; i < bodies.count; ++i) bodies_.push_back(bodies.make(i));
}

std::optional<Attempt> WithTokens::request(unsigned connection) {
  std::string body = bodies_[tokens_ % bodies_.size()];
  body.pop_back();
  body += fmt::format(R"(,"ClientRequestToken":"{:016x}-{:012x}"}})", first_token_, tokens_);
  ++tokens_;
  sent_[connection] = signer_.request("TransactWriteItems", body);
  return Attempt{sent_[connection]};
}

Judgement WithTokens::judge(unsigned, const Answer& answer) { return judge_answer(answer); }

}  // namespace stator::bench
