#include "proto/contract/digest.h"

#include <openssl/sha.h>

#include <array>
#include <set>
#include <string_view>

#include "absl/strings/escaping.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace geometer::contract {
namespace {

using google::protobuf::FileDescriptor;

std::string Sha256(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

// Protobuf promises equal bytes for equal messages within one build; specs have neither maps nor,
// once they are valid, unknown fields, so that nothing is left to vary between builds either.
std::string Serialize(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

// Appends `file` and all that it imports, each once, imports first.
void AppendFile(const FileDescriptor& file, std::set<const FileDescriptor*>& seen,
                google::protobuf::FileDescriptorSet& files) {
  if (!seen.insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AppendFile(*file.dependency(i), seen, files);
  file.CopyTo(files.add_file());
}

}  // namespace

std::string SpecDigest(const v1::JobSpec& spec) { return Sha256(Serialize(spec)); }

std::string ContractDigest() {
  std::set<const FileDescriptor*> seen;
  google::protobuf::FileDescriptorSet files;
  AppendFile(*v1::JobSpec::descriptor()->file(), seen, files);
  return Sha256(Serialize(files));
}

}  // namespace geometer::contract
