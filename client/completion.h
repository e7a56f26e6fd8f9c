#pragma once

#include <string>

namespace CLI {
class App;
}

namespace geometer::client {

enum class Shell { kBash, kZsh, kFish };

// A script that completes the commands, flags and closed sets of values of `app`, and file names
// elsewhere. All of it is read off `app`: a new command or flag needs nothing here.
std::string CompletionScript(const CLI::App& app, Shell shell);

}  // namespace geometer::client
