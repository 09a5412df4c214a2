#include "kv/rocksdb/faulty_disk.h"

#include <mutex>
#include <string>
#include <utility>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "kv/rocksdb/durable_mirror.h"
#include "kv/rocksdb/rocksdb_store.h"

namespace stator::kv {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

std::string name_in_folder(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// As RocksDB makes it of what the system says.
IOStatus status_of(int error, const std::string& file) {
  if (error == 0) return IOStatus::OK();
  if (error != ENOSPC) return IOStatus::IOError("A fault of the disk", file);
  IOStatus status = IOStatus::NoSpace("No space left on device", file);
  status.SetRetryable(true);
  return status;
}

// What the files and the folder share.
struct Disk {
  Disk(std::filesystem::path live, std::filesystem::path durable, std::shared_ptr<DiskFaults> given)
      : mirror(std::move(live), std::move(durable)), faults(std::move(given)) {}
  IOStatus meet(DiskOperation operation, const std::string& file) {
    const auto held = mirror.hold();
    return status_of(faults->meet(operation, file), file);
  }

  DurableMirror mirror;
  std::shared_ptr<DiskFaults> faults;
  std::mutex names;  // held while a name changes, and while files are found by theirs
};

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, std::shared_ptr<Disk> disk)
      : FSWritableFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        name_(name_in_folder(path_)),
        disk_(std::move(disk)) {}

  using FSWritableFileOwnerWrapper::Append;
  // A write that fails has written a part.
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    const IOStatus fault = disk_->meet(DiskOperation::kWrite, name_);
    if (fault.ok()) return FSWritableFileOwnerWrapper::Append(data, options, debug);
    (void)FSWritableFileOwnerWrapper::Append(Slice(data.data(), data.size() / 2), options, debug);
    return fault;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override { return sync(options, debug); }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return sync(options, debug); }

 private:
  // The mirror is the disk: nothing needs to be synced to the one below.
  IOStatus sync(const IOOptions& options, IODebugContext* debug) {
    const IOStatus status = FSWritableFileOwnerWrapper::Flush(options, debug);
    if (!status.ok()) return status;
    const std::lock_guard names(disk_->names);
    const std::uint64_t size = std::filesystem::file_size(path_);
    const IOStatus fault = disk_->meet(DiskOperation::kSync, name_);
    if (!fault.ok()) {
      disk_->mirror.failed_to_sync(name_, size);
      return fault;
    }
    disk_->mirror.synced(name_, size);
    return fault;
  }

  const std::string path_;
  const std::string name_;
  const std::shared_ptr<Disk> disk_;
};

class FaultyFolder final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyFolder(std::unique_ptr<rocksdb::FSDirectory> folder, std::shared_ptr<Disk> disk)
      : FSDirectoryWrapper(std::move(folder)), disk_(std::move(disk)) {}
  IOStatus Fsync(const IOOptions& /*options*/, IODebugContext* /*debug*/) override { return sync(); }
  IOStatus FsyncWithDirOptions(const IOOptions& /*options*/, IODebugContext* /*debug*/,
                               const rocksdb::DirFsyncOptions& /*why*/) override {
    return sync();
  }

 private:
  IOStatus sync() {
    const std::lock_guard names(disk_->names);
    const IOStatus fault = disk_->meet(DiskOperation::kSyncFolder, "");
    if (fault.ok()) disk_->mirror.synced_folder();
    return fault;
  }

  const std::shared_ptr<Disk> disk_;
};

class FaultyReads final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FaultyReads(std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::string name, std::shared_ptr<Disk> disk)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), name_(std::move(name)), disk_(std::move(disk)) {}
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    const IOStatus fault = disk_->meet(DiskOperation::kRead, name_);
    return fault.ok() ? FSRandomAccessFileOwnerWrapper::Read(offset, size, options, result, scratch, debug) : fault;
  }

 private:
  const std::string name_;
  const std::shared_ptr<Disk> disk_;
};

class FaultyDisk final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyDisk(std::shared_ptr<Disk> disk)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(std::move(disk)) {}
  [[nodiscard]] const char* Name() const override { return "FaultyDisk"; }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    const std::lock_guard names(disk_->names);
    const std::string name = name_in_folder(path);
    IOStatus status = disk_->meet(DiskOperation::kCreate, name);
    if (status.ok()) status = FileSystemWrapper::NewWritableFile(path, options, file, debug);
    if (!status.ok()) return status;
    disk_->mirror.created(name);
    *file = std::make_unique<FaultyFile>(std::move(*file), path, disk_);
    return status;
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    const bool is_new = !FileSystemWrapper::FileExists(path, {}, debug).ok();
    IOStatus status = FileSystemWrapper::ReopenWritableFile(path, options, file, debug);
    if (!status.ok()) return status;
    if (is_new) disk_->mirror.created(name_in_folder(path));
    *file = std::make_unique<FaultyFile>(std::move(*file), path, disk_);
    return status;
  }
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file, IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewRandomAccessFile(path, options, file, debug);
    if (status.ok()) *file = std::make_unique<FaultyReads>(std::move(*file), name_in_folder(path), disk_);
    return status;
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* folder, IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewDirectory(path, options, folder, debug);
    if (status.ok()) *folder = std::make_unique<FaultyFolder>(std::move(*folder), disk_);
    return status;
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* debug) override {
    const std::lock_guard names(disk_->names);
    IOStatus status = FileSystemWrapper::DeleteFile(path, options, debug);
    if (status.ok()) disk_->mirror.removed(name_in_folder(path));
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    const std::lock_guard names(disk_->names);
    IOStatus status = disk_->meet(DiskOperation::kRename, name_in_folder(to));
    if (status.ok()) status = FileSystemWrapper::RenameFile(from, to, options, debug);
    if (status.ok()) disk_->mirror.renamed(name_in_folder(from), name_in_folder(to));
    return status;
  }

 private:
  const std::shared_ptr<Disk> disk_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_store_on_faulty_disk(const DiskOptions& options, const Clock& clock,
                                                         const std::filesystem::path& mirror,
                                                         std::shared_ptr<DiskFaults> faults) {
  const auto open = [&](const std::filesystem::path& folder) -> std::shared_ptr<rocksdb::FileSystem> {
    return std::make_shared<FaultyDisk>(std::make_shared<Disk>(folder, mirror, std::move(faults)));
  };
  return open_rocksdb_store_over(open, options, clock);
}

}  // namespace stator::kv
