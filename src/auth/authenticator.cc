#include "auth/authenticator.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "auth/canonical_request.h"
#include "auth/sha256.h"
#include "auth/signing_time.h"
#include "base/ascii.h"

namespace stator::auth {
namespace {

using std::chrono::seconds;

// More than any client signs; each is looked for among all headers.
constexpr std::ptrdiff_t kMostSignedHeaders = 128;

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// How far a signature's time may be from the server's. Lambda's was observed, too.
seconds window_of(std::string_view service) {
  return service == "lambda" ? std::chrono::minutes(5) : std::chrono::minutes(15);
}

std::string duration_text(seconds duration) {
  return duration.count() % 60 == 0 ? fmt::format("{} min.", duration.count() / 60)
                                    : fmt::format("{} sec.", duration.count());
}

// A presigned request may ask to be accepted for less.
seconds lifetime_of(const Signature& signature, std::string_view service) {
  std::int64_t asked = 0;
  const std::string_view text = signature.expires;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), asked);
  const bool is_number = !text.empty() && error == std::errc() && end == text.data() + text.size() && asked >= 0;
  return is_number ? std::min(seconds(asked), window_of(service)) : window_of(service);
}

Result<void> check_time(const Signature& signature, std::chrono::sys_seconds signed_at, std::chrono::sys_seconds now,
                        std::string_view service) {
  const seconds past = lifetime_of(signature, service);
  if (signed_at < now - past) {
    return fail(ErrorCode::kInvalidSignature,
                fmt::format("Signature expired: {} is now earlier than {} ({} - {})", basic_date(signed_at),
                            basic_date(now - past), basic_date(now), duration_text(past)));
  }
  const seconds future = window_of(service);
  if (signed_at > now + future) {
    return fail(ErrorCode::kInvalidSignature,
                fmt::format("Signature not yet current: {} is still later than {} ({} + {})", basic_date(signed_at),
                            basic_date(now + future), basic_date(now), duration_text(future)));
  }
  return {};
}

bool is_signed(std::string_view signed_headers, std::string_view name) {
  while (!signed_headers.empty()) {
    const std::size_t end = signed_headers.find(';');
    if (equals_ignoring_case(signed_headers.substr(0, end), name)) return true;
    if (end == std::string_view::npos) return false;
    signed_headers.remove_prefix(end + 1);
  }
  return false;
}

// The operation must be signed, as the host must: with another one the body would be another order.
Result<void> check_signed_headers(const Signature& signature, const http::Request& request) {
  constexpr std::string_view kUnsigned = "'{}' must be a 'SignedHeader' in the AWS Authorization.";
  if (!is_signed(signature.signed_headers, "host")) {
    return fail(ErrorCode::kInvalidSignature, fmt::format(kUnsigned, "Host"));
  }
  if (request.has_header("x-amz-target") && !is_signed(signature.signed_headers, "x-amz-target")) {
    return fail(ErrorCode::kInvalidSignature, fmt::format(kUnsigned, "X-Amz-Target"));
  }
  return {};
}

HmacKey derive_key(std::string_view secret, const Credential& credential) {
  const Sha256::Digest date = HmacKey(fmt::format("AWS4{}", secret)).sign(credential.date);
  const Sha256::Digest region = HmacKey(view(date)).sign(credential.region);
  const Sha256::Digest service = HmacKey(view(region)).sign(credential.service);
  const Sha256::Digest key = HmacKey(view(service)).sign("aws4_request");
  return HmacKey(view(key));
}

HexDigest signature_of(const http::Request& request, const Signature& signature, const Credential& credential,
                       std::string_view time, const HmacKey& key) {
  const HexDigest canonical = to_hex(sha256(canonical_request(request, signature.signed_headers)));
  std::string to_sign("AWS4-HMAC-SHA256\n");
  to_sign.append(time).append("\n").append(credential.date).append("/").append(credential.region).append("/");
  to_sign.append(credential.service).append("/aws4_request\n").append(view(canonical));
  return to_hex(key.sign(to_sign));
}

