// Texts that hardly compress: what a table holds on disk is then as much as its items are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stator::bench {

inline constexpr std::size_t kLongestText = 400UL << 10;

// `bytes` letters, figures, hyphens and underscores, at most kLongestText; the same in every run, different for
// almost every `which`. The view lives as long as the process. Thread-safe.
[[nodiscard]] std::string_view text_of(std::uint64_t which, std::size_t bytes);

}  // namespace stator::bench
