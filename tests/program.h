// The programs of the build that this test is of.

#pragma once

#include <filesystem>
#include <string>

namespace geometer {

// The path of a program of the build: they all lie beside the test. A path among the compiler's
// flags would make ccache compile a second clone anew.
inline std::string BuiltProgram(const char* name) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

}  // namespace geometer
