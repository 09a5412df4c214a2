#include "lambda/queued_function.h"

#include <latch>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace stator::lambda {
namespace {

// Notes who was called.
class Noting final : public BlockingFunction {
 public:
  Noting(std::string& called, std::latch& all) : called_(called), all_(all) {}
  InvocationOutcome call(const std::string& event, const std::stop_token&) override {
    called_ += event + " ";
    all_.count_down();
    return succeeded("");
  }

 private:
  std::string& called_;
  std::latch& all_;
};

TEST(QueuedFunction, ALongQueueLeavesOthersTheirTurn) {
  std::string called;
  std::latch all(9);
  std::latch go(1);
  const std::stop_source stop;
  std::optional<Workers> workers(std::in_place, 1U);
  QueuedFunction busy(std::make_unique<Noting>(called, all), 2, *workers, stop.get_token());
  QueuedFunction other(std::make_unique<Noting>(called, all), 1, *workers, stop.get_token());
  ASSERT_TRUE(workers->run([&] { go.wait(); }));
  const auto invoke = [](QueuedFunction& function, const std::string& event) {
    function.invoke([event] { return event; }, [](const InvocationOutcome&) {});
  };
  for (int i = 1; i <= 6; ++i) invoke(busy, "b" + std::to_string(i));
  for (int i = 1; i <= 3; ++i) invoke(other, "o" + std::to_string(i));
  go.count_down();
  all.wait();
  workers.reset();
  EXPECT_EQ(called, "b1 b2 o1 b3 b4 o2 b5 b6 o3 ");
}

}  // namespace
}  // namespace stator::lambda
