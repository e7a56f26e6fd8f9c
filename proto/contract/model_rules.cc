#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/contract/cross_rule.h"
#include "proto/contract/data_facts.h"

namespace geometer::contract {
namespace {

// Calls `look` with the model of every learner and its path.
template <typename Look>
void ForEach(const v1::JobSpec& spec, const Look& look) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    look(spec.learners(i).model(), At("learners", i, "model."));
  }
}

// Calls `look` with the side of each data set's pictures where the spec tells it.
template <typename Look>
void ForEachSide(const v1::JobSpec& spec, const Look& look) {
  for (const v1::Dataset& data : spec.data()) {
    if (const auto side = PictureSideOf(data)) look(*side);
  }
}

void EvenKernel(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec, [&](const v1::Model& model, const std::string& path) {
    if (!model.has_cnn() || model.cnn().kernel() % 2 == 1) return;
    report(path + "cnn.kernel", absl::StrCat(model.cnn().kernel()));
  });
}

void UnevenHeads(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec, [&](const v1::Model& model, const std::string& path) {
    const v1::VitModel& vit = model.vit();
    if (vit.heads() == 0 || vit.width() % vit.heads() == 0) return;
    report(path + "vit.heads", absl::StrCat(vit.heads(), " of ", vit.width()));
  });
}

void UnevenPatches(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec, [&](const v1::Model& model, const std::string& path) {
    const uint32_t patch = model.vit().patch();
    ForEachSide(spec, [&](uint64_t side) {
      if (patch == 0 || side % patch == 0) return;
      report(path + "vit.patch", absl::StrCat(patch, " with sides of ", side));
    });
  });
}

void TooManyPoolings(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec, [&](const v1::Model& model, const std::string& path) {
    const int poolings = model.cnn().channels_size();
    ForEachSide(spec, [&](uint64_t side) {
      if (poolings > 8 || side >> poolings > 0) return;
      report(path + "cnn.channels", absl::StrCat(poolings, " with sides of ", side));
    });
  });
}

void SmallPictures(const v1::JobSpec& spec, const Report& report) {
  constexpr uint64_t kSmallest = 32;  // halved five times
  ForEach(spec, [&](const v1::Model& model, const std::string& path) {
    ForEachSide(spec, [&](uint64_t side) {
      if (!model.has_vgg() || side >= kSmallest) return;
      report(path + "vgg", absl::StrCat("pictures of side ", side));
    });
  });
}

void FilesOrParents(const v1::JobSpec& spec, const Report& report) {
  ForEach(spec, [&](const v1::Model& model, const std::string& path) {
    const v1::InitialWeights& weights = model.weights();
    if (!model.has_weights() || weights.file().empty() == weights.has_parent()) return;
    report(path + "weights", weights.has_parent() ? "both" : "neither");
  });
}

void MalformedDigest(const v1::JobSpec& spec, const Report& report) {
  for (const auto& [path, parent] : ParentsOf(spec)) {
    const std::string& digest = parent->sha256();
    const bool is_hexadecimal = digest.find_first_not_of("0123456789abcdef") == digest.npos;
    if (digest.empty() || (digest.size() == 64 && is_hexadecimal)) continue;
    report(path + ".sha256", digest);
  }
}

constexpr CrossRule kRules[] = {
    {"must be odd", EvenKernel},
    {"must divide the width", UnevenHeads},
    {"must divide the sides of the pictures", UnevenPatches},
    {"must not halve the pictures more often than they can be", TooManyPoolings},
    {"needs pictures of side 32 at least", SmallPictures},
    {"must have file or parent, one of them", FilesOrParents},
    {"must be 64 lower-case hexadecimal digits", MalformedDigest},
};

}  // namespace

std::span<const CrossRule> ModelRules() { return kRules; }

}  // namespace geometer::contract
