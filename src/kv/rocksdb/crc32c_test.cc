#include "kv/rocksdb/crc32c.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"

namespace stator::kv {
namespace {

// As CRC-32C is defined: bit by bit, with the reflected polynomial 0x1EDC6F41.
std::uint32_t slow_crc32c(std::uint32_t crc, const std::string& bytes) {
  crc = ~crc;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0U);
  }
  return ~crc;
}

// What is written must be what every other build of RocksDB reads.
TEST(RocksDbCrc32c, IsThatOfTheDefinition) {
  EXPECT_EQ(rocksdb::crc32c::Extend(0, "123456789", 9), 0xE3069283U);
  SeededRandom random(1);
  for (std::size_t size = 0; size < 300; ++size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.next());
    const auto before = static_cast<std::uint32_t>(random.next());
    EXPECT_EQ(rocksdb::crc32c::Extend(before, bytes.data(), size), slow_crc32c(before, bytes)) << size;
  }
}

}  // namespace
}  // namespace stator::kv
