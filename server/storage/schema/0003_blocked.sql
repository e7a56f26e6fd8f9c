-- Jobs that wait for another's end (JobState 8), and why such a job ended without an attempt.
ALTER TABLE job ADD COLUMN message TEXT NOT NULL DEFAULT '';

DROP VIEW jobs;

-- Public: one row per job. Times are ISO 8601 text, UTC.
CREATE VIEW jobs AS
  SELECT
    id,
    name,
    CASE state
      WHEN 1 THEN 'queued' WHEN 2 THEN 'running' WHEN 3 THEN 'succeeded' WHEN 4 THEN 'diverged'
      WHEN 5 THEN 'failed' WHEN 6 THEN 'cancelled' WHEN 7 THEN 'held' WHEN 8 THEN 'blocked'
    END AS state,
    owner,
    (SELECT group_concat(tag, ' ') FROM job_tag WHERE job = job.id) AS tags,
    spec_sha256,
    (SELECT count(*) FROM attempt WHERE attempt.job = job.id) AS attempts,
    strftime('%Y-%m-%dT%H:%M:%fZ', submit_time / 1e6, 'unixepoch') AS submit_time,
    strftime('%Y-%m-%dT%H:%M:%fZ', start_time / 1e6, 'unixepoch') AS start_time,
    strftime('%Y-%m-%dT%H:%M:%fZ', end_time / 1e6, 'unixepoch') AS end_time,
    message
  FROM job;
