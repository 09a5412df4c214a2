#include "lambda/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stator::lambda {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
// How often to look for the end of a process that no descriptor tells.
constexpr std::chrono::milliseconds kBlind{5};
constexpr int kFirstOwn = 3;  // after the standard input, output and error

std::unexpected<Error> fail_system(std::string_view what) {
  return fail(ErrorCode::kUnavailable, fmt::format("{}: {}", what, std::generic_category().message(errno)));
}

// The same beyond the standard descriptors, over which the child's are laid.
Descriptor raised(Descriptor descriptor) {
  if (!descriptor || descriptor.get() >= kFirstOwn) return descriptor;
  return Descriptor(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, kFirstOwn));
}

// A file in memory rather than a pipe: nobody has to feed it, and nothing happens if it is not read.
Result<Descriptor> input_file(std::string_view text) {
  Descriptor file = raised(Descriptor(::memfd_create("event", MFD_CLOEXEC)));
  if (!file) return fail_system("no file for the event");
  // The place to read at, which the child shares, stays at the beginning.
  for (off_t at = 0; static_cast<std::size_t>(at) < text.size();) {
    const ssize_t written = ::pwrite(file.get(), text.data() + at, text.size() - static_cast<std::size_t>(at), at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_system("no room for the event");
    at += written;
  }
  return file;
}

struct Pipe {
  Descriptor reader;  // never blocks
  Descriptor writer;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_system("no pipe for the answer");
  Pipe pipe{.reader = Descriptor(ends[0]), .writer = Descriptor(ends[1])};
  pipe.reader = raised(std::move(pipe.reader));
  pipe.writer = raised(std::move(pipe.writer));
  if (!pipe.reader || !pipe.writer || ::fcntl(pipe.reader.get(), F_SETFL, O_NONBLOCK) != 0) {
    return fail_system("no pipe for the answer");
  }
  return pipe;
}

// How the child is to begin.
class SpawnPlan {
 public:
  SpawnPlan(int input, int output) {
    ::posix_spawn_file_actions_init(&files_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t all;
    sigset_t none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ok_ = ::posix_spawn_file_actions_adddup2(&files_, input, STDIN_FILENO) == 0 &&
          ::posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO) == 0 &&
          // Not every library marks its descriptors as ours are marked.
          ::posix_spawn_file_actions_addclosefrom_np(&files_, kFirstOwn) == 0 &&
          ::posix_spawnattr_setflags(&attributes_, kFlags) == 0 && ::posix_spawnattr_setpgroup(&attributes_, 0) == 0 &&
          ::posix_spawnattr_setsigdefault(&attributes_, &all) == 0 &&
          ::posix_spawnattr_setsigmask(&attributes_, &none) == 0;
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  Result<pid_t> run(const std::vector<std::string>& command) const {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = 0;
    errno = ok_ ? ::posix_spawnp(&pid, arguments[0], &files_, &attributes_, arguments.data(), environ) : ENOMEM;
    if (errno != 0) return fail_system(fmt::format("{} cannot be started", command[0]));
    return pid;
  }

 private:
  static constexpr short kFlags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
  bool ok_ = false;
};

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& command, std::string_view input) {
  TRY_ASSIGN(const Descriptor event, input_file(input));
  TRY_ASSIGN(Pipe answer, make_pipe());
  TRY_ASSIGN(const pid_t pid, SpawnPlan(event.get(), answer.writer.get()).run(command));
  return ChildProcess(pid, std::move(answer.reader), Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))));
}

ChildProcess::ChildProcess(pid_t pid, Descriptor output, Descriptor ended)
    : pid_(pid), output_(std::move(output)), ended_(std::move(ended)) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), output_(std::move(other.output_)), ended_(std::move(other.ended_)) {}

ChildProcess::~ChildProcess() {
  if (pid_ == 0) return;
  // Not yet waited for, so that neither number is another's by now.
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  (void)finish();
}

ChildProcess::Event ChildProcess::next(CallWait& wait, std::string& output) {
  for (;;) {
    std::array<pollfd, 2> fds{{{output_.get(), POLLIN, 0}, {ended_.get(), POLLIN, 0}}};
    const auto outcome = ended_ ? wait.wait(fds) : wait.wait(fds, kBlind);
    if (outcome == CallWait::Outcome::kStopped) return Event::kStopped;
    if (outcome == CallWait::Outcome::kTimedOut) return Event::kTimedOut;
    // Looked for before the last read: what the process wrote before it ended is then all in the pipe.
    const bool is_over = has_ended();
    if (read_some(output)) return Event::kOutput;
    if (is_over) return Event::kEnded;
  }
}

std::optional<std::string> ChildProcess::finish() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno == EINTR) continue;
    pid_ = 0;
    return "nobody knows how it ended";
  }
  pid_ = 0;
  if (WIFSIGNALED(status)) return fmt::format("it was ended by signal {}", WTERMSIG(status));
  if (WEXITSTATUS(status) != 0) return fmt::format("its exit status was {}", WEXITSTATUS(status));
  return std::nullopt;
}

bool ChildProcess::has_ended() const {
  siginfo_t info{};
  // An error means that the system has thrown the process away already (SIGCHLD is ignored).
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

bool ChildProcess::read_some(std::string& output) {
  if (!output_) return false;
  const std::size_t before = output.size();
  output.resize(before + kReadBytes);
  const ssize_t got = ::read(output_.get(), output.data() + before, kReadBytes);
  const bool at_end = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
  output.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (at_end) output_.reset();
  return got > 0;
}

}  // namespace stator::lambda
