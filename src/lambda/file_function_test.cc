#include "lambda/file_function.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stator::lambda {
namespace {

class FileFunctionTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] static std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("stator_file_" + std::to_string(::getpid()));
};

TEST_F(FileFunctionTest, ALineForEach) {
  FileFunction function(folder_ / "failed.jsonl");
  EXPECT_EQ(function.call("{\"a\":1}", {}).status, InvocationStatus::kSucceeded);
  EXPECT_EQ(function.call("{\n  \"a\": \"\\n\"\r\n}", {}).status, InvocationStatus::kSucceeded);
  EXPECT_EQ(text_of(folder_ / "failed.jsonl"), "{\"a\":1}\n{   \"a\": \"\\n\"  }\n");
  std::filesystem::rename(folder_ / "failed.jsonl", folder_ / "old.jsonl");
  EXPECT_EQ(function.call("{}", {}).status, InvocationStatus::kSucceeded);
  EXPECT_EQ(text_of(folder_ / "failed.jsonl"), "{}\n");
}

TEST_F(FileFunctionTest, LinesOfManyDoNotMix) {
  constexpr int kThreads = 4;
  constexpr int kLines = 50;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([this, i] {
        FileFunction function(folder_ / "lines");
        for (int line = 0; line < kLines; ++line)
          (void)function.call(std::string(10'000, static_cast<char>('a' + i)), {});
      });
    }
  }
  std::ifstream file(folder_ / "lines");
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    EXPECT_EQ(line, std::string(10'000, line.front()));
  }
  EXPECT_EQ(lines, kThreads * kLines);
}

// The most that a file may have, as if the disk were full then.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, on_signal_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  void (*on_signal_)(int) = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before_{};
};

TEST_F(FileFunctionTest, ALineThatDidNotFitIsTriedAgainOnALineOfItsOwn) {
  FileFunction function(folder_ / "failed.jsonl");
  EXPECT_EQ(function.call("{\"a\":1}", {}).status, InvocationStatus::kSucceeded);
  {
    const FullDisk disk(12);
    EXPECT_EQ(function.call("{\"a\":2}", {}).status, InvocationStatus::kFailed);
    EXPECT_EQ(function.call("{\"a\":2}", {}).status, InvocationStatus::kNotReached);
  }
  EXPECT_EQ(function.call("{\"a\":2}", {}).status, InvocationStatus::kSucceeded);
  EXPECT_EQ(function.call("{\"a\":3}", {}).status, InvocationStatus::kSucceeded);
  EXPECT_EQ(text_of(folder_ / "failed.jsonl"), "{\"a\":1}\n{\"a\"\n{\"a\":2}\n{\"a\":3}\n");
}

TEST_F(FileFunctionTest, NotReached) {
  FileFunction no_folder(folder_ / "nowhere" / "x");
  EXPECT_EQ(no_folder.call("{}", {}).status, InvocationStatus::kNotReached);
  EXPECT_THAT(no_folder.call("{}", {}).cause, testing::EndsWith("nowhere/x: No such file or directory"));
  FileFunction a_folder(folder_);
  EXPECT_EQ(a_folder.call("{}", {}).status, InvocationStatus::kNotReached);
  ::mkfifo((folder_ / "pipe").c_str(), 0600);
  FileFunction nobody_reads(folder_ / "pipe");
  EXPECT_EQ(nobody_reads.call("{}", {}).status, InvocationStatus::kNotReached);
  FileFunction full("/dev/full");
  EXPECT_EQ(full.call("{}", {}).status, InvocationStatus::kNotReached);
  std::stop_source stop;
  stop.request_stop();
  FileFunction stopped(folder_ / "stopped");
  EXPECT_EQ(stopped.call("{}", stop.get_token()).status, InvocationStatus::kNotReached);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "stopped"));
}

}  // namespace
}  // namespace stator::lambda
