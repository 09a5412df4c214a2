// A disk that takes longer to sync, for a server that is started with LD_PRELOAD=libstator_slow_syncs.so: so many
// milliseconds more, as STATOR_SYNC_MS says.
#include <chrono>
#include <cstdlib>
#include <thread>

#include <sys/syscall.h>
#include <unistd.h>

namespace {

int sync_slowly(long call, int file) {
  static const char* const kMore = std::getenv("STATOR_SYNC_MS");
  if (kMore != nullptr) std::this_thread::sleep_for(std::chrono::milliseconds(std::atoi(kMore)));
  return static_cast<int>(::syscall(call, file));
}

}  // namespace

extern "C" int fdatasync(int file) { return sync_slowly(SYS_fdatasync, file); }
extern "C" int fsync(int file) { return sync_slowly(SYS_fsync, file); }
