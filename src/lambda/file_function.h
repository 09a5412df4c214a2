// A destination that is a file: a line for each event.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>

#include "lambda/blocking_function.h"

namespace stator::lambda {

// Appends the event and a line feed with one write, so that lines of several writers do not mix, and has the disk keep
// them. The file is made if it is not there, its folder is not; it is opened for each event, and may be moved away.
class FileFunction final : public BlockingFunction {
 public:
  explicit FileFunction(std::filesystem::path path);
  [[nodiscard]] InvocationOutcome call(const std::string& event, const std::stop_token& stop) override;

 private:
  const std::filesystem::path path_;
  std::atomic<bool> is_cut_ = false;  // the last line lacks its end
};

}  // namespace stator::lambda
