-- Everything that the server keeps. Tables are private and named in the singular; the views at the
-- end are public, named in the plural, and keep their columns in later releases.
--
-- Enumerations are stored by their numbers in proto/geometer/v1. Times are microseconds since 1970,
-- UTC. Columns in order of need; STRICT, so that a value of the wrong type is an error.

CREATE TABLE job (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  name             TEXT    NOT NULL,
  state            INTEGER NOT NULL,            -- JobState
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  running_attempt  INTEGER,                     -- the only one that may write; NULL unless RUNNING
  failures         INTEGER NOT NULL DEFAULT 0,  -- tries that failed for a reason that counts
  device           INTEGER NOT NULL,            -- Device that it needs
  owner            TEXT    NOT NULL,
  request_id       TEXT    UNIQUE,              -- makes a repeated submission harmless
  spec_sha256      TEXT    NOT NULL,            -- of the spec as submitted
  submit_time      INTEGER NOT NULL,
  start_time       INTEGER,
  end_time         INTEGER
) STRICT;
CREATE INDEX job_by_state ON job (state, id);
CREATE INDEX job_by_name ON job (name, id DESC);

-- The explicit spec, apart from `job` so that lists stay quick.
CREATE TABLE job_spec (
  job  INTEGER PRIMARY KEY REFERENCES job ON DELETE CASCADE,
  spec BLOB NOT NULL                            -- JobSpec, serialised
) STRICT;

