// A function that is a local program: started for each event, which it reads as JSON from its standard input; what it
// writes to its standard output is the answer. It has failed if its exit status is not 0.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lambda/blocking_function.h"

namespace stator::lambda {

// The program is run without a shell, in a process group of its own, with the server's environment, working directory
// and standard error. No other descriptor, no blocked and no ignored signal is handed on. What is left of its group
// when it has taken too long, answered too much or is stopped is killed.
class CommandFunction final : public BlockingFunction {
 public:
  // `command`: the program, looked up in PATH unless it has a slash, and its arguments.
  CommandFunction(std::vector<std::string> command, std::chrono::milliseconds timeout);
  [[nodiscard]] InvocationOutcome call(const std::string& event, const std::stop_token& stop) override;

 private:
  const std::vector<std::string> command_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace stator::lambda
