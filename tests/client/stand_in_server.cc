// Stands in for geometer-server beside `geometer up`: answers that one worker is connected, and
// leaves a line in the file "order" above its data folder when it is told to end.

#include <filesystem>
#include <fstream>
#include <iostream>

#include "proto/concurrency/signals.h"
#include "tests/client/scripted_service.h"

int main(int argc, char** argv) {
  const geometer::TerminationSignals signals;
  if (argc < 3) return 2;  // --data DIR …
  geometer::client::ScriptedService service;
  service.workers.emplace_back().set_slots(2);
  std::cout << "geometer-server listening on " << service.address() << ", metrics on 127.0.0.1:9464"
            << std::endl;
  signals.Wait();
  std::ofstream(std::filesystem::path(argv[2]) / "../order", std::ios::app) << "server\n";
  return 0;
}
