// stator_on_faulty_disk <mirror> serve <flags>: the server over a disk whose state after a power cut is in the folder
// <mirror>, and which fails as standard input says. Each line is answered with one on standard output: a fault
// (kv/rocksdb/disk_faults.h) or "clear" with "ok", "met" with how many operations have failed.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "config/parse.h"
#include "kv/rocksdb/faulty_disk.h"
#include "server/serve.h"

namespace {

using stator::kv::DiskFaults;

std::string obey(const std::string& line, DiskFaults& faults) {
  if (line == "met") return fmt::to_string(faults.met());
  if (line == "clear") {
    faults.clear();
    return "ok";
  }
  auto fault = stator::kv::parse_disk_fault(line);
  if (!fault) return fault.error().message;
  faults.add(*std::move(fault));
  return "ok";
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
  const auto environment = [](const std::string&) -> std::optional<std::string> { return std::nullopt; };
  const auto command = stator::config::parse(arguments.subspan(argc > 1 ? 2 : 1), environment);
  const auto* options = std::get_if<stator::config::ServeOptions>(&command);
  if (options == nullptr) {
    std::fputs("usage: stator_on_faulty_disk <mirror> serve <flags>\n", stderr);
    return EXIT_FAILURE;
  }
  const auto faults = std::make_shared<DiskFaults>();
  const auto open_store = [&](const stator::kv::DiskOptions& disk, const stator::Clock& clock) {
    // Not before serve() has set the signals of all threads.
    std::thread([faults] {
      for (std::string line; std::getline(std::cin, line);) {
        fmt::print("{}\n", obey(line, *faults));
        std::fflush(stdout);
      }
    }).detach();
    return stator::kv::open_store_on_faulty_disk(disk, clock, arguments[1], faults);
  };
  return stator::server::serve(*options, open_store);
}
