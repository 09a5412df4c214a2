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
// So many moves as long as this one stay within what times can be.
constexpr std::chrono::years kMost{100};

http::Response json(int status, std::string body) {
  return {.status = status, .content_type = "application/json", .headers = {}, .body = std::move(body)};
}

std::optional<std::chrono::milliseconds> advance_of(std::string_view target) {
  const std::size_t query = target.find('?');
  if (query == std::string_view::npos || !target.substr(query + 1).starts_with(kAdvance)) return std::nullopt;
  const auto by = config::parse_duration(target.substr(query + 1 + kAdvance.size()));
  return by && *by <= kMost ? by : std::nullopt;
}

}  // namespace

http::Response ClockEndpoint::handle(const http::Request& request) const {
  if (request.method == "POST") {
    const auto by = advance_of(request.target);
    if (!by)
      return json(400, R"({"error":"say how far: ?advance=90s, 5m or 24h"})"
                       "\n");
    clock_.advance(*by);
    moved_();
  }
  return json(200, fmt::format("{{\"now\":\"{}Z\"}}\n", model::stream_label(clock_.now())));
}

}  // namespace stator::server
