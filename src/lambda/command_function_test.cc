#include "lambda/command_function.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"

namespace stator::lambda {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using Words = std::vector<std::string>;

constexpr milliseconds kLong = std::chrono::hours(1);
constexpr auto kSucceeded = InvocationStatus::kSucceeded;
constexpr auto kFailed = InvocationStatus::kFailed;
constexpr auto kNotReached = InvocationStatus::kNotReached;

InvocationOutcome call(Words command, const std::string& event = "{}", milliseconds timeout = kLong,
                       const std::stop_token& stop = {}) {
  return CommandFunction(std::move(command), timeout).call(event, stop);
}

Words shell(std::string script) { return {"/bin/sh", "-c", std::move(script)}; }

// Nothing of this process's children is left, dead or alive.
bool has_no_child() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

// A named pipe: who opens it to read waits for a writer, and reads its end when all that hold it are gone.
class NamedPipe {
 public:
  explicit NamedPipe(const std::string& name) : path_(testing::TempDir() + name + std::to_string(::getpid())) {
    ::unlink(path_.c_str());
    EXPECT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  }
  ~NamedPipe() { ::unlink(path_.c_str()); }
  NamedPipe(const NamedPipe&) = delete;
  NamedPipe& operator=(const NamedPipe&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(CommandFunction, Outcomes) {
  struct Row {
    std::string name;
    Words command;
    InvocationStatus want;
    std::string text;  // the answer, or part of the cause
  };
  for (const Row& row : std::vector<Row>{
           {"echo", {"/bin/cat"}, kSucceeded, "{\"a\":1}"},
           {"found in PATH", {"cat"}, kSucceeded, "{\"a\":1}"},
           {"input by name", {"cat", "/dev/stdin"}, kSucceeded, "{\"a\":1}"},
           {"no answer", {"true"}, kSucceeded, ""},
           {"input not read", shell("echo done"), kSucceeded, "done\n"},
           {"arguments are not split", {"printf", "%s|", "a b", "", "$HOME", "*"}, kSucceeded, "a b||$HOME|*|"},
           {"answer, then closed, then more work", shell("echo 1; exec >&-; read x; exit 0"), kSucceeded, "1\n"},
           {"what it starts may stay", shell("echo 1; sleep 60 >/dev/null 2>&1 & exit 0"), kSucceeded, "1\n"},
           {"exit status", shell("echo answer; exit 3"), kFailed, "its exit status was 3"},
           {"signal", shell("kill -TERM $$"), kFailed, "it was ended by signal 15"},
           {"not found", {"no-such-program"}, kNotReached, "no-such-program cannot be started: No such file"},
           {"not found by path", {"/no/such/program"}, kNotReached, "No such file or directory"},
           {"not a program", {"/etc/passwd"}, kNotReached, "Permission denied"},
           {"too long an answer", {"cat", "/dev/zero"}, kFailed, "longer than 6291456 bytes"},
       }) {
    const InvocationOutcome outcome = call(row.command, "{\"a\":1}");
    EXPECT_EQ(outcome.status, row.want) << row.name << ": " << outcome.cause;
    if (row.want == kSucceeded) {
      EXPECT_EQ(outcome.response, row.text) << row.name;
    } else {
      EXPECT_THAT(outcome.cause, HasSubstr(row.text)) << row.name;
    }
    EXPECT_TRUE(has_no_child()) << row.name;
  }
}

TEST(CommandFunction, LargeEventsAndAnswers) {
  const std::string event(kMaxResponseBytes, 'x');
  EXPECT_EQ(call({"cat"}, event).response, event);
  EXPECT_EQ(call({"cat"}, "").response, "");
  EXPECT_EQ(call({"true"}, event).status, kSucceeded);
  EXPECT_EQ(call({"head", "-c", "1"}, event).response, "x");
}

TEST(CommandFunction, TimeIsOver) {
  const NamedPipe pipe("stator_timeout");
  // The shell's child is of its group, and holds the pipe for as long as it lives.
  const InvocationOutcome outcome = call(shell("sleep 3600 <>" + pipe.path() + " & wait"), "{}", milliseconds(100));
  EXPECT_EQ(outcome.status, kFailed);
  EXPECT_EQ(outcome.cause, "it took longer than 0.100 s");
  EXPECT_TRUE(has_no_child());
  const Descriptor reader(::open(pipe.path().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  char byte = 0;
  // The group was sent SIGKILL, but only the shell is waited for.
  while (::read(reader.get(), &byte, 1) < 0 && errno == EAGAIN) std::this_thread::yield();
}

TEST(CommandFunction, StoppedWhileItRuns) {
  const NamedPipe pipe("stator_stop");
  std::stop_source stop;
  // Opening the pipe waits for the program, which then runs for long.
  const std::jthread stopper([&] {
    const Descriptor running(::open(pipe.path().c_str(), O_RDONLY | O_CLOEXEC));
    stop.request_stop();
  });
  const InvocationOutcome outcome =
      call(shell("echo >" + pipe.path() + "; exec sleep 3600"), "{}", kLong, stop.get_token());
  EXPECT_EQ(outcome.status, kNotReached);
  EXPECT_TRUE(has_no_child());
}

TEST(CommandFunction, StoppedBefore) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(call({"cat"}, "{}", kLong, stop.get_token()).status, kNotReached);
}

TEST(CommandFunction, NoDescriptorIsHandedOn) {
  const std::string path = testing::TempDir() + "stator_open_" + std::to_string(::getpid());
  std::vector<Descriptor> open;
  for (int i = 0; i < 20; ++i) open.emplace_back(::open(path.c_str(), O_RDWR | O_CREAT, 0600));
  // ls has a descriptor of its own for the folder that it lists.
  const InvocationOutcome outcome = call({"ls", "/proc/self/fd"});
  ::unlink(path.c_str());
  EXPECT_EQ(outcome.response, "0\n1\n2\n3\n");
}

TEST(CommandFunction, NoDescriptorIsLeft) {
  const auto count = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
  };
  const auto before = count();
  for (const Words& command : {Words{"cat"}, Words{"no-such-program"}, shell("exit 1"), Words{"cat", "/dev/zero"}}) {
    (void)call(command);
  }
  (void)call({"sleep", "3600"}, "{}", milliseconds(1));
  EXPECT_EQ(count(), before);
}

TEST(CommandFunction, NoSignalIsBlockedOrIgnored) {
  sigset_t signals;
  sigset_t old;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, &old);
  const auto old_handler = std::signal(SIGPIPE, SIG_IGN);
  const InvocationOutcome outcome = call({"grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"});
  std::signal(SIGPIPE, old_handler);
  ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
  // Two signals are the C library's own.
  EXPECT_THAT(outcome.response, testing::AnyOf("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n",
                                               "SigBlk:\t0000000000000000\nSigIgn:\t0000000180000000\n"));
}

TEST(CommandFunction, GroupOfItsOwn) {
  // Fields of /proc/self/stat: pid, name, state, parent, group.
  const InvocationOutcome outcome =
      call(shell("read pid name state parent group rest </proc/$$/stat; echo $pid $group"));
  const std::size_t blank = outcome.response.find(' ');
  ASSERT_NE(blank, std::string::npos) << outcome.response;
  EXPECT_EQ(outcome.response.substr(0, blank) + "\n", outcome.response.substr(blank + 1));
}

TEST(CommandFunction, StandardDescriptorsOfTheServerMayBeClosed) {
  EXPECT_EXIT(
      {
        for (int i = 0; i < 3; ++i) ::close(i);
        ::_exit(call({"cat"}, "{}").response == "{}" ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace stator::lambda
