-- Jobs that a job starts from: they stay while it has not ended.
CREATE TABLE job_parent (
  job    INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
  parent INTEGER NOT NULL,
  PRIMARY KEY (job, parent)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_parent_by_parent ON job_parent (parent, job);
