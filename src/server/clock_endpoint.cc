#include "server/clock_endpoint.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "config/units.h"
#include "model/stream.h"

namespace stator::server {
namespace {

constexpr std::string_view kAdvance = "advance=";

http::Response json(int status, std::string body) {
  return {.status = status, .content_type = "application/json", .headers = {}, .body = std::move(body)};
}

std::optional<std::chrono::milliseconds> advance_of(std::string_view target) {
  const std::size_t query = target.find('?');
  if (query == std::string_view::npos || !target.substr(query + 1).starts_with(kAdvance)) return std::nullopt;
  return config::parse_duration(target.substr(query + 1 + kAdvance.size()));
}

}  // namespace

http::Response ClockEndpoint::handle(const http::Request& request) const {
  if (request.method == "POST") {
    const auto by = advance_of(request.target);
    if (!by || !clock_.advance(*by)) {
      return json(400, R"({"error":"say how far: ?advance=90s, 5m or 24h; no more than 200 years in all"})");
    }
    moved_();
  }
  return json(200, fmt::format("{{\"now\":\"{}Z\"}}\n", model::stream_label(clock_.now())));
}

}  // namespace stator::server
