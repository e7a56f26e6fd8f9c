#include "proto/channel/address.h"

#include <arpa/inet.h>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace geometer::channel {
namespace {

constexpr int kLargestPort = 65535;

bool IsLoopback(const std::string& host) {
  if (host == "localhost" || host == "::1") return true;
  in_addr ipv4;
  return inet_pton(AF_INET, host.c_str(), &ipv4) == 1 && (ntohl(ipv4.s_addr) >> 24) == 127;
}

}  // namespace

std::string Address::ToString() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return ipv6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

absl::StatusOr<Address> ParseAddress(const std::string& text) {
  const size_t colon = text.rfind(':');
  Address address;
  if (colon == std::string::npos || !absl::SimpleAtoi(text.substr(colon + 1), &address.port) ||
      address.port < 0 || address.port > kLargestPort) {
    return absl::InvalidArgumentError(
        absl::StrCat("address '", text, "': expected HOST:PORT, such as 127.0.0.1:7230"));
  }
  const bool bracketed = colon > 2 && text.front() == '[' && text[colon - 1] == ']';
  address.host = bracketed ? text.substr(1, colon - 2) : text.substr(0, colon);
  if (!IsLoopback(address.host)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "address '", text,
        "': not a loopback address. Connections are not encrypted yet (TLS comes "
        "later): use 127.0.0.1:PORT, and reach it from elsewhere through an SSH tunnel"));
  }
  return address;
}

}  // namespace geometer::channel
