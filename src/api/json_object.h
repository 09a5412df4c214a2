// A JSON object by name only, for headers that hand one on: what it is, is api/json.h's and its readers' business.
#pragma once

namespace simdjson::dom {
class element;
class object;
}  // namespace simdjson::dom

namespace stator::api {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;

}  // namespace stator::api
