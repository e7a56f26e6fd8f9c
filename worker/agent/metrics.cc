#include "worker/agent/metrics.h"

namespace geometer::worker {

Metrics::Metrics(const std::string& worker_id, const std::string& version)
    : worker_id_(worker_id),
      spool_bytes_(prometheus::BuildGauge()
                       .Name("geometer_worker_spool_bytes")
                       .Help("Bytes of records that the server has not acknowledged in full.")
                       .Register(registry_)
                       .Add({{"worker", worker_id}})),
      restarts_(prometheus::BuildCounter()
                    .Name("geometer_worker_trainer_restarts_total")
                    .Help("Trainer processes replaced, by the reason.")
                    .Register(registry_)) {
  prometheus::BuildGauge()
      .Name("geometer_worker_info")
      .Help("1 for each worker, with its release.")
      .Register(registry_)
      .Add({{"worker", worker_id}, {"version", version}})
      .Set(1);
  for (const Replacement reason :
       {Replacement::kCrashed, Replacement::kHung, Replacement::kFailed, Replacement::kGrown,
        Replacement::kAbandoned, Replacement::kDevice}) {
    restarts_.Add({{"worker", worker_id}, {"reason", Name(reason)}});
  }
}

void Metrics::CountReplacement(Replacement reason) {
  restarts_.Add({{"worker", worker_id_}, {"reason", Name(reason)}}).Increment();
}

}  // namespace geometer::worker
