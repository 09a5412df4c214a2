// Who may be called: the functions and the destinations that the operator has declared. Clients only name them, so that
// no request makes the server run a command or connect to somewhere.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/options.h"
#include "lambda/function.h"

namespace stator::lambda {

using config::TargetOptions;

struct TargetsOptions {
  std::vector<TargetOptions> functions;
  std::vector<TargetOptions> destinations;
  std::string lambda_endpoint;  // http://host:port of a server with Lambda's Invoke; empty: none
};

// Thread-safe.
class Targets {
 public:
  // kValidation, with what is wrong with a declaration.
  static Result<std::unique_ptr<Targets>> make(const TargetsOptions& options);
  virtual ~Targets() = default;

  // Whether function() has one: it is declared, or may be had from the Lambda endpoint. `name` is the name alone,
  // without version or alias.
  [[nodiscard]] virtual bool has_function(std::string_view name) const = 0;
  // Null if there is none. Of the region is only what may be had from the Lambda endpoint. It lives as long as this, so
  // only what is called should be asked for.
  [[nodiscard]] virtual Function* function(std::string_view name, std::string_view region) = 0;
  // What stands for the queue, topic or bucket of an ARN; null if nothing does.
  [[nodiscard]] virtual Function* destination(std::string_view arn) = 0;
  // Closes connections that have been idle for long. True if others are kept.
  virtual bool close_idle() = 0;
  // Breaks off what is under way, as kNotReached, and all that is asked for later.
  virtual void stop() = 0;
};

}  // namespace stator::lambda
