#include "bench/load.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench/distribution.h"
#include "bench/schedule.h"

namespace stator::bench {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kTick = std::chrono::milliseconds{100};

struct Client {
  unsigned number = 0;
  unsigned kind = 0;  // of the operation
  Connection connection;
  bool is_busy = false;
  bool waits_to_send = false;
  MonotonicTime since;      // the operation's time counts
  MonotonicTime attempted;  // the request was sent
};

class Epoll {
 public:
  Epoll() : fd_(::epoll_create1(EPOLL_CLOEXEC)) {}
  Epoll(const Epoll&) = delete;
  Epoll& operator=(const Epoll&) = delete;
  ~Epoll() { ::close(fd_); }

  void add(Client& client) const { control(EPOLL_CTL_ADD, client); }
  void change(Client& client) const { control(EPOLL_CTL_MOD, client); }

  std::span<epoll_event> wait(nanoseconds time) {
    time = std::max(time, nanoseconds{0});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
    int n = ::epoll_pwait2(fd_, events_.data(), kEvents, &limit, nullptr);
    if (n < 0 && errno == ENOSYS) {
      n = ::epoll_wait(fd_, events_.data(), kEvents,
                       static_cast<int>(std::chrono::floor<std::chrono::milliseconds>(time).count()));
    }
    return {events_.data(), static_cast<std::size_t>(std::max(n, 0))};
  }

 private:
  static constexpr int kEvents = 256;

  void control(int action, Client& client) const {
    epoll_event event{.events = client.waits_to_send ? EPOLLIN | EPOLLOUT : EPOLLIN, .data = {.ptr = &client}};
    ::epoll_ctl(fd_, action, client.connection.fd(), &event);
  }

  int fd_;
  std::array<epoll_event, kEvents> events_{};
};

class Load {
 public:
  Load(const Address& address, const LoadOptions& options, const Clock& clock, Workload& workload)
      : address_(address), options_(options), clock_(clock), workload_(workload) {
    for (std::string& name : workload.kinds()) measured_.operations.push_back({std::move(name), {}});
  }

  Result<Measured> run() {
    // Else the kernel wakes it up to 50 microseconds after a request is due.
    ::prctl(PR_SET_TIMERSLACK, 1UL);
    TRY(connect());
    begin();
    while (true) {
      start_operations();
      if (busy_ == 0 && !is_more_to_start()) break;
      const nanoseconds time = time_to_wait();
      const std::span<epoll_event> events = epoll_.wait(time);
      notice_pause(time);
      // Clients that know nothing of each other come in no order, which decides who wins where they contend.
      for (std::size_t i = events.size(); i > 1; --i) std::swap(events[i - 1], events[draw_below(random_, i)]);
      for (const epoll_event& event : events) handle(*static_cast<Client*>(event.data.ptr), event.events);
      if (now_ >= next_tick_) {
        notice_pause(nanoseconds{0});
        tick();
      }
    }
    end();
    return std::move(measured_);
  }

 private:
  Result<void> connect() {
    for (unsigned i = 0; i < options_.connections; ++i) {
      Client& client = clients_.emplace_back();
      client.number = i;
      TRY(client.connection.open(address_, options_.timeout));
      epoll_.add(client);
      idle_.push_back(&client);
    }
    return {};
  }

  void begin() {
    now_ = clock_.monotonic();
    started_ = last_progress_ = round_ = now_;
    measured_from_ = started_ + options_.warm_up;
    ends_ = measured_from_ + options_.duration;
    last_completed_ = measured_from_;
    next_tick_ = now_ + kTick;
    if (options_.rate > 0) schedule_.emplace(started_, options_.rate);
  }

  void end() {
    if (schedule_) {
      const std::uint64_t unsent = schedule_->untaken(ends_);
      if (unsent > 0) measured_.add_failure(kNeverSent, {}, unsent);
    }
    const MonotonicTime ended = is_exhausted_ ? last_completed_ : std::max(last_completed_, ends_);
    measured_.seconds = std::chrono::duration<double>(ended - measured_from_).count();
  }

  // Whether an operation begins, now or later.
  [[nodiscard]] bool is_more_to_start() const {
    if (is_exhausted_ || idle_.empty()) return false;
    if (!schedule_) return now_ < ends_;
    return schedule_->next() < ends_ && now_ < ends_ + options_.timeout;
  }

  void start_operations() {
    while (is_more_to_start() && (!schedule_ || schedule_->next() <= now_)) {
      Client& client = *idle_.back();
      idle_.pop_back();
      client.since = now_;
      if (schedule_) {
        client.since = schedule_->next();
        schedule_->take();
      }
      if (!attempt(client)) {
        is_exhausted_ = true;
        idle_.push_back(&client);
      }
    }
  }

  [[nodiscard]] nanoseconds time_to_wait() const {
    nanoseconds time = next_tick_ - now_;
    if (schedule_ && is_more_to_start()) time = std::min<nanoseconds>(time, schedule_->next() - clock_.monotonic());
    return time;
  }

