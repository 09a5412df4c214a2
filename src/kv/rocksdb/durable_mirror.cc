#include "kv/rocksdb/durable_mirror.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

namespace stator::kv {
namespace {

namespace fs = std::filesystem;

// Never a name of the folder's own.
constexpr std::string_view kUnfinished = ".unfinished";

void must(bool done, std::string_view what, const fs::path& file) {
  if (done) return;
  fmt::print(stderr, "cannot {} {}\n", what, file.string());
  std::abort();
}

// All at once: a process that dies meanwhile leaves no copy.
void copy_folder(const fs::path& from, const fs::path& to) {
  const fs::path unfinished = to.string() + std::string(kUnfinished);
  fs::remove_all(unfinished);
  fs::create_directories(unfinished);
  for (const auto& entry : fs::directory_iterator(from)) {
    if (entry.is_regular_file()) fs::copy_file(entry.path(), unfinished / entry.path().filename());
  }
  fs::rename(unfinished, to);
}

}  // namespace

DurableMirror::DurableMirror(fs::path live, fs::path mirror) : live_(std::move(live)), mirror_(std::move(mirror)) {
  fs::create_directories(live_);
  if (!fs::exists(mirror_)) copy_folder(live_, mirror_);
  for (const auto& entry : fs::directory_iterator(live_)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().filename();
    const auto file = std::make_shared<File>();
    file->named = ++names_given_;
    files_[name] = file;
    if (!fs::exists(mirror_ / name)) continue;
    file->synced = fs::file_size(mirror_ / name);
    copies_[name] = {.file = file, .size = file->synced};
  }
  for (const auto& entry : fs::directory_iterator(mirror_)) {
    const std::string name = entry.path().filename();
    if (!copies_.contains(name)) copies_[name] = {.file = std::make_shared<File>(), .size = 0};
  }
}

void DurableMirror::created(const std::string& name) {
  const std::lock_guard lock(mutex_);
  files_[name] = std::make_shared<File>();
  files_[name]->named = ++names_given_;
}

void DurableMirror::renamed(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  const auto at = files_.find(from);
  if (at == files_.end()) return;
  at->second->named = ++names_given_;
  files_[to] = at->second;
  files_.erase(from);
}

void DurableMirror::removed(const std::string& name) {
  const std::lock_guard lock(mutex_);
  files_.erase(name);
}

void DurableMirror::synced(const std::string& name, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  const auto at = files_.find(name);
  if (at == files_.end() || at->second->synced >= size) return;
  at->second->synced = size;
  extend(at->second, name);
}

void DurableMirror::failed_to_sync(const std::string& name, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  const auto at = files_.find(name);
  if (at == files_.end() || at->second->synced >= size) return;
  at->second->lost.emplace_back(at->second->synced, size);
  at->second->synced = size;
  extend(at->second, name);
}

void DurableMirror::synced_folder() {
  const std::lock_guard lock(mutex_);
  std::map<std::uint64_t, std::string> changed;  // in their order, so that each name's file is there before the next
  for (const auto& [name, file] : files_) {
    const auto at = copies_.find(name);
    if (at == copies_.end() || at->second.file != file) changed[file->named] = name;
  }
  for (const auto& [order, name] : changed) {
    const auto& file = files_.at(name);
    const fs::path unfinished = mirror_ / (name + std::string(kUnfinished));
    must(!fs::exists(unfinished) || fs::remove(unfinished), "remove", unfinished);
    copy_range(*file, name, unfinished, 0);
    fs::rename(unfinished, mirror_ / name);
    copies_[name] = {.file = file, .size = file->synced};
  }
  std::erase_if(copies_, [&](const auto& copy) {
    if (files_.contains(copy.first)) return false;
    fs::remove(mirror_ / copy.first);
    return true;
  });
}

// A file may have its old name in the mirror.
void DurableMirror::extend(const std::shared_ptr<File>& file, const std::string& name) {
  for (auto& [copied_name, copy] : copies_) {
    if (copy.file != file) continue;
    copy_range(*file, name, mirror_ / copied_name, copy.size);
    copy.size = file->synced;
  }
}

void DurableMirror::copy_range(const File& file, const std::string& name, const fs::path& to, std::uint64_t from) {
  std::string bytes(file.synced - from, '\0');
  std::ifstream in(live_ / name, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(from));
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  must(in.good() || in.eof(), "read", live_ / name);  // what was cut off is among the lost
  for (const auto& [begin, end] : file.lost) {
    if (end <= from) continue;
    const std::uint64_t first = std::max(begin, from);
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(first - from), end - first, '\0');
  }
  std::ofstream out(to, std::ios::binary | std::ios::app);
  out << bytes << std::flush;
  must(out.good(), "write", to);
}

}  // namespace stator::kv
