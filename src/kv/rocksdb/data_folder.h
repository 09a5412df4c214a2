// The data folder: whose it is, what format it has, and that one process at a time uses it (docs/formats/folder.md).
#pragma once

#include <filesystem>
#include <utility>

#include "base/result.h"

namespace stator::kv {

// Holds the folder until it is destroyed.
class DataFolder {
 public:
  // Makes the folder, and its parents, if there is none. An existing one must be empty or hold a file STATOR of a
  // known format: else, and if it is in use, kIncompatible. kCorruption if its database is gone, kInternal for what the
  // operating system refuses.
  [[nodiscard]] static Result<DataFolder> open(const std::filesystem::path& folder);

  DataFolder(DataFolder&& other) noexcept
      : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)), needs_finish_(other.needs_finish_) {}
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Where RocksDB keeps its files.
  [[nodiscard]] std::filesystem::path store() const;

  // True if the folder is new or of an older format.
  [[nodiscard]] bool needs_finish() const { return needs_finish_; }
  // Once the database is made, and is of the present format, and before anything is promised of what is in it: makes
  // the names of a new folder durable, and writes the format. Nothing to do in a finished one.
  Result<void> finish();

 private:
  DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_;  // the file STATOR, locked
  bool needs_finish_ = false;
};

}  // namespace stator::kv
