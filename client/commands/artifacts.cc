#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"
#include "client/atomic_file.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/rendering/number.h"
#include "proto/contract/file_digest.h"
#include "proto/contract/nearest.h"

namespace geometer::client {
namespace {

struct Flags {
  int64_t id = 0;
  std::string name;
  std::string output;
  TableFormat format = TableFormat::kTable;
};

absl::StatusOr<v1::ListArtifactsResponse> Artifacts(int64_t id, Connection& server) {
  v1::ListArtifactsRequest request;
  request.set_job_id(id);
  return server.Call(&v1::ResultService::Stub::ListArtifacts, request);
}

absl::Status List(const Flags& flags, Environment& environment) {
  const auto response = Artifacts(flags.id, environment.server);
  if (!response.ok()) return response.status();
  Table table({{"name", "NAME"}, {"size", "SIZE", true}, {"sha256", "SHA-256"}});
  for (const v1::Artifact& artifact : response->artifacts()) {
    table.AddRow({{artifact.name()},
                  {static_cast<int64_t>(artifact.size()), Bytes(artifact.size())},
                  {artifact.sha256()}});
  }
  environment.console.out << table.Render(flags.format, environment.console.style);
  return absl::OkStatus();
}

absl::StatusOr<v1::Artifact> Find(const Flags& flags, Connection& server) {
  const auto response = Artifacts(flags.id, server);
  if (!response.ok()) return response.status();
  std::vector<std::string> names;
  for (const v1::Artifact& artifact : response->artifacts()) {
    if (artifact.name() == flags.name) return artifact;
    names.push_back(artifact.name());
  }
  return absl::NotFoundError(absl::StrCat("job ", flags.id, " left no file ", flags.name,
                                          contract::DidYouMean(flags.name, names),
                                          "; see geometer artifacts list ", flags.id));
}

absl::Status Get(const Flags& flags, Environment& environment) {
  const auto artifact = Find(flags, environment.server);
  if (!artifact.ok()) return artifact.status();
  const std::string path =
      flags.output.empty() ? std::filesystem::path(flags.name).filename().string() : flags.output;
  AtomicFile file(path);
  contract::Sha256 sha256;
  v1::ReadArtifactRequest request;
  request.set_job_id(flags.id);
  request.set_name(flags.name);
  absl::Status read =
      environment.server.Read(&v1::ResultService::Stub::ReadArtifact, request,
                              std::function([&](const v1::ReadArtifactResponse& response) {
                                file.Write(response.data());
                                sha256.Add(response.data());
                                return absl::OkStatus();
                              }));
  if (!read.ok()) return read;
  if (sha256.Hex() != artifact->sha256()) {
    return absl::DataLossError(absl::StrCat(
        flags.name, " arrived damaged (its SHA-256 differs) and was not kept; try again"));
  }
  absl::Status committed = file.Commit();
  if (committed.ok()) environment.console.out << path << "\n";
  return committed;
}

}  // namespace

Action DeclareArtifacts(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  app.require_subcommand(1);
  CLI::App* list = app.add_subcommand("list", "Lists the files with sizes and digests.");
  AddJobId(*list, flags->id);
  AddFormat(*list, flags->format);
  CLI::App* get = app.add_subcommand("get", "Fetches one file, verifies it and prints its path.");
  AddJobId(*get, flags->id);
  get->add_option("NAME", flags->name, "The file's name")->required();
  get->add_option("-O,--output", flags->output, "Where to put it; here by default")
      ->type_name("FILE");
  return [flags, get](Environment& environment) {
    return get->parsed() ? Get(*flags, environment) : List(*flags, environment);
  };
}

}  // namespace geometer::client
