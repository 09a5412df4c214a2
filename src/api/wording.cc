#include "api/wording.h"

#include <fmt/format.h>

namespace stator::api {

std::string enveloped(std::string_view message) { return fmt::format("1 validation error detected: {}", message); }

std::unexpected<Error> fail_worded(Wording wording, std::string message) {
  return fail_validation(wording.enveloped ? enveloped(message) : std::move(message));
}

std::unexpected<Error> fail_value(Wording wording, const ValueProblem& problem) {
  const std::string& text = problem.text(wording.layer);
  return fail_validation(wording.enveloped && problem.enveloped ? enveloped(text) : text);
}

Result<model::Item> take_item(Wording wording, WireItem sent) {
  if (sent.problem) return fail_value(wording, *sent.problem);
  return std::move(sent.item);
}

}  // namespace stator::api
