#include "lambda/command_function.h"

#include <utility>

#include <fmt/format.h>

#include "base/call_wait.h"
#include "lambda/child_process.h"

namespace stator::lambda {

CommandFunction::CommandFunction(std::vector<std::string> command, std::chrono::milliseconds timeout)
    : command_(std::move(command)), timeout_(timeout) {}

InvocationOutcome CommandFunction::call(const std::string& event, const std::stop_token& stop) {
  if (stop.stop_requested()) return stopped();
  CallWait wait(timeout_, stop);
  Result<ChildProcess> child = ChildProcess::start(command_, event);
  if (!child) return not_reached(std::move(child).error().message);
  std::string answer;
  for (;;) {
    switch (child->next(wait, answer)) {
      case ChildProcess::Event::kOutput:
        if (answer.size() <= kMaxResponseBytes) break;
        return failed(fmt::format("its answer is longer than {} bytes", kMaxResponseBytes));
      case ChildProcess::Event::kTimedOut:
        return timed_out(timeout_);
      case ChildProcess::Event::kStopped:
        return stopped();
      case ChildProcess::Event::kEnded:
        if (auto problem = child->finish()) return failed(*std::move(problem));
        return succeeded(std::move(answer));
    }
  }
}

}  // namespace stator::lambda
