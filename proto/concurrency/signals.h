#pragma once

#include <pthread.h>
#include <signal.h>

namespace geometer {

// SIGTERM and SIGINT, taken as messages instead of interruptions: blocked in every thread, then
// waited for by one. No handler runs, so nothing has to be async-signal-safe.
//
// Construct it first thing in main, before any thread starts: threads inherit the mask. So do
// child processes: unblock the signals between fork and exec.
class TerminationSignals {
 public:
  TerminationSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  TerminationSignals(const TerminationSignals&) = delete;
  TerminationSignals& operator=(const TerminationSignals&) = delete;

  // Blocks until one arrives and returns its number. Another thread ends the wait by
  // `kill(getpid(), SIGTERM)`.
  int Wait() const {
    int signal = 0;
    sigwait(&set_, &signal);
    return signal;
  }

 private:
  sigset_t set_;
};

}  // namespace geometer
