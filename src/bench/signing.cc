#include "bench/signing.h"

#include <array>
#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace stator::bench {
namespace {

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string hmac(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
       bytes.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace

Signer::Signer(const config::BenchOptions& options, const Clock& clock)
    : clock_(clock),
      host_(options.endpoint.authority()),
      region_(options.region),
      access_key_(options.access_key),
      secret_key_(options.secret_key) {}

std::string Signer::request(std::string_view operation, std::string_view body) {
  const auto second = std::chrono::floor<std::chrono::seconds>(clock_.now());
  const std::string stamp = fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(second)));
  if (const std::string date = stamp.substr(0, 8); date != date_) {
    date_ = date;
    key_ = hmac(hmac(hmac(hmac(fmt::format("AWS4{}", secret_key_), date), region_), "dynamodb"), "aws4_request");
  }
  const std::string target = fmt::format("DynamoDB_20120810.{}", operation);
  const std::string canonical =
      fmt::format("POST\n/\n\nhost:{}\nx-amz-date:{}\nx-amz-target:{}\n\nhost;x-amz-date;x-amz-target\n{}", host_,
                  stamp, target, hex(sha256(body)));
  const std::string scope = fmt::format("{}/{}/dynamodb/aws4_request", date_, region_);
  const std::string to_sign = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", stamp, scope, hex(sha256(canonical)));
  return fmt::format(
      "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: {}\r\n"
      "X-Amz-Date: {}\r\nAuthorization: AWS4-HMAC-SHA256 Credential={}/{}, "
      "SignedHeaders=host;x-amz-date;x-amz-target, Signature={}\r\nContent-Length: {}\r\n\r\n{}",
      host_, target, stamp, access_key_, scope, hex(hmac(key_, to_sign)), body.size(), body);
}

}  // namespace stator::bench
