// What a disk does wrong, when a test says so.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stator::kv {

enum class DiskOperation : std::uint8_t { kCreate, kWrite, kSync, kSyncFolder, kRename, kRead };

inline constexpr std::size_t kForEver = std::numeric_limits<std::size_t>::max();

// Of the operations on files whose names have `file` in them, the first `skip` succeed, the next `count` fail.
struct DiskFault {
  DiskOperation operation = DiskOperation::kSync;
  std::string file;  // ".log", "MANIFEST"; "" is every file
  std::size_t skip = 0;
  std::size_t count = 1;
  int error = EIO;  // or ENOSPC
};

// "sync .log 3 1 EIO", "write * 0 ever ENOSPC": operation, file, skip, count, error. kValidation if it is nothing such.
[[nodiscard]] Result<DiskFault> parse_disk_fault(std::string_view text);

// Thread-safe.
class DiskFaults {
 public:
  void add(DiskFault fault);
  // The disk is well again.
  void clear();
  // How many operations have failed.
  [[nodiscard]] std::size_t met() const;

  // Called with met() before each operation but reads, by the thread that does it, while nothing else is done to the
  // disk. Must not call into this.
  void before_each(std::function<void(std::size_t)> hook);

  // Counts an operation on the file; the error that it meets, 0 if none.
  int meet(DiskOperation operation, std::string_view file);

 private:
  mutable std::mutex mutex_;
  std::vector<DiskFault> faults_;          // guarded by mutex_
  std::size_t met_ = 0;                    // guarded by mutex_
  std::function<void(std::size_t)> hook_;  // guarded by mutex_
};

}  // namespace stator::kv
