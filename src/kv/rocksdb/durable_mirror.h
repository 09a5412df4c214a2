// What a power cut would leave of a folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace stator::kv {

// Keeps, in a second folder, of each file of the first the bytes that were synced, under the names that the folder had
// when it was synced itself: the least that a file system may leave, which is less than most do. A process that dies in
// the middle of a call leaves a part of what the call was to add.
//
// It is told of everything that is done to the files, after it is done; they are only appended to, and what is cut off
// one stays on the disk. Files are named as in the folder. Thread-safe. What cannot be read or written ends the
// process: nothing would be known any more.
class DurableMirror {
 public:
  // If there is no folder `mirror`, everything in `live` is taken as durable; else only what is in both is.
  DurableMirror(std::filesystem::path live, std::filesystem::path mirror);

  void created(const std::string& name);
  void renamed(const std::string& from, const std::string& to);
  void removed(const std::string& name);
  // The file's first `size` bytes have been synced.
  void synced(const std::string& name, std::uint64_t size);
  // They should have been, and the error leaves nothing of those that were not yet: they read as zeros once they come
  // back from the disk, though a later sync of the file succeeds.
  void failed_to_sync(const std::string& name, std::uint64_t size);
  void synced_folder();

  // Nothing changes while it is held.
  [[nodiscard]] std::unique_lock<std::mutex> hold() { return std::unique_lock(mutex_); }

 private:
  struct File {
    std::uint64_t named = 0;  // when it got its name, in the order of all such changes
    std::uint64_t synced = 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> lost;  // ranges of the synced bytes
  };
  // A name in the mirror.
  struct Copy {
    std::shared_ptr<File> file;
    std::uint64_t size = 0;
  };

  void extend(const std::shared_ptr<File>& file, const std::string& name);
  void copy_range(const File& file, const std::string& name, const std::filesystem::path& to, std::uint64_t from);

  const std::filesystem::path live_;
  const std::filesystem::path mirror_;
  std::mutex mutex_;
  // Guarded by mutex_.
  std::map<std::string, std::shared_ptr<File>> files_;
  std::map<std::string, Copy> copies_;
  std::uint64_t names_given_ = 0;
};

}  // namespace stator::kv
