#include "kv/rocksdb/disk_faults.h"

#include <array>
#include <sstream>
#include <utility>

#include <fmt/format.h>

namespace stator::kv {
namespace {

struct OperationName {
  std::string_view name;
  DiskOperation operation;
};
constexpr std::array kOperations = {
    OperationName{"create", DiskOperation::kCreate}, OperationName{"write", DiskOperation::kWrite},
    OperationName{"sync", DiskOperation::kSync},     OperationName{"sync-folder", DiskOperation::kSyncFolder},
    OperationName{"rename", DiskOperation::kRename}, OperationName{"read", DiskOperation::kRead},
};

}  // namespace

Result<DiskFault> parse_disk_fault(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string operation;
  std::string count;
  std::string error;
  DiskFault fault;
  words >> operation >> fault.file >> fault.skip >> count >> error;
  const auto refuse = [&] { return fail(ErrorCode::kValidation, fmt::format("\"{}\" is no fault of a disk.", text)); };
  if (!words || (error != "EIO" && error != "ENOSPC")) return refuse();
  fault.error = error == "EIO" ? EIO : ENOSPC;
  if (fault.file == "*") fault.file.clear();
  if (count == "ever") {
    fault.count = kForEver;
  } else if (!(std::istringstream(count) >> fault.count)) {
    return refuse();
  }
  for (const OperationName& known : kOperations) {
    if (known.name != operation) continue;
    fault.operation = known.operation;
    return fault;
  }
  return refuse();
}

void DiskFaults::add(DiskFault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

void DiskFaults::clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::size_t DiskFaults::met() const {
  const std::lock_guard lock(mutex_);
  return met_;
}

void DiskFaults::before_each(std::function<void(std::size_t)> hook) {
  const std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

int DiskFaults::meet(DiskOperation operation, std::string_view file) {
  const std::lock_guard lock(mutex_);
  if (hook_ && operation != DiskOperation::kRead) hook_(met_);
  for (DiskFault& fault : faults_) {
    if (fault.operation != operation || !file.contains(fault.file)) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    if (fault.count == 0) continue;
    if (fault.count != kForEver) --fault.count;
    ++met_;
    return fault.error;
  }
  return 0;
}

}  // namespace stator::kv
