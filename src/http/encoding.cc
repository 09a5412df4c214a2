#include "http/encoding.h"

#include <algorithm>
#include <optional>

#include <libdeflate.h>
#include <zlib.h>

#include "http/text.h"

namespace stator::http {
namespace {

// zlib's window sizes also choose the format: plus 16 is gzip, negative is raw deflate.
constexpr int kWindowBits = 15;
constexpr int kGzipWindow = kWindowBits + 16;
// Answers are packed while the event loop waits; speed counts for more than the last tenth of size.
constexpr int kLevel = Z_BEST_SPEED;
constexpr std::size_t kStep = 64 * 1024;
// Codings over one another: each costs up to the body limit in memory and time.
constexpr unsigned kMaxCodings = 4;

const Bytef* input_of(std::string_view bytes) { return reinterpret_cast<const Bytef*>(bytes.data()); }

Bytef* output_of(std::string& bytes, std::size_t at) { return reinterpret_cast<Bytef*>(bytes.data() + at); }

// zlib's header: method 8 and a check over its two bytes (RFC 1950).
bool has_zlib_header(std::string_view body) {
  if (body.size() < 2) return false;
  const auto first = static_cast<std::uint8_t>(body[0]);
  const auto second = static_cast<std::uint8_t>(body[1]);
  return (first & 0x0f) == 8 && (first * 256 + second) % 31 == 0;
}

class Inflater {
 public:
  explicit Inflater(int window) { ready_ = inflateInit2(&stream_, window) == Z_OK; }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Unpacked run(std::string_view body, bool members, std::size_t max_bytes, std::string& out) {
    if (!ready_) return Unpacked::kBad;
    stream_.next_in = const_cast<Bytef*>(input_of(body));
    stream_.avail_in = static_cast<uInt>(body.size());
    out.clear();
    std::size_t filled = 0;
    for (;;) {
      // One byte above the limit is enough to know that it is passed.
      if (filled == out.size()) out.resize(std::min(out.size() + std::max(kStep, out.size()), max_bytes + 1));
      stream_.next_out = output_of(out, filled);
      stream_.avail_out = static_cast<uInt>(out.size() - filled);
      const int status = inflate(&stream_, Z_NO_FLUSH);
      filled = out.size() - stream_.avail_out;
      if (filled > max_bytes) return Unpacked::kTooLarge;
      if (status == Z_STREAM_END && members && stream_.avail_in > 0) {
        if (inflateReset(&stream_) != Z_OK) return Unpacked::kBad;
      } else if (status == Z_STREAM_END) {
        out.resize(filled);
        return stream_.avail_in == 0 ? Unpacked::kOk : Unpacked::kBad;
      } else if (status != Z_OK || (stream_.avail_in == 0 && stream_.avail_out > 0)) {
        return Unpacked::kBad;
      }
    }
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

Unpacked unpack_one(std::string_view coding, std::string_view body, std::size_t max_bytes, std::string& out) {
  if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) {
    return Inflater(kGzipWindow).run(body, true, max_bytes, out);
  }
  if (equals_ignoring_case(coding, "deflate")) {
    return Inflater(has_zlib_header(body) ? kWindowBits : -kWindowBits).run(body, false, max_bytes, out);
  }
  return Unpacked::kBad;
}

std::optional<Coding> known_coding(std::string_view name) {
  if (equals_ignoring_case(name, "gzip") || name == "*") return Coding::kGzip;
  if (equals_ignoring_case(name, "deflate")) return Coding::kDeflate;
  return std::nullopt;
}

// A q-value in thousandths (RFC 9110 section 12.4.2); 0 if it is not one.
int parse_quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  int value = text[0] - '0';
  int scale = 1;
  if (text.size() > 1 && text[1] != '.') return 0;
  for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (c < '0' || c > '9') return 0;
    value = value * 10 + (c - '0');
    scale *= 10;
  }
  return std::min(value * (1000 / scale), 1000);
}

int quality_of(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view value = take_part(parameters, ';');
    const std::string_view name = take_part(value, '=');
    if (equals_ignoring_case(name, "q")) return parse_quality(trim(value));
  }
  return 1000;
}

}  // namespace

Unpacked unpack(std::string_view codings, std::string_view body, std::size_t max_bytes, std::string& out) {
  std::string from;
  std::string to;
  unsigned applied = 0;
  while (!codings.empty()) {
    const std::size_t comma = codings.rfind(',');
    const std::string_view coding = trim(comma == std::string_view::npos ? codings : codings.substr(comma + 1));
    codings = comma == std::string_view::npos ? std::string_view{} : codings.substr(0, comma);
    if (coding.empty() || equals_ignoring_case(coding, "identity")) continue;
    if (applied == kMaxCodings) return Unpacked::kBad;
    const Unpacked result = unpack_one(coding, applied > 0 ? std::string_view(from) : body, max_bytes, to);
    if (result != Unpacked::kOk) return result;
    std::swap(from, to);
    ++applied;
  }
  if (applied > 0) {
    out = std::move(from);
  } else {
    out = body;
  }
  return Unpacked::kOk;
}

Coding choose_coding(std::string_view accept_encoding) {
  Coding best = Coding::kIdentity;
  int best_quality = 0;
  while (!accept_encoding.empty()) {
    std::string_view rest = take_part(accept_encoding, ',');
    const auto coding = known_coding(take_part(rest, ';'));
    if (!coding.has_value()) continue;
    if (const int quality = quality_of(rest); quality > best_quality) {
      best = *coding;
      best_quality = quality;
    }
  }
  return best;
}

std::string_view coding_name(Coding coding) {
  switch (coding) {
    case Coding::kGzip:
      return "gzip";
    case Coding::kDeflate:
      return "deflate";
    case Coding::kIdentity:
      break;
  }
  return "identity";
}

std::string pack(Coding coding, std::string_view body) {
  if (coding == Coding::kIdentity) return std::string(body);
  z_stream stream{};
  const int window = coding == Coding::kGzip ? kGzipWindow : kWindowBits;
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out;
  out.resize(deflateBound(&stream, static_cast<uLong>(body.size())));
  stream.next_in = const_cast<Bytef*>(input_of(body));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = output_of(out, 0);
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) out.clear();
  return out;
}

std::uint32_t crc32_of(std::string_view bytes) { return libdeflate_crc32(0, bytes.data(), bytes.size()); }

}  // namespace stator::http
