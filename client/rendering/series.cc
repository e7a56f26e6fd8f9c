#include "client/rendering/series.h"

#include <array>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "client/rendering/number.h"
#include "proto/contract/names.h"

namespace geometer::client {
namespace {

// What may tell two series of one quantity and split apart.
std::array<std::string, 6> Details(const v1::Series& series) {
  return {series.probe(), series.task(),       series.learner(),
          series.layer(), series.class_name(), absl::StrCat(series.index())};
}

}  // namespace

std::vector<std::string> SeriesNames(const std::vector<v1::Series>& series) {
  std::map<std::string, std::array<std::set<std::string>, 6>> seen;
  for (const v1::Series& one : series) {
    const auto details = Details(one);
    for (size_t i = 0; i < details.size(); ++i) seen[one.quantity()][i].insert(details[i]);
  }
  std::vector<std::string> names;
  for (const v1::Series& one : series) {
    std::string name = one.quantity();
    const auto details = Details(one);
    for (size_t i = 0; i < details.size(); ++i) {
      if (seen[one.quantity()][i].size() > 1) absl::StrAppend(&name, " ", details[i]);
    }
    if (one.split() != v1::SPLIT_UNSPECIFIED) {
      absl::StrAppend(&name, " (", contract::EnumName(one.split()), ")");
    }
    names.push_back(std::move(name));
  }
  return names;
}

const v1::LatestValue* Headline(const v1::Job& job, const std::string& quantity) {
  const v1::LatestValue* best = nullptr;
  for (const v1::LatestValue& latest : job.latest()) {
    if (latest.series().quantity() != quantity || latest.series().index() != 0) continue;
    if (best == nullptr || latest.series().split() < best->series().split()) best = &latest;
  }
  return best;
}

std::string Reading(double value, v1::Convergence convergence) {
  const bool missed = convergence == v1::CONVERGENCE_NOT_REACHED;
  return absl::StrCat(ShortNumber(value), missed ? " (not converged)" : "");
}

}  // namespace geometer::client
