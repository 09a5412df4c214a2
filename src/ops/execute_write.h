// What PutItem, UpdateItem and DeleteItem share: ReturnValues, consumption.
#pragma once

#include <span>
#include <string_view>

#include "api/item_request.h"
#include "api/put_item.h"
#include "base/result.h"
#include "model/document_path.h"
#include "ops/context.h"
#include "ops/write_plan.h"

namespace stator::ops {

// What the answer tells of the item.
struct Returned {
  api::ReturnValues values = api::ReturnValues::kNone;
  std::span<const model::DocumentPath> touched{};  // for kUpdatedOld and kUpdatedNew
};

// `table_name` is what the request calls the table.
[[nodiscard]] Result<api::PutItem::Response> execute_write(Context& context, const WritePlan& plan,
                                                           std::string_view table_name, const Returned& returned,
                                                           const api::ReportOptions& report);

}  // namespace stator::ops