CREATE TABLE job_tag (
  job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
  tag TEXT    NOT NULL,
  PRIMARY KEY (job, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_tag_by_tag ON job_tag (tag, job);

-- One try at a job. The live branch of a job is its last attempt, what that one resumed from, and so
-- on: each live up to `through_step`. A cut only lowers the limits; nothing is moved or deleted.
CREATE TABLE attempt (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  job              INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
  parent           INTEGER,                     -- attempt whose checkpoint it resumed; NULL: none
  resume_step      INTEGER NOT NULL DEFAULT 0,
  worker           TEXT    NOT NULL,
  slot             INTEGER NOT NULL,
  through_step     INTEGER,                     -- last live step; NULL: all are live; -1: none is
  through_sequence INTEGER,                     -- last live record, likewise; 0: none is
  durable_sequence INTEGER NOT NULL DEFAULT 0,  -- records up to this one are kept
  start_time       INTEGER NOT NULL,
  end_time         INTEGER,                     -- NULL: it runs; so are the next four
  outcome          INTEGER,                     -- Outcome
  reason           INTEGER,                     -- FailureReason
  message          TEXT,
  finish_step      INTEGER
) STRICT;
CREATE INDEX attempt_by_job ON attempt (job, id);

-- States that can be resumed from, on the worker's own disk.
CREATE TABLE checkpoint (
  attempt  INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
  step     INTEGER NOT NULL,
  sequence INTEGER NOT NULL,                    -- record that announced it: earlier ones are part of it
  path     TEXT    NOT NULL,
  PRIMARY KEY (attempt, step)
) STRICT, WITHOUT ROWID;

-- Identities of curves, see Series in measurement.proto.
CREATE TABLE series (
  id       INTEGER PRIMARY KEY,
  job      INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
  probe    TEXT    NOT NULL,
  quantity TEXT    NOT NULL,
  split    INTEGER NOT NULL,                    -- Split
  task     TEXT    NOT NULL,
  learner  TEXT    NOT NULL,
  layer    TEXT    NOT NULL,
  class    TEXT    NOT NULL,
  place    INTEGER NOT NULL,                    -- Series.index
  UNIQUE (job, probe, quantity, split, task, learner, layer, class, place)
) STRICT;

-- All points of all attempts. `series` is no foreign key: series go only with their job, as points do,
-- and a reference would need an index as large as the table.
CREATE TABLE point (
  attempt        INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
  series         INTEGER NOT NULL,
  step           INTEGER NOT NULL,
  value          REAL,                          -- NULL: NaN
  standard_error REAL,                          -- NULL here and below: does not apply
  residual       REAL,
  samples        INTEGER,
  converged      INTEGER,
  seconds        REAL,
  elapsed        REAL,
  PRIMARY KEY (attempt, series, step)
) STRICT, WITHOUT ROWID;

-- The newest live point of each series.
CREATE TABLE latest_point (
  series    INTEGER PRIMARY KEY REFERENCES series ON DELETE CASCADE,
  step      INTEGER NOT NULL,
  value     REAL,                               -- NULL: NaN
  converged INTEGER
) STRICT;

-- Live curves in short: bucket b of a level holds steps b·2^level to (b+1)·2^level − 1. Infinite values
-- take part in minimum and maximum, NaN does not.
CREATE TABLE curve_bucket (
  series     INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
  level      INTEGER NOT NULL,
  bucket     INTEGER NOT NULL,
  count      INTEGER NOT NULL,
  non_finite INTEGER NOT NULL,                  -- how many of them are NaN or infinite
  min_step   INTEGER,                           -- NULL, as the next three: all are NaN
  min_value  REAL,
  max_step   INTEGER,
  max_value  REAL,
  last_step  INTEGER NOT NULL,
  PRIMARY KEY (series, level, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_line (
  attempt INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
  number  INTEGER NOT NULL,                     -- 1, 2, 3, …
  text    TEXT    NOT NULL,
  PRIMARY KEY (attempt, number)
) STRICT, WITHOUT ROWID;

-- Files under artifacts/<attempt>/. One is complete when `received` = `size`.
CREATE TABLE artifact (
  attempt  INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
  name     TEXT    NOT NULL,
  size     INTEGER NOT NULL,
  sha256   TEXT    NOT NULL,
  received INTEGER NOT NULL,
  sequence INTEGER NOT NULL,                    -- record of its last chunk so far
  PRIMARY KEY (attempt, name)
) STRICT, WITHOUT ROWID;

-- Private: points of live branches. Read by job and series in order of (attempt, step), which is the order
-- of steps, it needs no sorting: `attempt` is the outer loop's id. Wholly dead attempts are not looked into.
CREATE VIEW live_point AS
  SELECT
    attempt.job, attempt.id AS attempt, series, step, value, standard_error, residual, samples, converged,
    seconds, elapsed
  FROM attempt CROSS JOIN point ON point.attempt = attempt.id
  WHERE ifnull(through_step, 0) >= 0 AND step <= ifnull(through_step, 9223372036854775807);

-- Public: one row per job. Times are ISO 8601 text, UTC.
CREATE VIEW jobs AS
  SELECT
    id,
    name,
    CASE state
      WHEN 1 THEN 'queued' WHEN 2 THEN 'running' WHEN 3 THEN 'succeeded' WHEN 4 THEN 'diverged'
      WHEN 5 THEN 'failed' WHEN 6 THEN 'cancelled' WHEN 7 THEN 'held'
    END AS state,
    owner,
    (SELECT group_concat(tag, ' ') FROM job_tag WHERE job = job.id) AS tags,
    spec_sha256,
    (SELECT count(*) FROM attempt WHERE attempt.job = job.id) AS attempts,
    strftime('%Y-%m-%dT%H:%M:%fZ', submit_time / 1e6, 'unixepoch') AS submit_time,
    strftime('%Y-%m-%dT%H:%M:%fZ', start_time / 1e6, 'unixepoch') AS start_time,
    strftime('%Y-%m-%dT%H:%M:%fZ', end_time / 1e6, 'unixepoch') AS end_time
  FROM job;

-- Public: every point of every job's live branch; no point of an abandoned try. A NULL value is NaN:
-- SQL's avg, min and max skip it, so look at `finite` (1: neither NaN nor infinite) too.
CREATE VIEW points AS
  SELECT
    live_point.job, probe, quantity,
    CASE split WHEN 1 THEN 'train' WHEN 2 THEN 'validation' WHEN 3 THEN 'test' END AS split,
    task, learner, layer, class, place AS "index", step, value,
    ifnull(abs(value) <= 1.7976931348623157e308, 0) AS finite,
    standard_error, residual, samples, converged, seconds, elapsed, attempt
  FROM live_point JOIN series ON series.id = live_point.series;

-- Public: the newest live point of each series of each job.
CREATE VIEW latest AS
  SELECT
    job, probe, quantity,
    CASE split WHEN 1 THEN 'train' WHEN 2 THEN 'validation' WHEN 3 THEN 'test' END AS split,
    task, learner, layer, class, place AS "index", step, value,
    ifnull(abs(value) <= 1.7976931348623157e308, 0) AS finite, converged
  FROM latest_point JOIN series ON series.id = latest_point.series;
