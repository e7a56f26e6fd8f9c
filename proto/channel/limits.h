#pragma once

#include <chrono>

// What both ends of a connection must agree on.
namespace geometer::channel {

// Largest message in either direction, in bytes.
inline constexpr int kMaxMessageBytes = 16 << 20;

// Clients ping a silent connection this often, so that a dead peer is noticed; servers permit twice
// the rate. A server that permits less kills long streams with "too_many_pings".
inline constexpr std::chrono::milliseconds kPingInterval = std::chrono::seconds(20);
inline constexpr std::chrono::milliseconds kPingTimeout = std::chrono::seconds(10);
inline constexpr std::chrono::milliseconds kPermittedPingInterval = kPingInterval / 2;

// Waits between attempts to reconnect.
inline constexpr std::chrono::milliseconds kMinReconnectBackoff = std::chrono::milliseconds(100);
inline constexpr std::chrono::milliseconds kMaxReconnectBackoff = std::chrono::seconds(5);

}  // namespace geometer::channel
