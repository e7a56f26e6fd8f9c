#include <CLI/CLI.hpp>

#include "client/commands/commands.h"
#include "proto/contract/digest.h"

namespace geometer::client {

Action DeclareVersion(CLI::App&) {
  return [](Environment& environment) {
    environment.console.out << "geometer " GEOMETER_VERSION "\ncontract "
                            << contract::ContractDigest() << "\n";
    return absl::OkStatus();
  };
}

}  // namespace geometer::client
