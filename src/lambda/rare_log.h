// A log of what goes on going wrong: warnings of one thing are written once a minute.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "obs/log.h"

namespace stator::lambda {

// Not thread-safe.
class RareLog {
 public:
  RareLog(obs::Log& log, const Clock& clock) : log_(log), clock_(clock) {}

  // `of`: what it happens to.
  void warn(std::string_view event, const std::string& of, std::initializer_list<obs::Field> fields);

 private:
  obs::Log& log_;
  const Clock& clock_;
  std::map<std::pair<std::string, std::string>, MonotonicTime> written_;
};

}  // namespace stator::lambda
