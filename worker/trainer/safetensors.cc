#include "worker/trainer/safetensors.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "worker/trainer/files.h"

namespace geometer::trainer {
namespace {

using nlohmann::json;

constexpr size_t kLengthBytes = 8;
constexpr size_t kMaxHeaderBytes = 16 << 20;
constexpr size_t kMaxFileBytes = size_t{64} << 30;
constexpr size_t kMaxDimensions = 8;
constexpr char kMetadata[] = "__metadata__";

struct TypeName {
  at::ScalarType type;
  const char* name;
};
constexpr TypeName kTypes[] = {
    {at::kFloat, "F32"}, {at::kDouble, "F64"}, {at::kLong, "I64"},
    {at::kInt, "I32"},   {at::kByte, "U8"},
};

std::string NameOf(at::ScalarType type) {
  for (const TypeName& known : kTypes) {
    if (known.type == type) return known.name;
  }
  TORCH_CHECK(false, "expected a type that safetensors files hold here, got ", type);
}

std::optional<at::ScalarType> TypeOf(const std::string& name) {
  for (const TypeName& known : kTypes) {
    if (known.name == name) return known.type;
  }
  return std::nullopt;
}

// One tensor's line of the header.
struct Entry {
  std::string name;
  at::ScalarType type;
  std::vector<int64_t> shape;
  uint64_t begin;
  uint64_t end;
};

// Bytes of a tensor; nothing where the number does not fit.
std::optional<uint64_t> ByteSize(const Entry& entry) {
  uint64_t bytes = at::elementSize(entry.type);
  for (const int64_t size : entry.shape) {
    if (__builtin_mul_overflow(bytes, static_cast<uint64_t>(size), &bytes)) return std::nullopt;
  }
  return bytes;
}

bool IsListOfSizes(const json& value, size_t min_length, size_t max_length) {
  constexpr auto is_size = [](const json& element) {
    return element.is_number_unsigned() && element.get<uint64_t>() <= INT64_MAX;
  };
  return value.is_array() && value.size() >= min_length && value.size() <= max_length &&
         std::all_of(value.begin(), value.end(), is_size);
}

absl::StatusOr<Entry> ParseEntry(const std::string& name, const json& value) {
  const auto wrong = [&](const char* what) {
    return absl::DataLossError(absl::StrCat("tensor '", name, "': ", what));
  };
  if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets")) {
    return wrong("expected dtype, shape and data_offsets");
  }
  const json& dtype = value["dtype"];
  const auto type = dtype.is_string() ? TypeOf(dtype.get<std::string>()) : std::nullopt;
  if (!type.has_value()) return wrong("its dtype is not one of F32, F64, I64, I32, U8");
  if (!IsListOfSizes(value["shape"], 0, kMaxDimensions)) return wrong("its shape is no shape");
  if (!IsListOfSizes(value["data_offsets"], 2, 2)) return wrong("its data_offsets are no range");
  Entry entry{name, *type, value["shape"].get<std::vector<int64_t>>(),
              value["data_offsets"][0].get<uint64_t>(), value["data_offsets"][1].get<uint64_t>()};
  if (entry.begin > entry.end || ByteSize(entry) != entry.end - entry.begin) {
    return wrong("its shape does not fit its data_offsets");
  }
  return entry;
}

absl::StatusOr<std::map<std::string, std::string>> ParseMetadata(const json& value) {
  const auto is_text = [](const json& element) { return element.is_string(); };
  if (!value.is_object() || !std::all_of(value.begin(), value.end(), is_text)) {
    return absl::DataLossError("its metadata are not texts");
  }
  return value.get<std::map<std::string, std::string>>();
}

// Whether the entries' bytes are 0 … size, each used once. Sorts them by place.
absl::Status CheckCover(std::vector<Entry>& entries, uint64_t size) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  uint64_t place = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != place) {
      return absl::DataLossError(absl::StrCat("tensor '", entry.name, "' begins at byte ",
                                              entry.begin, " of the data, expected ", place));
    }
    place = entry.end;
  }
  if (place == size) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(size, " bytes of data, expected ", place));
}

at::Tensor Copy(const Entry& entry, std::string_view data) {
  at::Tensor tensor = at::empty(entry.shape, at::TensorOptions(entry.type));
  if (tensor.numel() > 0)
    std::memcpy(tensor.data_ptr(), data.data() + entry.begin, tensor.nbytes());
  return tensor;
}

absl::StatusOr<TensorFile> Parse(std::string_view bytes) {
  uint64_t header_bytes = 0;
  if (bytes.size() < kLengthBytes) return absl::DataLossError("shorter than its length field");
  std::memcpy(&header_bytes, bytes.data(), kLengthBytes);
  bytes.remove_prefix(kLengthBytes);
  if (header_bytes > std::min(bytes.size(), kMaxHeaderBytes)) {
    return absl::DataLossError(absl::StrCat("a header of ", header_bytes, " bytes does not fit"));
  }
  const std::string_view data = bytes.substr(header_bytes);
  const json header =
      json::parse(bytes.substr(0, header_bytes), nullptr, /*allow_exceptions=*/false);
  if (!header.is_object()) return absl::DataLossError("its header is not a JSON object");

  TensorFile file;
  std::vector<Entry> entries;
  for (const auto& [name, value] : header.items()) {
    if (name == kMetadata) {
      auto metadata = ParseMetadata(value);
      if (!metadata.ok()) return metadata.status();
      file.metadata = *std::move(metadata);
    } else {
      auto entry = ParseEntry(name, value);
      if (!entry.ok()) return entry.status();
      entries.push_back(*std::move(entry));
    }
  }
  if (const absl::Status status = CheckCover(entries, data.size()); !status.ok()) return status;
  for (const Entry& entry : entries) file.tensors.push_back({entry.name, Copy(entry, data)});
  return file;
}

}  // namespace

absl::Status WriteSafetensors(const std::filesystem::path& path, const TensorFile& file) {
  json header = json::object();
  if (!file.metadata.empty()) header[kMetadata] = file.metadata;
  geometry::Tensors kept_alive;
  std::vector<std::string_view> pieces(2);
  uint64_t place = 0;
  for (const geometry::NamedTensor& named : file.tensors) {
    const at::Tensor tensor = named.tensor.detach().cpu().contiguous();
    header[named.name] = {{"dtype", NameOf(tensor.scalar_type())},
                          {"shape", tensor.sizes().vec()},
                          {"data_offsets", {place, place + tensor.nbytes()}}};
    place += tensor.nbytes();
    pieces.emplace_back(static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes());
    kept_alive.push_back(tensor);
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // keeps the data aligned
  const uint64_t length = text.size();
  pieces[0] = {reinterpret_cast<const char*>(&length), kLengthBytes};
  pieces[1] = text;
  return WriteAtomically(path, pieces);
}

absl::StatusOr<TensorFile> ReadSafetensors(const std::filesystem::path& path) {
  const auto bytes = ReadFile(path, kMaxFileBytes);
  if (!bytes.ok()) return bytes.status();
  auto file = Parse(*bytes);
  if (file.ok()) return file;
  return absl::DataLossError(
      absl::StrCat(path.string(), ": ", file.status().message(), "; not a whole safetensors file"));
}

}  // namespace geometer::trainer
