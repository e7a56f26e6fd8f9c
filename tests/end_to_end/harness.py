"""Starts the real programs on loopback, in a temporary folder, and drives them through the client.

GEOMETER_BIN names the folder of the built programs. Nothing here sleeps for a guessed time: every wait is for a
line of output or for a row of the database, with a deadline that only a failure reaches.
"""

import contextlib
import csv
import io
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ["GEOMETER_BIN"])
DATA = os.environ.get("GEOMETER_DATA_DIR") or str(
    pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "geometer/data")
DEADLINE = 120.0  # Seconds after which a wait counts as a hang.


def wait_for(condition, what, deadline=DEADLINE):
    """Returns the first true value of `condition()`."""
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited {deadline} s for {what}")


class Program:
    """One of the daemons, from its readiness line to its end."""

    def __init__(self, log, *command, env=None):
        self.log = open(log, "ab")
        self.process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=self.log,
                                        env={**os.environ, **(env or {})})
        self.ready = self.process.stdout.readline().decode().strip()
        if not self.ready:
            raise AssertionError(f"{command[0]} did not start: see {log}\n{pathlib.Path(log).read_text()}")

    def kill(self):
        self.process.kill()
        self.close()

    def terminate(self, deadline=10.0):
        """SIGTERM, as a service manager sends it; returns the exit status."""
        self.process.terminate()
        try:
            return self.process.wait(deadline)
        finally:
            self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()


class Service:
    """A server and one worker, each of which can be killed and started again on the same data."""

    def __init__(self, root, slots=1, data_sets=DATA, lease_term="60s"):
        self.root = pathlib.Path(root)
        self.slots, self.data_sets, self.lease_term = slots, data_sets, lease_term
        self.address = "127.0.0.1:0"
        self.server = self.worker = None
        self.start_server()
        self.start_worker()

    def start_server(self):
        self.server = Program(self.root / "server.log", BIN / "geometer-server", "--listen", self.address,
                              "--http", "127.0.0.1:0", "--data", self.root / "server",
                              "--lease-term", self.lease_term)
        words = self.server.ready.replace(",", "").split()
        self.address, self.http = words[words.index("on") + 1], words[-1]

    def start_worker(self):
        self.worker = Program(self.root / "worker.log", BIN / "geometer-worker", "--server", self.address,
                              "--data", self.root / "worker", "--slots", self.slots, "--http", "127.0.0.1:0",
                              "--data-sets", self.data_sets)

    def trainer_pid(self):
        """Process id of the worker's trainer."""
        children = pathlib.Path(f"/proc/{self.worker.process.pid}/task")
        pids = [int(p) for task in children.iterdir() for p in (task / "children").read_text().split()]
        return pids[0] if pids else None

    def client(self, *arguments, check=True, timeout=DEADLINE):
        result = subprocess.run([BIN / "geometer", "--server", self.address, *map(str, arguments)],
                                capture_output=True, text=True, timeout=timeout)
        if check and result.returncode != 0:
            raise AssertionError(f"geometer {arguments}: exit {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def submit(self, text, *arguments):
        path = self.root / "job.yaml"
        path.write_text(text)
        return self.submit_file(path, *arguments)

    def submit_file(self, path, *arguments):
        return int(json.loads(self.client("submit", path, "-o", "json", *arguments).stdout)[0]["id"])

    def job(self, job_id):
        """The job as `geometer show` gives it, with enum values by their short names ("succeeded")."""
        text = self.client("show", job_id, "-o", "json").stdout
        return json.loads(re.sub(r'"(?:JOB_STATE|OUTCOME|FAILURE_REASON)_([A-Z_]+)"',
                                 lambda name: f'"{name[1].lower()}"', text))

    def wait_for_state(self, job_id, *states):
        job = wait_for(lambda: (lambda j: j["state"] not in ("queued", "blocked", "running") and j)(self.job(job_id)),
                       f"the end of job {job_id}")
        if states and job["state"] not in states:
            raise AssertionError(f"job {job_id} is {job['state']}, not {states}: {json.dumps(job, indent=1)}\n"
                                 + (self.root / "worker.log").read_text()[-4000:])
        return job

    def points(self, job_id):
        return list(csv.DictReader(io.StringIO(self.client("points", job_id, "-o", "csv").stdout)))

    def query(self, sql, *values):
        with contextlib.closing(sqlite3.connect(f"file:{self.root}/server/geometer.db?mode=ro", uri=True)) as db:
            return db.execute(sql, values).fetchall()

    def wait_for_step(self, job_id, step):
        """Waits until a point at `step` or later of the job is durable."""
        return wait_for(
            lambda: (self.query("SELECT max(step) FROM points WHERE job = ?", job_id)[0][0] or 0) >= step,
            f"step {step} of job {job_id}")

    def close(self):
        for program in (self.worker, self.server):
            if program:
                program.close()


def trainer_run(directory, text, *arguments, data_sets=DATA):
    """Runs a job without any server; returns the completed process."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    job = directory / "submitted.yaml"
    job.write_text(text)
    return subprocess.run([BIN / "geometer-trainer", "run", job, "--out", directory, "--data-sets", data_sets,
                           "--quiet", *arguments], capture_output=True, text=True, timeout=600)


def curve(rows):
    """Points as {(series…, step): value}, without what a clock decides; fails on a doubled point."""
    result = {}
    for row in rows:
        key = tuple(row[name] for name in ("probe", "quantity", "split", "task", "learner", "index", "step"))
        if key in result:
            raise AssertionError(f"point {key} is doubled")
        result[key] = repr(float(row["value"]))  # as text, so that NaN equals NaN
    return result


class EndToEndTest(unittest.TestCase):
    """Gives each test its own folder and, on demand, a service that is gone afterwards."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def service(self, **options):
        service = Service(self.root, **options)
        self.addCleanup(service.close)
        return service


def job(steps, name="digits", every=20, checkpoint=50, extra="", seed=1, rate=0.05):
    """A digits MLP that takes a second or so per few thousand steps."""
    return f"""
name: {name}
seed: {seed}
data: {{digits: {{}}}}
learner:
  model: {{mlp: {{hidden: [32]}}}}
  objective: {{cross_entropy: {{}}}}
  optimizer: {{sgd: {{learning_rate: {rate}, momentum: 0.9}}}}
  batches: {{size: 32}}
  schedule: {{cosine: {{}}}}
probes:
  - {{loss: {{}}, every: {{steps: {every}}}, splits: [train, test]}}
  - {{geometric_complexity: {{}}, every: {{steps: {every}}}, examples: 100}}
stop: {{steps: {steps}}}
checkpoint: {{every: {{steps: {checkpoint}}}}}
{extra}
"""
