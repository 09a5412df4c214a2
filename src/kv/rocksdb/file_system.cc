#include "kv/rocksdb/file_system.h"

#include <charconv>
#include <string>
#include <utility>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace stator::kv {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

IOStatus retryable(IOStatus status) {
  if (!status.ok()) status.SetRetryable(true);
  return status;
}

class WritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  using FSWritableFileOwnerWrapper::Append;
  using FSWritableFileOwnerWrapper::FSWritableFileOwnerWrapper;

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return retryable(FSWritableFileOwnerWrapper::Append(data, options, debug));
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return retryable(FSWritableFileOwnerWrapper::Close(options, debug));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return retryable(FSWritableFileOwnerWrapper::Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return retryable(FSWritableFileOwnerWrapper::Fsync(options, debug));
  }
  IOStatus RangeSync(std::uint64_t offset, std::uint64_t bytes, const IOOptions& options,
                     IODebugContext* debug) override {
    return retryable(FSWritableFileOwnerWrapper::RangeSync(offset, bytes, options, debug));
  }
};

// 0 if it is no log.
std::uint64_t log_number(std::string_view path) {
  if (!path.ends_with(".log")) return 0;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  std::uint64_t number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

// Used by one thread at a time.
class LogFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  LogFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::uint64_t number, bool are_synced, LogWatch& watch)
      : FSWritableFileOwnerWrapper(std::move(file)), number_(number), are_synced_(are_synced), watch_(watch) {}
  using FSWritableFileOwnerWrapper::Append;

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug) override {
    if (is_given_up_) return IOStatus::OK();
    IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (!status.ok()) return give_up(std::move(status), options, debug);
    size_ += data.size();
    watch_.appended.fetch_add(data.size(), std::memory_order_relaxed);
    return status;
  }
  // After each write as a whole.
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    if (is_given_up_) return IOStatus::OK();
    IOStatus status = FSWritableFileOwnerWrapper::Flush(options, debug);
    if (!status.ok()) return give_up(std::move(status), options, debug);
    if (!are_synced_) good_ = size_;
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    if (is_given_up_ && are_synced_) return IOStatus::OK();
    IOStatus status = FSWritableFileOwnerWrapper::Sync(options, debug);
    if (!status.ok()) return give_up(std::move(status), options, debug);
    good_ = size_;
    return status;
  }

 private:
  // Cutting back is done as far as the disk lets it.
  IOStatus give_up(IOStatus status, const IOOptions& options, IODebugContext* debug) {
    is_given_up_ = true;
    watch_.failed.store(number_);
    (void)FSWritableFileOwnerWrapper::Truncate(good_, options, debug);
    size_ = good_;
    return retryable(std::move(status));
  }

  const std::uint64_t number_;
  const bool are_synced_;
  LogWatch& watch_;
  std::uint64_t size_ = 0;
  std::uint64_t good_ = 0;  // of the writes that count
  bool is_given_up_ = false;
};

class Folder final : public rocksdb::FSDirectoryWrapper {
 public:
  using FSDirectoryWrapper::FSDirectoryWrapper;
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return retryable(FSDirectoryWrapper::Fsync(options, debug));
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& why) override {
    return retryable(FSDirectoryWrapper::FsyncWithDirOptions(options, debug, why));
  }
};

class FileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FileSystem(std::shared_ptr<rocksdb::FileSystem> below, bool are_synced, LogWatch& watch)
      : FileSystemWrapper(std::move(below)), are_synced_(are_synced), watch_(watch) {}
  [[nodiscard]] const char* Name() const override { return "Stator"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    if (name.substr(name.rfind('/') + 1).starts_with("OPTIONS-")) {
      return IOStatus::NotSupported(std::string(kNoOptionsFile));
    }
    const std::uint64_t log = log_number(name);
    IOStatus status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    if (status.ok() && log != 0) {
      *file = std::make_unique<LogFile>(std::move(*file), log, are_synced_, watch_);
    } else if (status.ok()) {
      *file = std::make_unique<WritableFile>(std::move(*file));
    } else if (log != 0 && status.IsNoSpace()) {
      // RocksDB has no way back from a full disk at this place, but from other errors.
      status = IOStatus::IOError(status.ToString());
    }
    return retryable(std::move(status));
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* folder, IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewDirectory(name, options, folder, debug);
    if (status.ok()) *folder = std::make_unique<Folder>(std::move(*folder));
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    return retryable(FileSystemWrapper::RenameFile(from, to, options, debug));
  }

 private:
  const bool are_synced_;
  LogWatch& watch_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_env(std::shared_ptr<rocksdb::FileSystem> below, bool are_synced, LogWatch& watch) {
  return rocksdb::NewCompositeEnv(std::make_shared<FileSystem>(std::move(below), are_synced, watch));
}

}  // namespace stator::kv
