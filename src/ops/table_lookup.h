// The table that a request on a table is about.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ops/context.h"
#include "storage/catalog.h"

namespace stator::ops {

// The name in a TableName, which is a name or a table's ARN that api/ has checked: kValidation or kAccessDenied if it
// is an ARN of another region or account.
[[nodiscard]] Result<std::string_view> named_table(const Context& context, std::string_view name_or_arn);

// For operations on items: kResourceNotFound "Requested resource not found" unless the table is there and usable.
[[nodiscard]] Result<storage::TablePtr> usable_table(const Context& context, std::string_view name_or_arn);

// kResourceNotFound in the words of the operations on tables.
[[nodiscard]] Result<storage::TablePtr> find_table(const Context& context, std::string_view name_or_arn);

// The table of a ResourceArn that api/ has checked, if its tags can be looked at now: kResourceNotFound while it is
// being created or deleted.
[[nodiscard]] Result<storage::TablePtr> find_tagged_table(const Context& context, std::string_view arn);

// kResourceInUse: "Attempt to change a resource which is still in use: <detail>".
[[nodiscard]] std::unexpected<Error> fail_in_use(std::string_view detail);
// The same for a table that is being created or deleted; nothing otherwise.
[[nodiscard]] Result<void> check_settled(const Context& context, const model::Table& table);

}  // namespace stator::ops
