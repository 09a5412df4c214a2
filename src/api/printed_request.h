// How the older layer shows a request's member in a message: as the service's own Java classes print themselves.
// Members that are absent are left out here; the service prints some of them as null.
#pragma once

#include <string>

#include "api/json.h"

namespace stator::api {

// BatchWriteItem's RequestItems: {t=[WriteRequest(putRequest=PutRequest(item={pk=AttributeValue(s=x)}))]}.
[[nodiscard]] std::string printed_request_items(Object request_items);

// TransactItems: [TransactWriteItem(put=Put(item={...}, tableName=t))]. `java_class` is the elements'.
[[nodiscard]] std::string printed_transact_items(simdjson::dom::array transact_items, std::string_view java_class);

}  // namespace stator::api
