// The checksum of RocksDB's log, CRC-32C, by the processor's own instruction. Debian builds RocksDB for processors that
// may be without it, and then it takes more time than the copying of what it checks. The linker puts this function in
// the place of RocksDB's (--wrap), where RocksDB is linked statically and the processor is an x86.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <nmmintrin.h>

// The names are the linker's: of rocksdb::crc32c::Extend, and of what comes in its place.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" std::uint32_t __real__ZN7rocksdb6crc32c6ExtendEjPKcm(std::uint32_t crc, const char* bytes, std::size_t size);
extern "C" std::uint32_t __wrap__ZN7rocksdb6crc32c6ExtendEjPKcm(std::uint32_t crc, const char* bytes, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier)

namespace {

__attribute__((target("sse4.2"))) std::uint32_t extend(std::uint32_t crc, const char* bytes, std::size_t size) {
  std::uint64_t state = ~crc;
  for (; size >= sizeof(std::uint64_t); bytes += sizeof(std::uint64_t), size -= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    state = _mm_crc32_u64(state, word);
  }
  auto rest = static_cast<std::uint32_t>(state);
  for (; size > 0; ++bytes, --size) rest = _mm_crc32_u8(rest, static_cast<unsigned char>(*bytes));
  return ~rest;
}

}  // namespace

std::uint32_t __wrap__ZN7rocksdb6crc32c6ExtendEjPKcm(std::uint32_t crc, const char* bytes, std::size_t size) {
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  return has_instruction ? extend(crc, bytes, size) : __real__ZN7rocksdb6crc32c6ExtendEjPKcm(crc, bytes, size);
}
