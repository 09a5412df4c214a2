#include "lambda/rare_log.h"

namespace stator::lambda {
namespace {

constexpr std::chrono::minutes kBetween{1};
constexpr std::size_t kMostRemembered = 10'000;

}  // namespace

void RareLog::warn(std::string_view event, const std::string& of, std::initializer_list<obs::Field> fields) {
  const MonotonicTime now = clock_.monotonic();
  if (written_.size() >= kMostRemembered) {
    std::erase_if(written_, [&](const auto& entry) { return now - entry.second >= kBetween; });
  }
  const auto [at, is_new] = written_.try_emplace({std::string(event), of}, now);
  if (!is_new && now - at->second < kBetween) return;
  at->second = now;
  log_.write(obs::Level::kWarn, event, fields);
}

}  // namespace stator::lambda
