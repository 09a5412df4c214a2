#include "model/number.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace stator::model {
namespace {

// The number in text, or the name of the error.
std::string show(const std::expected<Number, NumberError>& n) {
  if (n) return n->text();
  switch (n.error()) {
    case NumberError::kNotNumeric:
      return "not numeric";
    case NumberError::kOverflow:
      return "overflow";
    case NumberError::kUnderflow:
      return "underflow";
    case NumberError::kTooManyDigits:
      return "too many digits";
  }
  return "";
}

Number number(std::string_view text) {
  const auto n = Number::parse(text);
  EXPECT_TRUE(n) << text;
  return n.value_or(Number());
}

std::string nines(std::size_t n) { return std::string(n, '9'); }
std::string zeros(std::size_t n) { return std::string(n, '0'); }

TEST(Number, ParseAndPrint) {
  const struct {
    std::string text;
    std::string want;
  } rows[] = {
      {"0", "0"},
      {"-0", "0"},
      {"+0", "0"},
      {"0.000", "0"},
      {"0e999999", "0"},
      {"0e-99999999999999999999999", "0"},
      {"1", "1"},
      {"+5", "5"},
      {"-5", "-5"},
      {"007", "7"},
      {"1.50", "1.5"},
      {".5", "0.5"},
      {"5.", "5"},
      {"-.5e1", "-5"},
      {"5.e1", "50"},
      {"100", "100"},
      {"100.5", "100.5"},
      {"1e2", "100"},
      {"1E+2", "100"},
      {"120e-2", "1.2"},
      {"0.001", "0.001"},
      {"-12.34e-3", "-0.01234"},
      {"1e125", "1" + zeros(125)},
      {"1e-130", "0." + zeros(129) + "1"},
      {"-1e-130", "-0." + zeros(129) + "1"},
      {"0.1e126", "1" + zeros(125)},
      {"10e-131", "0." + zeros(129) + "1"},
      {nines(38) + "e88", nines(38) + zeros(88)},
      {nines(38), nines(38)},
      {"0." + nines(38), "0." + nines(38)},
      {zeros(1000) + nines(38) + "." + zeros(1000), nines(38)},
      {"1" + zeros(125), "1" + zeros(125)},
      {"1.23456789012345678901234567890123456789e-130", "too many digits"},
      {"1.2345678901234567890123456789012345678e-130", "0." + zeros(129) + "12345678901234567890123456789012345678"},
      {"1e126", "overflow"},
      {"-1e126", "overflow"},
      {"1" + zeros(126), "overflow"},
      {"1e99999999999", "overflow"},
      {"1e99999999999999999999999999999999", "overflow"},
      {"0." + zeros(300) + "1e400", "1" + zeros(99)},
      {"1" + zeros(400) + "e-399", "10"},
      {"1e-131", "underflow"},
      {"0.9e-130", "underflow"},
      {"1e-99999999999", "underflow"},
      {nines(39), "too many digits"},
      {"1" + zeros(37) + "1", "too many digits"},
      {"0.1" + zeros(37) + "1", "too many digits"},
      {"1" + zeros(50) + "." + "1", "too many digits"},
      {"", "not numeric"},
      {"+", "not numeric"},
      {"-", "not numeric"},
      {".", "not numeric"},
      {"-.", "not numeric"},
      {"e2", "not numeric"},
      {"+e2", "not numeric"},
      {".e2", "not numeric"},
      {"1e", "not numeric"},
      {"1e+", "not numeric"},
      {"1e2.5", "not numeric"},
      {"1e2e3", "not numeric"},
      {"1+2", "not numeric"},
      {"--1", "not numeric"},
      {"+-1", "not numeric"},
      {" 1", "not numeric"},
      {"1 ", "not numeric"},
      {"1,5", "not numeric"},
      {"0x10", "not numeric"},
      {"NaN", "not numeric"},
      {"Infinity", "not numeric"},
      {"1.2.3", "not numeric"},
      {"abc", "not numeric"},
      {std::string("1\0", 2), "not numeric"},
      {"1e126x", "not numeric"},
  };
  for (const auto& row : rows) EXPECT_EQ(show(Number::parse(row.text)), row.want) << row.text;
}

TEST(Number, VeryLongTextsAreWalkedOnce) {
  const std::size_t n = 4'000'000;
  EXPECT_EQ(show(Number::parse(zeros(n) + "7")), "7");
  EXPECT_EQ(show(Number::parse("7." + zeros(n))), "7");
  EXPECT_EQ(show(Number::parse("0." + zeros(n) + "7e4000001")), "7");
  EXPECT_EQ(show(Number::parse("7" + zeros(n) + "e-4000000")), "7");
  EXPECT_EQ(show(Number::parse(nines(n))), "overflow");
  EXPECT_EQ(show(Number::parse("0." + nines(n))), "too many digits");
  EXPECT_EQ(show(Number::parse("1e" + nines(n))), "overflow");
  EXPECT_EQ(show(Number::parse("1e-" + nines(n))), "underflow");
}

TEST(Number, FromInt) {
  for (const std::int64_t v :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{100}, std::int64_t{-1200},
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_EQ(Number::from_int(v).text(), std::to_string(v));
    EXPECT_EQ(Number::from_int(v), number(std::to_string(v)));
  }
}

TEST(Number, AddAndSubtract) {
  const struct {
    std::string a;
    std::string b;
    std::string sum;
    std::string difference;
  } rows[] = {
      {"0", "0", "0", "0"},
      {"0", "5", "5", "-5"},
      {"5", "0", "5", "5"},
      {"1", "2", "3", "-1"},
      {"-1", "-2", "-3", "1"},
      {"1.5", "1.5", "3", "0"},
      {"0.1", "0.2", "0.3", "-0.1"},
      {"100", "0.01", "100.01", "99.99"},
      {nines(38), "1", "1" + zeros(38), nines(37) + "8"},
      {"1" + zeros(38), "1", "too many digits", nines(38)},
      {"10", "9." + nines(37), "too many digits", "0." + zeros(36) + "1"},
      {"2" + zeros(38), "1", "too many digits", "too many digits"},
      {"9" + zeros(38), nines(38), "too many digits", "too many digits"},
      {"1" + zeros(38), "10", "1" + zeros(36) + "10", nines(37) + "0"},
      {nines(38), nines(38), "too many digits", "0"},
      {"1e50", "1", "too many digits", "too many digits"},
      {"1", "1e50", "too many digits", "too many digits"},
      {"1e125", "1e-130", "too many digits", "too many digits"},
      {"9e125", "1e125", "overflow", "8" + zeros(125)},
      {"-9e125", "-1e125", "overflow", "-8" + zeros(125)},
      {"1.1e-130", "1e-130", "0." + zeros(129) + "21", "underflow"},
      {nines(38) + "e88", "1e88", "overflow", nines(37) + "8" + zeros(88)},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(show(Number::add(number(row.a), number(row.b))), row.sum) << row.a << " + " << row.b;
    EXPECT_EQ(show(Number::add(number(row.b), number(row.a))), row.sum) << row.b << " + " << row.a;
    EXPECT_EQ(show(Number::subtract(number(row.a), number(row.b))), row.difference) << row.a << " - " << row.b;
  }
}

TEST(Number, OrderOfValuesAndOfEncodings) {
  const std::string ascending[] = {"-" + nines(38) + "e88",
                                   "-1e125",
                                   "-1.5e10",
                                   "-1e10",
                                   "-101",
                                   "-100.5",
                                   "-100",
                                   "-99",
                                   "-12",
                                   "-11",
                                   "-10",
                                   "-9",
                                   "-1.01",
                                   "-1",
                                   "-0.99",
                                   "-0.1",
                                   "-0.01",
                                   "-1.5e-130",
                                   "-1e-130",
                                   "0",
                                   "1e-130",
                                   "1.5e-130",
                                   "0.01",
                                   "0.1",
                                   "0.99",
                                   "1",
                                   "1.01",
                                   "9",
                                   "10",
                                   "11",
                                   "12",
                                   "99",
                                   "100",
                                   "100.5",
                                   "101",
                                   "1e10",
                                   "1.5e10",
                                   "1e125",
                                   nines(38) + "e88"};
  std::vector<Number> numbers;
  std::vector<std::string> encodings;
  for (const auto& text : ascending) {
    numbers.push_back(number(text));
    numbers.back().append_encoded(encodings.emplace_back());
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (std::size_t j = 0; j < numbers.size(); ++j) {
      EXPECT_EQ(numbers[i] <=> numbers[j], i <=> j) << ascending[i] << " " << ascending[j];
      EXPECT_EQ(encodings[i].compare(encodings[j]) <=> 0, i <=> j) << ascending[i] << " " << ascending[j];
      if (i != j) {
        EXPECT_FALSE(encodings[i].starts_with(encodings[j]));
      }
    }
  }
}

TEST(Number, EncodingsAreNotLongerThanPromisedAndComeBack) {
  for (const std::string text : {"0", "7", "-7", "10", "0.1", "123", "-123.456", "1e125", "-1e-130"}) {
    std::string encoded;
    number(text).append_encoded(encoded);
    EXPECT_EQ(Number::from_encoded(encoded), number(text));
    EXPECT_EQ(Number::encoded_length(encoded + "xyz"), encoded.size());
    std::string printed;
    Number::append_encoded_as_text(encoded, printed);
    EXPECT_EQ(printed, number(text).text());
  }
  std::string longest;
  number("-" + nines(38)).append_encoded(longest);
  EXPECT_EQ(longest.size(), kMaxEncodedNumberBytes);
}

TEST(Number, MalformedEncodingsHaveNoLength) {
  using namespace std::string_literals;
  const std::string rows[] = {
      ""s,
      "\x00"s,
      "\x7f"s,
      "\xff"s,
      "\xC0"s,
      "\xC0\x82"s,
      "\xC0\x82\x0b"s,                                  // no terminator
      "\xC0\x82\x00"s,                                  // no digits
      "\xC0\x82\x01\x02\x00"s,                          // the first digit is 0
      "\xC0\x82\x02\x00"s,                              // 01
      "\xC0\x82\x0b\x01\x00"s,                          // trailing pair 00
      "\xC0\x82\x0b\x66\x00"s,                          // no such pair
      "\xC0\x82"s + std::string(20, '\x0c') + "\x00"s,  // 40 digits
      "\x40\x7d\xf4"s,
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Number::encoded_length(row), 0U) << ::testing::PrintToString(row);
    std::string text;  // whatever it reads as, nothing breaks
    Number::append_encoded_as_text(row, text);
    EXPECT_EQ(Number::from_encoded(row).text(), text) << ::testing::PrintToString(row);
  }
}

TEST(Number, AttributeSizeAsMeasured) {
  const struct {
    std::string text;
    std::size_t want;
  } rows[] = {
      {"0", 1},       {"-0", 1},     {"1", 2},     {"12", 2},    {"123", 3},  {"1.5", 3},      {"15", 2},
      {"3.14159", 5}, {"123456", 4}, {"100", 2},   {"100.5", 4}, {"1010", 3}, {"0.15", 2},     {"-42", 3},
      {"1E125", 2},   {"1e-130", 2}, {"0.001", 2}, {"1.001", 4}, {"-0.5", 3}, {nines(38), 20}, {"-" + nines(38), 21},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(number(row.text).attribute_size(), row.want) << row.text;
    std::string encoded;
    number(row.text).append_encoded(encoded);
    EXPECT_EQ(Number::encoded_attribute_size(encoded), row.want) << row.text;
  }
}

}  // namespace
}  // namespace stator::model
