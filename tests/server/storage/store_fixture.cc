#include "tests/server/storage/store_fixture.h"

#include "absl/strings/str_cat.h"

namespace geometer::server {

Submission StoreFixture::SubmissionOf(const std::string& name,
                                      const std::string& request_id) const {
  Submission submission;
  submission.explicit_spec.set_name(name);
  submission.spec_sha256 = absl::StrCat("sha256 of ", name);
  submission.request_id = request_id;
  submission.owner = "ada";
  return submission;
}

int64_t StoreFixture::Submit(const std::string& name) {
  return jobs.Submit(SubmissionOf(name), now)->id();
}

int64_t StoreFixture::Begin(int64_t job_id, const std::string& worker_id) {
  const auto offer = jobs.MakeOffer(jobs.LastAttemptId() + 1, job_id, worker_id);
  EXPECT_TRUE(offer.ok()) << offer.status();
  const absl::Status begun = jobs.Begin(*offer, worker_id, 0, now);
  EXPECT_TRUE(begun.ok()) << begun;
  return offer->attempt_id();
}

absl::StatusOr<Applied> StoreFixture::SendAs(const std::string& worker_id, int64_t attempt_id,
                                             uint64_t sequence, v1::Record record) {
  record.set_attempt_id(attempt_id);
  record.set_sequence(sequence);
  // As the writer does: an error undoes what the record changed.
  database.Run("SAVEPOINT test");
  absl::StatusOr<Applied> applied = records.Apply(worker_id, record, now);
  if (!applied.ok()) database.Run("ROLLBACK TO test");
  database.Run("RELEASE test");
  return applied;
}

absl::StatusOr<Applied> StoreFixture::Send(int64_t attempt_id, v1::Record record) {
  const uint64_t durable =
      Count(absl::StrCat("SELECT durable_sequence FROM attempt WHERE id = ", attempt_id));
  return SendAs(kWorker, attempt_id, durable + 1, std::move(record));
}

std::vector<std::pair<uint64_t, double>> StoreFixture::Points(int64_t job_id, uint32_t max_points) {
  v1::QueryPointsRequest request;
  request.set_job_id(job_id);
  request.set_max_points(max_points);
  std::vector<std::pair<uint64_t, double>> points;
  PointCursor cursor;
  while (true) {
    const absl::StatusOr<PointPart> part = results.QueryPoints(request, cursor);
    EXPECT_TRUE(part.ok()) << part.status();
    for (int i = 0; i < part->points.step_size(); ++i) {
      points.emplace_back(part->points.step(i), part->points.value(i));
    }
    if (!part->next) return points;
    cursor = *part->next;
  }
}

int64_t StoreFixture::Count(const std::string& sql) {
  Statement row = database.Query(sql);
  return row.Next() ? row.Column<int64_t>(0) : -1;
}

v1::Record PointsOf(const std::vector<std::pair<uint64_t, double>>& points,
                    const std::string& quantity) {
  v1::Record record;
  v1::Series& series = *record.mutable_points()->add_series();
  series.set_probe("probe");
  series.set_quantity(quantity);
  for (const auto& [step, value] : points) {
    record.mutable_points()->add_series_index(0);
    record.mutable_points()->add_step(step);
    record.mutable_points()->add_value(value);
  }
  return record;
}

v1::Record LogOf(const std::vector<std::string>& lines) {
  v1::Record record;
  for (const std::string& line : lines) record.mutable_log()->add_lines(line);
  return record;
}

v1::Record CheckpointAt(uint64_t step) {
  v1::Record record;
  record.mutable_checkpoint()->set_step(step);
  record.mutable_checkpoint()->set_path(absl::StrCat("step-", step, ".safetensors"));
  return record;
}

v1::Record FinishOf(v1::Outcome outcome, v1::FailureReason reason) {
  v1::Record record;
  record.mutable_finish()->set_outcome(outcome);
  record.mutable_finish()->set_reason(reason);
  return record;
}

}  // namespace geometer::server
