#pragma once

#include <cstdint>
#include <string>

namespace geometer::client {

// Four significant digits, for people: "0.5123", "1.235e+08", "NaN", "∞", "-∞"; from 1e4 to 1e7 all
// digits before the point: "64000".
std::string ShortNumber(double value);

// The shortest text that reads back to the same number: "0.1", "1e-300", "NaN", "Infinity",
// "-Infinity".
std::string ExactNumber(double value);

// "0.4 s", "42 s", "3 min 05 s", "2 h 10 min", "3 d 4 h". Seconds below zero count as zero.
std::string Duration(double seconds);

// "512 B", "1.5 KiB", "3.2 MiB".
std::string Bytes(uint64_t bytes);

// "40 %"; 100 % is only for a share of 1.
std::string Percent(double share);

}  // namespace geometer::client
