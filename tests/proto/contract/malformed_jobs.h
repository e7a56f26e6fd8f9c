#pragma once

#include <string>
#include <vector>

namespace geometer::contract {

// A job file that must be refused.
struct MalformedJob {
  // File name without extension.
  std::string name;
  std::string text;
  // What the refusal says after the file's name and a colon, in one of its lines: place and key
  // phrase.
  std::string expected;
};

// Made by hand, one file per defect: what is no text, no YAML, no field, no value of the field's
// type, and what breaks a rule of the contract, of the data and of tasks by themselves.
std::vector<MalformedJob> NotADocument();
std::vector<MalformedJob> NotYaml();
std::vector<MalformedJob> WrongKeys();
std::vector<MalformedJob> WrongTypes();
std::vector<MalformedJob> BrokenRules();
std::vector<MalformedJob> BrokenDataRules();
std::vector<MalformedJob> BrokenTasks();
std::vector<MalformedJob> BrokenGames();

// All of these.
std::vector<MalformedJob> HandMadeJobs();

// `count` copies of valid files with up to four accidents each: bytes changed, inserted or removed,
// the end cut off, lines doubled or swapped, a number replaced by an odd one. The same texts for
// the same `seed`. Some are still valid.
std::vector<std::string> MutatedJobs(int count, unsigned seed);

}  // namespace geometer::contract