// A thread's own: the credentials it last worked with, and signing keys of them.
class SigningKeys {
 public:
  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] const Credentials& credentials() const { return *credentials_; }
  void reset(std::uint64_t version, std::shared_ptr<const Credentials> credentials) {
    version_ = version;
    credentials_ = std::move(credentials);
    slots_ = {};
  }

  // Null if it is not kept. `name`: the credential as sent, which holds all that the key is made of.
  [[nodiscard]] const HmacKey* find(std::string_view name) const {
    const std::optional<Slot>& slot = slots_[place_of(name)];
    return slot && slot->name == name ? &slot->key : nullptr;
  }
  void keep(std::string_view name, const HmacKey& key) { slots_[place_of(name)].emplace(std::string(name), key); }

 private:
  struct Slot {
    Slot(std::string of, const HmacKey& signing) : name(std::move(of)), key(signing) {}
    std::string name;
    HmacKey key;
  };
  static constexpr std::size_t kSlots = 64;
  static std::size_t place_of(std::string_view name) { return std::hash<std::string_view>()(name) % kSlots; }

  std::uint64_t version_ = 0;
  std::shared_ptr<const Credentials> credentials_;
  std::array<std::optional<Slot>, kSlots> slots_;
};

Result<void> check_value(const http::Request& request, const Signature& signature, const Credential& credential,
                         std::string_view time, const AccessKey& access_key, SigningKeys& keys) {
  const HmacKey* const kept = keys.find(signature.credential);
  const HmacKey key = kept != nullptr ? *kept : derive_key(access_key.secret, credential);
  const bool is_short = std::ranges::count(signature.signed_headers, ';') < kMostSignedHeaders;
  if (!is_short ||
      !equal_in_constant_time(view(signature_of(request, signature, credential, time, key)), signature.value)) {
    return fail(ErrorCode::kInvalidSignature,
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
                "Access Key and signing method. Consult the service documentation for details.");
  }
  // Only what is right is kept, so that nobody without a secret can drive out what others use.
  if (kept == nullptr) keys.keep(signature.credential, key);
  if (!equal_in_constant_time(signature.token, access_key.session_token)) {
    return fail(ErrorCode::kUnrecognizedClient, "The security token included in the request is invalid");
  }
  return {};
}

}  // namespace

void Authenticator::require(Credentials credentials) {
  static std::atomic<std::uint64_t> versions = 0;
  const std::lock_guard lock(mutex_);
  credentials_ = std::make_shared<const Credentials>(std::move(credentials));
  version_.store(versions.fetch_add(1) + 1, std::memory_order_release);
}

Result<Identity> Authenticator::authenticate(const http::Request& request, std::string_view service) const {
  const std::uint64_t version = version_.load(std::memory_order_acquire);
  if (version == 0) return read_identity(request, service);
  thread_local SigningKeys keys;
  if (keys.version() != version) {
    const std::lock_guard lock(mutex_);
    keys.reset(version_.load(std::memory_order_relaxed), credentials_);
  }
  TRY_ASSIGN(const Signature signature, read_signature(request));
  const std::optional<std::chrono::sys_seconds> signed_at = parse_signing_time(signature.date);
  if (!signed_at || (signature.is_date_basic && !is_basic_date(signature.date))) return fail_date(signature.date);
  TRY(check_time(signature, *signed_at, std::chrono::floor<seconds>(clock_.now()), service));
  TRY(check_signed_headers(signature, request));
  TRY(check_algorithm(signature));
  const std::string time = is_basic_date(signature.date) ? std::string(signature.date) : basic_date(*signed_at);
  TRY_ASSIGN(const Credential credential, read_credential(signature.credential, service, time));
  const AccessKey* const access_key = keys.credentials().find(credential.access_key_id);
  if (access_key == nullptr) {
    return fail(ErrorCode::kUnrecognizedClient, "The security token included in the request is invalid.");
  }
  TRY(check_value(request, signature, credential, time, *access_key, keys));
  return Identity{std::string(credential.access_key_id), std::string(credential.region),
                  std::string(credential.service)};
}

}  // namespace stator::auth
