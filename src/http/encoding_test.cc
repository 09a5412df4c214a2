#include "http/encoding.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace stator::http {
namespace {

constexpr std::size_t kLimit = 1 << 20;

std::string text(std::size_t n) {
  std::string out;
  std::mt19937 random(7);
  while (out.size() < n) out += static_cast<char>('a' + random() % 8);
  return out;
}

TEST(ChooseCoding, FollowsQualityThenOrder) {
  struct Row {
    std::string accept;
    Coding want;
  };
  const std::vector<Row> rows{
      {"", Coding::kIdentity},
      {"gzip", Coding::kGzip},
      {"deflate", Coding::kDeflate},
      {"GZIP", Coding::kGzip},
      {"gzip, deflate", Coding::kGzip},
      {"deflate, gzip", Coding::kDeflate},
      {"deflate;q=0.5, gzip;q=0.9", Coding::kGzip},
      {"gzip;q=0.5,deflate;q=0.501", Coding::kDeflate},
      {"gzip ; q=0.3 , deflate ; q=0.3", Coding::kGzip},
      {"*", Coding::kGzip},
      {"br, *;q=0.1", Coding::kGzip},
      {"deflate;q=0.1, *", Coding::kGzip},
      {"identity", Coding::kIdentity},
      {"identity;q=1, gzip;q=0.1", Coding::kGzip},
      {"br", Coding::kIdentity},
      {"gzip;q=0", Coding::kIdentity},
      {"gzip;q=0.000, deflate;q=0.001", Coding::kDeflate},
      {"gzip;q=x", Coding::kIdentity},
      {"gzip;q=2", Coding::kIdentity},
      {"gzip;q=1.000", Coding::kGzip},
      {"gzip;level=9", Coding::kGzip},
      {" , ,gzip", Coding::kGzip},
  };
  for (const Row& row : rows) EXPECT_EQ(choose_coding(row.accept), row.want) << row.accept;
}

TEST(Unpack, UndoesPack) {
  for (const Coding coding : {Coding::kGzip, Coding::kDeflate}) {
    for (const std::size_t size : {1U, 100U, 70'000U, 1U << 20}) {
      const std::string body = text(size);
      const std::string packed = pack(coding, body);
      std::string out;
      ASSERT_EQ(unpack(coding_name(coding), packed, kLimit, out), Unpacked::kOk) << size;
      EXPECT_TRUE(out == body) << size;
    }
  }
}

TEST(Unpack, Forms) {
  const std::string a = pack(Coding::kGzip, "first ");
  const std::string b = pack(Coding::kGzip, "second");
  const std::string zlib = pack(Coding::kDeflate, "first second");
  std::string broken = zlib;
  broken.back() = static_cast<char>(broken.back() ^ 1);
  struct Row {
    std::string name;
    std::string codings;
    std::string body;
    Unpacked want;
  };
  const std::vector<Row> rows{
      {"plain", "identity", "first second", Unpacked::kOk},
      {"members", "gzip", a + b, Unpacked::kOk},
      {"name in upper case", "GZip", a + b, Unpacked::kOk},
      {"zlib", "deflate", zlib, Unpacked::kOk},
      {"raw deflate", "deflate", zlib.substr(2, zlib.size() - 6), Unpacked::kOk},
      {"two codings", "deflate, gzip", pack(Coding::kGzip, zlib), Unpacked::kOk},
      {"two codings in the wrong order", "gzip, deflate", pack(Coding::kGzip, zlib), Unpacked::kBad},
      {"not packed", "gzip", "first second", Unpacked::kBad},
      {"garbage", "deflate", "first second", Unpacked::kBad},
      {"cut short", "gzip", a.substr(0, a.size() - 1), Unpacked::kBad},
      {"cut short in the second member", "gzip", a + b.substr(0, 12), Unpacked::kBad},
      {"garbage after a member", "gzip", a + "xyz", Unpacked::kBad},
      {"garbage after zlib", "deflate", zlib + "x", Unpacked::kBad},
      {"wrong checksum", "deflate", broken, Unpacked::kBad},
      {"unknown coding", "br", "first second", Unpacked::kBad},
      {"too many codings", "gzip,gzip,gzip,gzip,gzip",
       pack(Coding::kGzip, pack(Coding::kGzip, pack(Coding::kGzip, pack(Coding::kGzip, a)))), Unpacked::kBad},
  };
  for (const Row& row : rows) {
    std::string out;
    EXPECT_EQ(unpack(row.codings, row.body, kLimit, out), row.want) << row.name;
    if (row.want == Unpacked::kOk) {
      EXPECT_EQ(out, "first second") << row.name;
    }
  }
}

TEST(Unpack, StopsAtTheLimit) {
  std::string out;
  EXPECT_EQ(unpack("gzip", pack(Coding::kGzip, std::string(kLimit, 'x')), kLimit, out), Unpacked::kOk);
  EXPECT_EQ(out.size(), kLimit);
  EXPECT_EQ(unpack("gzip", pack(Coding::kGzip, std::string(kLimit + 1, 'x')), kLimit, out), Unpacked::kTooLarge);
  const std::string bomb = pack(Coding::kGzip, std::string(64 << 20, 'x'));
  ASSERT_LT(bomb.size(), kLimit);
  EXPECT_EQ(unpack("gzip", bomb, kLimit, out), Unpacked::kTooLarge);
}

TEST(Crc32, OfBodiesThatDynamoDbSends) {
  EXPECT_EQ(crc32_of("{}"), 2745614147U);
  EXPECT_EQ(crc32_of(R"({"__type":"com.amazon.coral.service#UnknownOperationException"})"), 1368724161U);
  EXPECT_EQ(crc32_of(""), 0U);
}

}  // namespace
}  // namespace stator::http
