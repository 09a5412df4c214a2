// The event that a function is called with: {"Records":[...]}.
// Source: docs.aws.amazon.com/lambda/latest/dg/with-ddb.html.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stator::lambda {

// What Lambda gives a function at most.
inline constexpr std::size_t kMostEventBytes = 6UL << 20;

// Gathers the JSON of records (api::append_function_event) in their order.
class BatchEvent {
 public:
  BatchEvent() : json_(R"({"Records":[)") {}

  // Bytes of the event if a record of `size` bytes were added.
  [[nodiscard]] std::size_t size_with(std::size_t size) const;
  void add(std::string_view record);
  [[nodiscard]] std::string release() &&;

 private:
  std::string json_;
};

}  // namespace stator::lambda
