#include <limits>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace stator {
namespace {

std::string encoded(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

TEST(Ascii, LettersAreComparedWithoutCase) {
  EXPECT_TRUE(equals_ignoring_case("", ""));
  EXPECT_TRUE(equals_ignoring_case("Content-Length", "cONTENT-lENGTH"));
  for (const auto& [a, b] : {std::pair<std::string_view, std::string_view>{"a", "ab"},
                             {"[", "{"},  // as far apart as the two cases of a letter
                             {"@", "`"},
                             {"\xc3\x84", "\xc3\xa4"}}) {
    EXPECT_FALSE(equals_ignoring_case(a, b)) << a << " " << b;
  }
}

TEST(Ascii, HexValues) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int c = 0; c < 256; ++c) {
    const auto found = kDigits.find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
    EXPECT_EQ(hex_value(static_cast<char>(c)), found == std::string_view::npos ? -1 : static_cast<int>(found)) << c;
  }
}

TEST(Base64, VectorsOfRfc4648) {
  const struct {
    std::string_view bytes;
    std::string_view text;
  } rows[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xff\xef\xbe", "/+++"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(encoded(row.bytes), row.text);
    std::string decoded = "kept";
    EXPECT_TRUE(append_base64_decoded(decoded, row.text)) << row.text;
    EXPECT_EQ(decoded, "kept" + std::string(row.bytes));
  }
}

TEST(Base64, RefusesWhatIsNotCanonical) {
  for (const std::string_view text : {"Z", "Zg", "Zg=", "Zg===", "====", "=", "Z===", "Zh==", "Zm9=", "Zm9v=",
                                      "Zg==Zg==", "Zm 9", "Zm-_", "Zm\n9", "Z=g=", "Zm9v\xff\xff\xff\xff"}) {
    std::string out = "kept";
    EXPECT_FALSE(append_base64_decoded(out, text)) << text;
    EXPECT_EQ(out, "kept") << text;
  }
}

TEST(Base64, EveryStringComesBack) {
  SeededRandom random(7);
  for (std::size_t size = 0; size < 300; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(random.next()));
    std::string decoded;
    ASSERT_TRUE(append_base64_decoded(decoded, encoded(bytes)));
    ASSERT_EQ(decoded, bytes);
  }
}

TEST(Varint, ComesBackAndHasItsSize) {
  for (const std::uint64_t v : {0ULL, 1ULL, 127ULL, 128ULL, 16383ULL, 16384ULL, 1ULL << 62, ~0ULL}) {
    std::string bytes;
    append_varint(bytes, v);
    EXPECT_EQ(bytes.size(), varint_size(v));
    std::string_view in = bytes;
    std::uint64_t back = 0;
    EXPECT_TRUE(take_varint(in, back));
    EXPECT_EQ(back, v);
    EXPECT_TRUE(in.empty());
  }
}

TEST(Varint, RefusesWhatIsCutShortOrTooLong) {
  for (const std::string& bytes : {std::string(), std::string("\x80"), std::string(9, '\xff'), std::string(10, '\xff'),
                                   std::string(9, '\xff') + '\x02'}) {
    std::string_view in = bytes;
    std::uint64_t v = 0;
    EXPECT_FALSE(take_varint(in, v)) << bytes.size();
  }
}

TEST(BigEndian, ByteOrderIsNumberOrder) {
  std::string bytes;
  append_big_endian(bytes, std::uint32_t{0x01020304});
  EXPECT_EQ(bytes, "\x01\x02\x03\x04");
  EXPECT_EQ(load_big_endian<std::uint32_t>(bytes), 0x01020304U);
}

TEST(Random, UuidIsOfVersion4) {
  SeededRandom random(1);
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string id = make_uuid(random);
    ASSERT_EQ(id.size(), 36U);
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(std::string_view("89ab").find(id[19]), std::string_view::npos);
    for (const std::size_t at : {8U, 13U, 18U, 23U}) EXPECT_EQ(id[at], '-');
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef-"), std::string::npos);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(Random, RequestIdHas52LettersAndDigits) {
  SystemRandom random;
  const std::string id = make_request_id(random);
  EXPECT_EQ(id.size(), 52U);
  EXPECT_EQ(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), std::string::npos);
  EXPECT_NE(id, make_request_id(random));
}

TEST(Random, SeededRepeats) {
  SeededRandom a(3);
  SeededRandom b(3);
  EXPECT_EQ(make_uuid(a), make_uuid(b));
}

TEST(Clock, ManualClockMovesBothTimes) {
  ManualClock clock;
  const WallTime wall = clock.now();
  const MonotonicTime monotonic = clock.monotonic();
  clock.advance(std::chrono::milliseconds{5});
  EXPECT_EQ(clock.now() - wall, std::chrono::milliseconds{5});
  EXPECT_EQ(clock.monotonic() - monotonic, std::chrono::milliseconds{5});
}

Result<int> half(int v) {
  if (v % 2 != 0) return fail_validation("odd");
  return v / 2;
}

Result<int> quarter(int v) {
  TRY(half(v));
  TRY_ASSIGN(const int h, half(v));
  return half(h);
}

TEST(Result, TryPassesErrorsOn) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_EQ(quarter(3).error().code, ErrorCode::kValidation);
}

}  // namespace
}  // namespace stator
