#include "client/commands/commands.h"

namespace geometer::client {

const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = {
      {"up", "Runs a server and a worker on this machine until Ctrl-C.", "geometer up --slots 2",
       DeclareUp},
      {"submit", "Queues jobs and prints their ids.",
       "geometer submit job.yaml --set learner.optimizer.sgd.learning_rate=0.05 --watch",
       DeclareSubmit},
      {"validate", "Checks job files without a server; tells all errors, or what a run will cost.",
       "geometer validate job.yaml --cost", DeclareValidate},
      {"list", "Lists jobs.", "geometer list --state running --state queued", DeclareList},
      {"show", "Shows one job: state, attempts, latest values, explicit spec.", "geometer show 7",
       DeclareShow},
      {"watch", "Follows jobs live until they end.", "geometer watch 7 8 9", DeclareWatch},
      {"points", "Prints measured points.",
       "geometer points 7 --quantity loss --split train -o csv > loss.csv", DeclarePoints},
      {"plot", "Draws curves of jobs.",
       "geometer plot 7 8 9 --quantity geometric_complexity --x flow_time -O complexity.png",
       DeclarePlot},
      {"forgetting",
       "Shows what a job's tasks knew after each turn, and what they lost and gained.",
       "geometer forgetting 7 --split validation -O forgetting.png", DeclareForgetting},
      {"map", "Draws a network of two inputs over the plane: its density, classes or output.",
       "geometer map 7 -O density.png", DeclareMap},
      {"logs", "Prints what a job's trainer printed.", "geometer logs 7 --tail 20", DeclareLogs},
      {"artifacts", "Lists or fetches the files that a job left.",
       "geometer artifacts get 7 weights.safetensors", DeclareArtifacts},
      {"cancel", "Ends jobs.", "geometer cancel 7", DeclareCancel},
      {"delete", "Removes ended jobs with all that they left.", "geometer delete 7", DeclareDelete},
      {"workers", "Lists connected workers.", "geometer workers", DeclareWorkers},
      {"version", "Prints the release and the digest of its contract.", "geometer version",
       DeclareVersion},
      {"completion", "Prints a completion script for a shell.",
       "source <(geometer completion bash)", DeclareCompletion},
  };
  return commands;
}

}  // namespace geometer::client
