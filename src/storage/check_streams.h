// Checks streams against their tables, changes against the shards that hold them, and what is kept of event source
// mappings. Part of check().
#pragma once

#include "base/result.h"
#include "kv/engine.h"
#include "storage/catalog.h"
#include "storage/check.h"

namespace stator::storage {

// Reads every change once, and the item of each. Adds what it finds to the report.
Result<void> check_streams(const kv::Reader& reader, const Catalog& catalog, CheckReport& report);

}  // namespace stator::storage
