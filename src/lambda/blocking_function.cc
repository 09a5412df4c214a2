#include "lambda/blocking_function.h"

#include <fmt/format.h>

namespace stator::lambda {

InvocationOutcome stopped() { return not_reached("the server stops"); }

InvocationOutcome timed_out(std::chrono::milliseconds timeout) {
  return failed(fmt::format("it took longer than {}.{:03} s", timeout.count() / 1000, timeout.count() % 1000));
}

}  // namespace stator::lambda
