// A program that runs: begun with its input, listened to, and ended.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/call_wait.h"
#include "base/descriptor.h"
#include "base/result.h"

namespace stator::lambda {

// One thread at a time. One that is left running is killed and waited for, with its process group.
class ChildProcess {
 public:
  // `command`: program and arguments. kUnavailable if it cannot be started.
  static Result<ChildProcess> start(const std::vector<std::string>& command, std::string_view input);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  enum class Event : std::uint8_t { kOutput, kEnded, kTimedOut, kStopped };
  // Waits for output, which it appends to `output`, or for the end, before which all output has been told.
  [[nodiscard]] Event next(CallWait& wait, std::string& output);
  // After kEnded. What is wrong with how it ended; none if its exit status is 0.
  [[nodiscard]] std::optional<std::string> finish();

 private:
  ChildProcess(pid_t pid, Descriptor output, Descriptor ended);
  [[nodiscard]] bool has_ended() const;
  // False at the end of the output, or when there is none for now.
  bool read_some(std::string& output);

  pid_t pid_;          // 0 once it has been waited for
  Descriptor output_;  // none once at its end
  Descriptor ended_;   // readable when the process has ended; none if the system cannot tell so
};

}  // namespace stator::lambda
