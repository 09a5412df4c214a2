#include "server/targets.h"

#include <vector>

namespace stator::server {
namespace {

std::vector<lambda::TargetOptions> targets_of(const std::vector<config::TargetOptions>& declared) {
  std::vector<lambda::TargetOptions> targets;
  for (const config::TargetOptions& target : declared) {
    targets.push_back({.name = target.name,
                       .url = target.url,
                       .command = target.command,
                       .file = target.file,
                       .timeout = target.timeout,
                       .concurrency = target.concurrency});
  }
  return targets;
}

}  // namespace

Result<std::unique_ptr<lambda::Targets>> make_targets(const config::ServeOptions& options, Random& random) {
  return lambda::Targets::make({.functions = targets_of(options.functions),
                                .destinations = targets_of(options.destinations),
                                .lambda_endpoint = options.lambda_endpoint},
                               random);
}

}  // namespace stator::server
