#include "codec/client_token_record.h"

#include <chrono>

#include <fmt/format.h>

#include "base/bytes.h"

namespace stator::codec {
namespace {

std::unexpected<Error> corrupt() {
  return fail(ErrorCode::kCorruption, "a client token record is cut short or damaged");
}

}  // namespace

void append_client_token_record(std::string& out, const ClientTokenRecord& record) {
  out.push_back(static_cast<char>(kClientTokenRecordVersion));
  append_big_endian(out, static_cast<std::uint64_t>(record.time.time_since_epoch().count()));
  out += record.digest;
  for (const std::size_t size : record.item_sizes) append_varint(out, size);
}

Result<ClientTokenRecord> read_client_token_record(std::string_view bytes) {
  if (bytes.empty()) return corrupt();
  const auto version = static_cast<std::uint8_t>(bytes.front());
  if (version != kClientTokenRecordVersion) {
    return fail(ErrorCode::kCorruption, fmt::format("a client token record has version {}; this program knows version "
                                                    "{}",
                                                    version, kClientTokenRecordVersion));
  }
  std::string_view rest = bytes.substr(1);
  std::string_view time;
  std::string_view digest;
  if (!take_bytes(rest, sizeof(std::uint64_t), time) || !take_bytes(rest, kRequestDigestBytes, digest)) {
    return corrupt();
  }
  const auto micros = static_cast<std::int64_t>(load_big_endian<std::uint64_t>(time));
  ClientTokenRecord record{
      .time = WallTime(std::chrono::microseconds(micros)), .digest = std::string(digest), .item_sizes = {}};
  while (!rest.empty()) {
    std::uint64_t size = 0;
    if (!take_varint(rest, size)) return corrupt();
    record.item_sizes.push_back(size);
  }
  return record;
}

}  // namespace stator::codec
