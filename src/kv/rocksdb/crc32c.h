// The checksum of RocksDB's log. The function is RocksDB's, which installs no header for it; crc32c.cc may be in its
// place.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rocksdb::crc32c {

// The CRC-32C of bytes whose CRC-32C is `crc` (0: of none), followed by these.
std::uint32_t Extend(std::uint32_t crc, const char* bytes, std::size_t size);

}  // namespace rocksdb::crc32c
