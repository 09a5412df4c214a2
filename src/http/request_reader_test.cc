#include "http/request_reader.h"

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/encoding.h"

namespace stator::http {
namespace {

constexpr RequestLimits kLimits{.max_head_bytes = 512, .max_body_bytes = 100'000};

std::shared_ptr<BodyBudget> budget_of(std::size_t bytes) { return std::make_shared<BodyBudget>(bytes); }

// Everything that a reader made of a stream, as text: "POST /a [body]" a request, "!413" a refusal, "..." for a part.
std::string read_all(std::string_view stream, std::size_t step) {
  BlockPool pool(kLimits.block_bytes());
  RequestReader reader(kLimits, pool, budget_of(kLimits.max_body_bytes));
  std::string seen;
  for (;;) {
    switch (reader.advance()) {
      case RequestReader::State::kComplete: {
        const Request& request = reader.request();
        const std::string body = request.body.size() > 100
                                     ? fmt::format("{} bytes, crc {}", request.body.size(), crc32_of(request.body))
                                     : std::string(request.body);
        seen += fmt::format("{} {} [{}]\n", request.method, request.target, body);
        reader.finish();
        continue;
      }
      case RequestReader::State::kRefused:
        return seen + fmt::format("!{}", reader.refusal());
      case RequestReader::State::kIdle:
        if (stream.empty()) return seen;
        break;
      case RequestReader::State::kHead:
      case RequestReader::State::kBody:
        if (stream.empty()) return seen + "...";
        break;
    }
    const std::span<char> space = reader.space();
    const std::size_t n = std::min({space.size(), step, stream.size()});
    std::memcpy(space.data(), stream.data(), n);
    reader.received(n);
    stream.remove_prefix(n);
  }
}

std::string post(std::string_view body, std::string_view extra = "") {
  return fmt::format("POST /p HTTP/1.1\r\nHost: a\r\n{}Content-Length: {}\r\n\r\n{}", extra, body.size(), body);
}

std::string letters(std::size_t n) {
  std::string out(n, ' ');
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<char>('a' + i * i % 26);
  return out;
}

struct Row {
  std::string name;
  std::string stream;
  std::string want;
};

std::vector<Row> rows() {
  const std::string get = "GET /g HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string chunked = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string large = letters(30'000);
  const std::string huge = letters(90'000);
  const std::string huge_seen = fmt::format("POST /p [90000 bytes, crc {}]\n", crc32_of(huge));
  const std::string large_seen = fmt::format("POST /p [30000 bytes, crc {}]\n", crc32_of(large));
  std::string many_gets;
  std::string many_seen;
  for (int i = 0; i < 300; ++i) {
    many_gets += get;
    many_seen += "GET /g []\n";
  }
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const auto sized_head = [&](std::size_t n) { return head + std::string(n - head.size() - 4, 'x') + "\r\n\r\n"; };
  return {
      {"nothing", "", ""},
      {"one", get, "GET /g []\n"},
      {"half", get.substr(0, 10), "..."},
      {"half a body", post("hello").substr(0, 50), "..."},
      {"body", post("hello"), "POST /p [hello]\n"},
      {"no body", post(""), "POST /p []\n"},
      {"pipelined", get + post("hello") + get + post("") + get,
       "GET /g []\nPOST /p [hello]\nGET /g []\nPOST /p []\nGET /g []\n"},
      {"more pipelined than a block holds", many_gets, many_seen},
      {"empty lines between", get + "\r\n\r\n" + get + "\r\n", "GET /g []\nGET /g []\n"},
      {"large body", post(large), large_seen},
      {"body that grows in steps", post(huge) + get, huge_seen + "GET /g []\n"},
      {"large body, pipelined", get + post(large) + post(large) + get,
       "GET /g []\n" + large_seen + large_seen + "GET /g []\n"},
      {"chunked", chunked + "5\r\nhello\r\n0\r\n\r\n" + get, "POST /c [hello]\nGET /g []\n"},
      {"small chunks, each with its own request",
       chunked + "2\r\n{}\r\n0\r\n\r\n" + chunked + "2\r\n[]\r\n0\r\n\r\n" + post("x") +
           post(pack(Coding::kGzip, "{}"), "Content-Encoding: gzip\r\n") + chunked + "1\r\ny\r\n0\r\n\r\n",
       "POST /c [{}]\nPOST /c [[]]\nPOST /p [x]\nPOST /p [{}]\nPOST /c [y]\n"},
      {"large chunk", chunked + fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", large.size(), large) + get,
       fmt::format("POST /c [30000 bytes, crc {}]\nGET /g []\n", crc32_of(large))},
      {"gzip", post(pack(Coding::kGzip, "hello"), "Content-Encoding: gzip\r\n") + get, "POST /p [hello]\nGET /g []\n"},
      {"large gzip", post(pack(Coding::kGzip, large), "Content-Encoding: gzip\r\n") + get, large_seen + "GET /g []\n"},
      {"empty gzip body", post("", "Content-Encoding: gzip\r\n"), "!500"},
      {"empty deflate body", post("", "Content-Encoding: deflate\r\n"), "!500"},
      {"not gzip", post("hello", "Content-Encoding: gzip\r\n"), "!500"},
      {"bomb", post(pack(Coding::kGzip, letters(100'001)), "Content-Encoding: gzip\r\n"), "!413"},
      {"body at the limit", post(std::string(100'000, 'x')).substr(0, 400), "..."},
      {"body past the limit", post(std::string(100'001, 'x')), "!413"},
      {"chunk past the limit", chunked + "186a1\r\n", "!413"},
      {"chunked garbage", chunked + "hello\r\n", "!400"},
      {"head at the limit", sized_head(512) + get, "GET / []\nGET /g []\n"},
      {"head past the limit", sized_head(513) + get, "!400"},
      {"endless head", head + std::string(10'000, 'x'), "!400"},
      {"endless request line", "GET /" + std::string(10'000, 'x'), "!400"},
      {"garbage", "\x16\x03\x01\x02\n", "!400"},
      {"good then bad", get + "GET / HTTP/3\r\n\r\n", "GET /g []\n!400"},
      {"smuggled by two lengths",
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + get, "!400"},
  };
}

TEST(RequestReader, SameResultForEverySplit) {
  for (const Row& row : rows()) {
    for (const std::size_t step : {1U, 2U, 3U, 5U, 7U, 16U, 61U, 100U, 511U, 4096U, 1U << 20}) {
      EXPECT_EQ(read_all(row.stream, step), row.want) << row.name << " by " << step;
    }
  }
}

TEST(RequestReader, SplitAtEveryByte) {
  const std::string stream =
      "\r\nGET /g HTTP/1.1\r\nHost: a\r\n\r\nPOST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;x=y\r\nhello\r\n0\r\nT: u\r\n\r\n" +
      post("hello");
  const std::string want = "GET /g []\nPOST /c [hello]\nPOST /p [hello]\n";
  for (std::size_t step = 1; step <= stream.size(); ++step) EXPECT_EQ(read_all(stream, step), want) << step;
}

TEST(RequestReader, ContinueIsDueOnceAndOnlyWhileTheBodyIsAway) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  struct Case {
    std::string name;
    std::string stream;
    bool want;
  };
  for (const Case& c :
       {Case{"body away", head, true}, Case{"body begun", head + "x", false}, Case{"body there", head + "xy", false},
        Case{"no body",
             "POST / HTTP/1.1\r\nHost: a\r\nExpect: "
             "100-continue\r\n\r\n",
             false}}) {
    BlockPool pool(kLimits.block_bytes());
    RequestReader reader(kLimits, pool, budget_of(kLimits.max_body_bytes));
    std::memcpy(reader.space().data(), c.stream.data(), c.stream.size());
    reader.received(c.stream.size());
    static_cast<void>(reader.advance());
    EXPECT_EQ(reader.take_continue(), c.want) << c.name;
    EXPECT_FALSE(reader.take_continue()) << c.name;
  }
}

// Has the reader take as much of `stream` as it will.
RequestReader::State feed(RequestReader& reader, std::string_view stream) {
  for (;;) {
    const RequestReader::State state = reader.advance();
    const bool over = state == RequestReader::State::kComplete || state == RequestReader::State::kRefused;
    if (over || stream.empty()) return state;
    const std::span<char> space = reader.space();
    const std::size_t n = std::min(space.size(), stream.size());
    std::memcpy(space.data(), stream.data(), n);
    reader.received(n);
    stream.remove_prefix(n);
  }
}

TEST(RequestReader, BodiesShareABudget) {
  const std::string large = letters(60'000);
  const std::string chunked = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
                              fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", large.size(), large);
  struct Case {
    std::string name;
    std::string stream;
    bool counts;
  };
  for (const Case& c : {Case{"large", post(large), true}, Case{"chunked", chunked, true},
                        Case{"packed", post(pack(Coding::kGzip, large), "Content-Encoding: gzip\r\n"), true},
                        Case{"fits a block", post(letters(3000)), false}}) {
    const auto budget = budget_of(100'000);
    BlockPool pool(kLimits.block_bytes());
    RequestReader first(kLimits, pool, budget);
    EXPECT_EQ(feed(first, c.stream), RequestReader::State::kComplete) << c.name;
    EXPECT_EQ(budget->used(), c.counts ? 60'000U : 0U) << c.name;
    {
      RequestReader second(kLimits, pool, budget);
      EXPECT_EQ(feed(second, c.stream), c.counts ? RequestReader::State::kRefused : RequestReader::State::kComplete)
          << c.name;
      EXPECT_EQ(second.refusal(), c.counts ? 503 : 0) << c.name;
      // The first's memory is the second's once its request is done with.
      second.release();
      first.finish();
      EXPECT_EQ(feed(second, c.stream), RequestReader::State::kComplete) << c.name;
    }
    EXPECT_EQ(budget->used(), 0U) << c.name;
  }
}

// Signatures are of what was sent.
TEST(RequestReader, KeepsWhatWasUnpacked) {
  std::mt19937 random(1);
  std::string noise;
  while (noise.size() < 30'000) noise += static_cast<char>(random());
  for (const std::string& body : {std::string("{}"), letters(3000), noise}) {
    const std::string packed = pack(Coding::kGzip, body);
    const std::string chunked =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    const auto budget = budget_of(100'000);
    BlockPool pool(kLimits.block_bytes());
    RequestReader reader(kLimits, pool, budget);
    for (const std::string& stream : {post(packed, "Content-Encoding: gzip\r\n"),
                                      chunked + fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", packed.size(), packed)}) {
      ASSERT_EQ(feed(reader, stream), RequestReader::State::kComplete);
      EXPECT_EQ(reader.request().body, body);
      EXPECT_EQ(reader.request().packed_body, packed);
      EXPECT_GE(budget->used(), body.size() > 10'000 ? body.size() + packed.size() : 0);
      reader.finish();
      EXPECT_EQ(budget->used(), 0U);
      ASSERT_EQ(feed(reader, post("{}")), RequestReader::State::kComplete);
      EXPECT_EQ(reader.request().packed_body, "");
      reader.finish();
    }
  }
}

TEST(RequestReader, ACallersClaimTakesLittleOfTheBudget) {
  const auto budget = budget_of(100'000);
  BlockPool pool(kLimits.block_bytes());
  RequestReader reader(kLimits, pool, budget);
  EXPECT_EQ(feed(reader, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx"), RequestReader::State::kBody);
  EXPECT_LE(budget->used(), 65'536U);
}

// Whatever arrives, the reader ends in some state without reading past its buffers (which the sanitizers watch).
TEST(RequestReader, SurvivesMutatedStreams) {
  std::mt19937 random(20260101);
  const std::vector<Row> seeds = rows();
  for (int round = 0; round < 3000; ++round) {
    std::string stream = seeds[random() % seeds.size()].stream.substr(0, 2000);
    for (auto i = random() % 6; i > 0 && !stream.empty(); --i) {
      const std::size_t at = random() % stream.size();
      switch (random() % 3) {
        case 0:
          stream[at] = static_cast<char>(random());
          break;
        case 1:
          stream.erase(at, random() % 4);
          break;
        default:
          stream.insert(at, 1, "\r\n: ,;0\0"[random() % 8]);
      }
    }
    const std::string whole = read_all(stream, stream.size() + 1);
    EXPECT_EQ(read_all(stream, 1 + random() % 9), whole) << testing::PrintToString(stream);
  }
}

}  // namespace
}  // namespace stator::http
