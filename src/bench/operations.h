// Workloads of one operation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/request_pool.h"
#include "bench/requests.h"
#include "bench/signing.h"
#include "bench/workload.h"

namespace stator::bench {

// Requests dealt to whichever connection is free.
class Operation final : public Workload {
 public:
  // With `once` each is sent once, else again and again. `signer` must outlive it.
  Operation(std::string name, Signer& signer, Bodies bodies, unsigned connections, bool once);

  [[nodiscard]] std::vector<std::string> kinds() const override { return {name_}; }
  std::optional<Attempt> request(unsigned connection) override;
  Judgement judge(unsigned connection, const Answer& answer) override;
  void lost(unsigned) override {}
  Result<std::optional<std::string>> fault() override { return std::nullopt; }

 private:
  const std::string name_;
  RequestPool pool_;
  const bool once_;
  std::vector<std::string> buffers_;  // by connection
  std::size_t next_ = 0;
};

// Each request until it succeeds or its failure is none that may pass, once: fills a table.
class Filling final : public Workload {
 public:
  // `signer` must outlive it.
  Filling(Signer& signer, Bodies bodies, unsigned connections);

  [[nodiscard]] std::vector<std::string> kinds() const override { return {"fill"}; }
  std::optional<Attempt> request(unsigned connection) override;
  Judgement judge(unsigned connection, const Answer& answer) override;
  void lost(unsigned connection) override { clients_[connection].again = false; }
  Result<std::optional<std::string>> fault() override { return std::nullopt; }

 private:
  struct Client {
    std::string sent;
    bool again = false;
  };

  Signer& signer_;
  Bodies bodies_;
  std::vector<Client> clients_;
  std::size_t next_ = 0;
};

// TransactWriteItems, each with a ClientRequestToken of its own and therefore signed just before it is sent.
class WithTokens final : public Workload {
 public:
  // `signer` must outlive it.
  WithTokens(Signer& signer, Bodies bodies, unsigned connections);

  [[nodiscard]] std::vector<std::string> kinds() const override { return {"TransactWriteItems"}; }
  std::optional<Attempt> request(unsigned connection) override;
  Judgement judge(unsigned connection, const Answer& answer) override;
  void lost(unsigned) override {}
  Result<std::optional<std::string>> fault() override { return std::nullopt; }

 private:
  Signer& signer_;
  std::vector<std::string> bodies_;
  std::vector<std::string> sent_;  // by connection
  std::uint64_t first_token_;      // differs from run to run
  std::uint64_t tokens_ = 0;
};

}  // namespace stator::bench
