"""A real Prometheus, with the committed configuration, scrapes a real run: the dashboard's every query finds it."""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import unittest
import urllib.parse
import urllib.request

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "deploy/grafana/dashboards/training-geometry.json"
sys.path.insert(0, str(ROOT / "tests/deploy"))
import dashboard_queries  # noqa: E402

JOB = harness.job(10_000_000).replace("stop:", """  - {gradient_norm: {}, every: {steps: 100}}
  - {parameter_norm: {}, every: {steps: 100}}
  - {hessian_top: {}, examples: 100, every: {steps: 100}}
stop:""")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    """The committed configuration with the server's real address, and intervals that suit a test."""

    def __init__(self, root, server_http):
        config = (ROOT / "deploy/prometheus/prometheus.yml").read_text()
        config = config.replace("127.0.0.1:9464", server_http).replace(": 5s", ": 1s")
        (root / "prometheus.yml").write_text(config)
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log = open(root / "prometheus.log", "wb")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={root}/prometheus.yml", f"--storage.tsdb.path={root}/tsdb",
             f"--web.listen-address={self.url.removeprefix('http://')}"], stdout=self.log, stderr=self.log)

    def query(self, promql):
        """Returns the labels of every series found; none while Prometheus starts."""
        url = f"{self.url}/api/v1/query?{urllib.parse.urlencode({'query': promql})}"
        try:
            with urllib.request.urlopen(url, timeout=10) as reply:
                return [series["metric"] for series in json.load(reply)["data"]["result"]]
        except urllib.error.URLError:
            return []

    def close(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


@unittest.skipUnless(shutil.which("prometheus"), "prometheus is not installed")
class PrometheusTest(harness.EndToEndTest):

    def setUp(self):
        super().setUp()
        self.service_ = self.service()
        self.prometheus = Prometheus(self.root, self.service_.http)
        self.addCleanup(self.prometheus.close)

    def test_every_query_of_the_dashboard_finds_the_running_job(self):
        self.service_.submit(JOB)
        dashboard = json.loads(DASHBOARD.read_text())
        verdicts = []

        def all_found():
            verdicts[:] = dashboard_queries.failures(dashboard, self.prometheus.url)
            return not verdicts

        harness.wait_for(lambda: self.prometheus.query("geometer_metric"), "the first measurements")
        try:
            harness.wait_for(all_found, "an answer to every query", deadline=60)
        except AssertionError:
            self.fail(f"queries without an answer: {json.dumps(verdicts, indent=1)}")

    def test_workers_are_discovered_through_the_server(self):
        found = harness.wait_for(lambda: self.prometheus.query("geometer_worker_info"), "the worker's own metrics")
        self.assertEqual(len(found), 1)
        self.assertIn("worker", found[0])
        self.assertIn("version", found[0])

    def test_a_job_that_ended_leaves_no_series(self):
        job_id = self.service_.submit(JOB)
        harness.wait_for(lambda: self.prometheus.query("geometer_slot_info"), "the running job")
        self.service_.client("cancel", job_id)
        harness.wait_for(lambda: not self.prometheus.query('{__name__=~"geometer_slot_info|geometer_metric"}'),
                         "the end of the job's series")


if __name__ == "__main__":
    unittest.main()
