// Bytes as std::string and std::string_view: fixed-width and variable-width integers, as the formats use them.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace stator {

template <std::unsigned_integral T>
[[nodiscard]] constexpr T big_endian(T v) {
  if constexpr (sizeof(T) == 1 || std::endian::native == std::endian::big) {
    return v;
  } else {
    return std::byteswap(v);
  }
}

// Big-endian, so that byte order is number order.
template <std::unsigned_integral T>
void append_big_endian(std::string& out, T v) {
  const T be = big_endian(v);
  out.append(reinterpret_cast<const char*>(&be), sizeof be);
}

// `bytes` must hold at least sizeof(T).
template <std::unsigned_integral T>
[[nodiscard]] T load_big_endian(std::string_view bytes) {
  T be;
  std::memcpy(&be, bytes.data(), sizeof be);
  return big_endian(be);
}

// LEB128: seven bits a byte, lowest first, the high bit set on all but the last; at most 10 bytes.
inline void append_varint(std::string& out, std::uint64_t v) {
  while (v >= 0x80) {
    out.push_back(static_cast<char>(v | 0x80));
    v >>= 7;
  }
  out.push_back(static_cast<char>(v));
}

[[nodiscard]] constexpr std::size_t varint_size(std::uint64_t v) {
  std::size_t n = 1;
  for (; v >= 0x80; v >>= 7) ++n;
  return n;
}

// Takes a varint off the front of `in`. False, with `in` unspecified, if it is cut short or longer than 64 bits.
[[nodiscard]] inline bool take_varint(std::string_view& in, std::uint64_t& v) {
  v = 0;
  for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(in.front());
    in.remove_prefix(1);
    if (shift == 63 && byte > 1) return false;
    v |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

// Takes `n` bytes off the front of `in`. False if there are fewer.
[[nodiscard]] inline bool take_bytes(std::string_view& in, std::size_t n, std::string_view& bytes) {
  if (in.size() < n) return false;
  bytes = in.substr(0, n);
  in.remove_prefix(n);
  return true;
}

}  // namespace stator
