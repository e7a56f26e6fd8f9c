#include <gtest/gtest.h>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

v1::Worker OneWorker() {
  v1::Worker worker;
  worker.set_id("w1");
  worker.set_host("box");
  worker.set_slots(2);
  worker.add_devices(v1::DEVICE_CPU);
  worker.add_job_ids(7);
  worker.add_job_ids(8);
  worker.set_version("0.1.0");
  worker.mutable_connect_time()->set_seconds(absl::ToUnixSeconds(TestTime()) - 185);
  return worker;
}

TEST(WorkersTest, ListsThem) {
  ScriptedService service;
  service.workers = {OneWorker()};
  const Result result = RunClient(service, {"workers"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out,
            "ID  HOST  SLOTS  DEVICES  JOBS  VERSION  CONNECTED FOR\n"
            "w1  box       2  cpu      7 8   0.1.0       3 min 05 s\n");
}

TEST(WorkersTest, ProgramsGetTheTimeItself) {
  ScriptedService service;
  service.workers = {OneWorker()};
  EXPECT_EQ(RunClient(service, {"workers", "-o", "csv"}).out,
            "id,host,slots,devices,job_ids,version,connect_time\n"
            "w1,box,2,cpu,7 8,0.1.0,2024-05-01T11:56:55.000Z\n");
}

}  // namespace
}  // namespace geometer::client
