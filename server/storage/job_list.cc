#include "server/storage/job_list.h"

#include <limits>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/storage/job_rows.h"
#include "server/storage/page_token.h"

namespace geometer::server {
namespace {

constexpr int kDefaultPageSize = 100;
constexpr int kMaxPageSize = 1000;

// How an order sorts, and which rows come after a page that ended at (job ?1, name ?2).
struct Ordering {
  const char* after;
  const char* sorted;
};

Ordering OrderingOf(v1::JobOrder order) {
  switch (order) {
    case v1::JOB_ORDER_OLDEST:
      return {"id > ?1", "id"};
    case v1::JOB_ORDER_NAME:
      return {"(name > ?2 OR (name = ?2 AND id < ?1))", "name, id DESC"};
    default:
      return {"id < ?1", "id DESC"};
  }
}

// "Before everything" in the order.
PageEnd BeforeFirst(v1::JobOrder order) {
  if (order == v1::JOB_ORDER_OLDEST) return {.order = order, .job_id = 0};
  return {.order = order, .job_id = std::numeric_limits<int64_t>::max()};
}

absl::StatusOr<PageEnd> StartOf(const v1::ListJobsRequest& request) {
  const v1::JobOrder order =
      request.order() == v1::JOB_ORDER_UNSPECIFIED ? v1::JOB_ORDER_NEWEST : request.order();
  if (!v1::JobOrder_IsValid(order)) return absl::InvalidArgumentError("order: unknown value");
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("page_size: from 0 to ", kMaxPageSize, ", got ", request.page_size()));
  }
  if (request.page_token().empty()) return BeforeFirst(order);
  return DecodePageToken(request.page_token(), order);
}

std::string ToSql(const Ordering& ordering) {
  return absl::StrCat("SELECT ", kJobColumns, " FROM job WHERE ", ordering.after,
                      " AND (?3 = '' OR state IN (SELECT value FROM json_each('[' || ?3 || ']')))"
                      " AND substr(name, 1, length(?4)) = ?4"
                      " AND (?5 = '' OR id IN (SELECT job FROM job_tag WHERE tag = ?5))"
                      " ORDER BY ",
                      ordering.sorted, " LIMIT ?6");
}

}  // namespace

absl::StatusOr<v1::ListJobsResponse> ListJobs(Database& database,
                                              const v1::ListJobsRequest& request) {
  const absl::StatusOr<PageEnd> start = StartOf(request);
  if (!start.ok()) return start.status();
  const int size = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  Statement rows = database.Query(ToSql(OrderingOf(start->order)), start->job_id, start->name,
                                  absl::StrJoin(request.states(), ","), request.name_prefix(),
                                  request.tag(), size + 1);
  v1::ListJobsResponse page;
  while (page.jobs_size() < size && rows.Next()) *page.add_jobs() = ReadJob(database, rows);
  if (page.jobs_size() == size && rows.Next()) {
    const v1::Job& last = page.jobs(size - 1);
    page.set_next_page_token(EncodePageToken({start->order, last.id(), last.name()}));
  }
  return page;
}

}  // namespace geometer::server
