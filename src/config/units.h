// Sizes and durations as people write them.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace stator::config {

// "4096", "16KiB", "64 MiB", "1GB": a whole number of bytes; KiB, MiB, GiB are powers of 1024, KB, MB, GB of 1000.
[[nodiscard]] std::optional<std::size_t> parse_size(std::string_view text);
// The shortest that parse_size reads back.
[[nodiscard]] std::string format_size(std::size_t bytes);

// "500ms", "30s", "5m", "1h"; a bare number is seconds.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

// Decimal digits only; none if they do not fit 63 bits.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace stator::config
