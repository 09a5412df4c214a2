#include "kv/rocksdb/file_system.h"

#include <string>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace stator::kv {
namespace {

class WithoutOptionsFile final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  [[nodiscard]] const char* Name() const override { return "WithoutOptionsFile"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    if (name.substr(name.rfind('/') + 1).starts_with("OPTIONS-")) {
      return rocksdb::IOStatus::NotSupported(std::string(kNoOptionsFile));
    }
    return FileSystemWrapper::NewWritableFile(name, options, file, debug);
  }
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_env() {
  return rocksdb::NewCompositeEnv(std::make_shared<WithoutOptionsFile>(rocksdb::FileSystem::Default()));
}

}  // namespace stator::kv