  // False if the workload has nothing more for it.
  bool attempt(Client& client) {
    const auto attempt = workload_.request(client.number);
    if (!attempt) return false;
    client.kind = attempt->kind;
    client.attempted = now_;
    client.is_busy = true;
    ++busy_;
    on_sent(client, client.connection.send(attempt->request));
    return true;
  }

  void on_sent(Client& client, Io io) {
    if (io == Io::kBroken) return lose(client, kClosed);
    const bool waits = io == Io::kBlocked;
    if (waits == client.waits_to_send) return;
    client.waits_to_send = waits;
    epoll_.change(client);
  }

  void handle(Client& client, std::uint32_t events) {
    if (!client.is_busy) {
      // The server has closed a connection that was not in use.
      if (client.connection.is_open()) reopen(client);
      return;
    }
    if (client.waits_to_send && (events & EPOLLOUT) != 0) on_sent(client, client.connection.flush());
    if (!client.is_busy || (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
    switch (client.connection.receive()) {
      case Io::kBlocked:
        return;
      case Io::kBroken:
        return lose(client, kClosed);
      case Io::kDone:
        return on_answer(client);
    }
  }

  void on_answer(Client& client) {
    now_ = clock_.monotonic();
    client.is_busy = false;
    --busy_;
    const Answer& answer = client.connection.answer();
    const Judgement judgement = workload_.judge(client.number, answer);
    const bool is_measured = client.since >= measured_from_;
    bool is_over = true;
    switch (judgement.verdict) {
      case Verdict::kRefused:
        if (is_measured) ++measured_.refused;
        is_over = false;
        break;
      case Verdict::kConflict:
        if (is_measured) ++measured_.conflicts;
        is_over = false;
        break;
      case Verdict::kNext:
        is_over = false;
        break;
      case Verdict::kError:
        fail(client, judgement.error.empty() ? failure_kind(answer) : std::string(judgement.error), answer.body());
        break;
      case Verdict::kDone:
        complete(client, is_measured);
        break;
    }
    if (!answer.keeps_alive() && !reopen(client)) return;
    if (!is_over) {
      attempt(client);
      return;
    }
    idle_.push_back(&client);
    // At once, so that the server need not wait until all answers are read.
    start_operations();
  }

  void complete(const Client& client, bool is_measured) {
    const nanoseconds latency = now_ - client.since;
    if (options_.progress) progress_.latency.record(latency);
    if (!is_measured) return;
    last_completed_ = now_;
    measured_.operations[client.kind].latency.record(latency);
  }

  void fail(const Client& client, std::string_view kind, std::string_view answer) {
    ++progress_.failures;
    if (client.since >= measured_from_) measured_.add_failure(kind, answer);
  }

  // Nothing will come of the attempt.
  void lose(Client& client, std::string_view kind) {
    now_ = clock_.monotonic();
    client.is_busy = false;
    --busy_;
    fail(client, kind, {});
    workload_.lost(client.number);
    if (reopen(client)) idle_.push_back(&client);
  }

  // A client that cannot connect takes no more part.
  bool reopen(Client& client) {
    client.waits_to_send = false;
    if (const auto opened = client.connection.open(address_, options_.timeout); !opened) {
      std::erase(idle_, &client);
      if (measured_.broken.empty()) measured_.broken = opened.error().message;
      return false;
    }
    epoll_.add(client);
    return true;
  }

  // Sees whether this process has been kept from running for longer than `expected`: answers may have come that nobody
  // has read.
  void notice_pause(nanoseconds expected) {
    now_ = clock_.monotonic();
    const nanoseconds pause = now_ - std::exchange(round_, now_) - expected;
    if (pause <= kTick) return;
    measured_.pause = std::max(measured_.pause, pause);
    for (Client& client : clients_) client.attempted = std::min(client.attempted + pause, now_);
  }

  void tick() {
    const MonotonicTime now = now_;
    next_tick_ = now + kTick;
    for (Client& client : clients_) {
      if (client.is_busy && now - client.attempted > options_.timeout) lose(client, kTimedOut);
    }
    if (!options_.progress || now_ - last_progress_ < std::chrono::seconds{1}) return;
    progress_.elapsed = now_ - started_;
    progress_.taken = now_ - std::exchange(last_progress_, now_);
    options_.progress(progress_);
    progress_ = {};
  }

  const Address& address_;
  const LoadOptions& options_;
  const Clock& clock_;
  Workload& workload_;
  Epoll epoll_;
  std::deque<Client> clients_;
  std::vector<Client*> idle_;
  std::optional<Schedule> schedule_;
  SeededRandom random_{1};
  unsigned busy_ = 0;
  bool is_exhausted_ = false;
  MonotonicTime now_;    // as last read
  MonotonicTime round_;  // when it last noticed that it runs
  MonotonicTime started_;
  MonotonicTime measured_from_;
  MonotonicTime ends_;
  MonotonicTime last_completed_;
  MonotonicTime last_progress_;
  MonotonicTime next_tick_;
  Progress progress_;
  Measured measured_;
};

}  // namespace

Result<Measured> measure(const Address& address, const LoadOptions& options, const Clock& clock, Workload& workload) {
  return Load(address, options, clock, workload).run();
}

}  // namespace stator::bench
