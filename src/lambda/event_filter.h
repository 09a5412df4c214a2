// FilterCriteria: which records of a stream a function is called with.
// Source: docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html, "Filter rule syntax".
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace stator::lambda {

// Immutable, thread-safe.
class EventFilter {
 public:
  // Without patterns, everything matches. kInvalidParameterValue "Invalid filter pattern definition.".
  static Result<EventFilter> compile(std::span<const std::string> patterns);

  // True if the record, JSON as the function would get it, matches one of the patterns; or if it is so large, and the
  // patterns so manifold, that it would take too long to tell.
  [[nodiscard]] bool matches(std::string_view record) const;

 private:
  struct Impl;
  explicit EventFilter(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace stator::lambda
