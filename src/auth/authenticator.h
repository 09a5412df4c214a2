// Whether a request is from whom it says: the value of its signature.
// Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html; the words and the order
// of the errors were observed on DynamoDB.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "auth/credentials.h"
#include "auth/signature.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"

namespace stator::auth {

// Thread-safe. A thread keeps the signing keys that it has derived, some dozens at most.
class Authenticator {
 public:
  // Until require() is called every signature of the right form is accepted, of any time.
  explicit Authenticator(const Clock& clock) : clock_(clock) {}

  // From the next request on these keys may call, and no others.
  void require(Credentials credentials);

  // Who calls the service. The errors of read_identity(); and kInvalidSignature (it is too old or of a time to come, it
  // is not of the request), kUnrecognizedClient (no such key, or a wrong session token).
  [[nodiscard]] Result<Identity> authenticate(const http::Request& request, std::string_view service) const;

 private:
  const Clock& clock_;
  std::atomic<std::uint64_t> version_ = 0;  // of the credentials, not of any others in the process; 0: there are none
  mutable std::mutex mutex_;
  std::shared_ptr<const Credentials> credentials_;  // guarded by mutex_
};

}  // namespace stator::auth
