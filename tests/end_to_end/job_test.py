"""One job through the whole service: its results, cancellation, divergence, data errors and draining."""

import gzip
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import unittest

import harness


class JobTest(harness.EndToEndTest):

    def digits_alone(self):
        """A folder of data sets of the test's own, in which a worker may put weights."""
        data_sets = self.root / "data"
        data_sets.mkdir()
        (data_sets / "digits").symlink_to(pathlib.Path(harness.DATA) / "digits")
        return data_sets

    def test_a_job_gives_the_points_and_weights_of_a_run_without_a_server(self):
        service = self.service()
        job_id = service.submit(harness.job(500))
        service.wait_for_state(job_id, "succeeded")
        harness.trainer_run(self.root / "alone", harness.job(500))
        with open(self.root / "alone/points.csv", newline="") as file:
            expected = harness.curve(harness.csv.DictReader(file))
        self.assertEqual(harness.curve(service.points(job_id)), expected)

    def test_probes_leave_the_weights_bitwise_alone(self):
        probes = """
  - {gradient_norm: {}, every: {steps: 7}}
  - {parameter_norm: {}, every: {steps: 7}}
  - {hessian_top: {k: 3}, every: {steps: 50}}
"""
        with_all = harness.job(300).replace("stop:", probes.lstrip("\n") + "stop:")
        with_none = harness.job(300).split("probes:")[0] + "stop: {steps: 300}\n"
        weights = []
        for name, text in (("all", with_all), ("none", with_none)):
            result = harness.trainer_run(self.root / name, text)
            self.assertEqual(result.returncode, 0, result.stderr)
            weights.append((self.root / name / "weights.safetensors").read_bytes())
        self.assertEqual(weights[0], weights[1])

    def test_a_cost_is_predicted_without_a_server(self):
        file = self.root / "job.yaml"
        file.write_text(harness.job(500))
        result = subprocess.run([harness.BIN / "geometer", "validate", "--cost", "-o", "json", file],
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        (cost,) = json.loads(result.stdout)
        self.assertEqual(cost["updates"]["times"], 500)
        self.assertEqual([part["times"] for part in cost["measurements"]], [26] * len(cost["measurements"]))

    def test_a_child_waits_for_its_parent_even_when_that_dies_and_starts_from_its_weights(self):
        service = self.service(data_sets=self.digits_alone())
        data = "data: {digits: {}"
        trunk = harness.job(3000, name="trunk").replace(data, data + ", normalization: {none: {}}")
        head = trunk.replace("name: trunk", "name: head").replace(
            data, data + ", embedding: {parent: {job: 1}}").replace("stop: {steps: 3000}", "stop: {steps: 100}")
        parent, child = service.submit(trunk), service.submit(head)
        self.assertEqual(service.job(child)["state"], "blocked")
        service.wait_for_step(parent, 60)
        os.kill(service.trainer_pid(), signal.SIGKILL)
        service.wait_for_state(child, "succeeded")
        self.assertEqual(len(service.job(parent)["attempts"]), 2)
        embedding = service.job(child)["spec"]["data"][0]["embedding"]
        weights = self.root / "weights"
        service.client("artifacts", "get", parent, "weights.safetensors", "-O", weights)
        self.assertEqual(embedding["parent"]["sha256"], hashlib.sha256(weights.read_bytes()).hexdigest())
        self.assertEqual(embedding["model"], service.job(parent)["spec"]["learners"][0]["model"])

    def test_a_queued_job_is_cancelled_at_once_and_a_running_one_soon(self):
        service = self.service()
        running = service.submit(harness.job(10_000_000))
        queued = service.submit(harness.job(100))
        service.wait_for_step(running, 20)
        service.client("cancel", queued)
        self.assertEqual(service.job(queued)["state"], "cancelled")
        service.client("cancel", running)
        service.wait_for_state(running, "cancelled")

    def test_divergence_is_a_result(self):
        service = self.service()
        job_id = service.submit(harness.job(2000, rate=1e6))
        service.wait_for_state(job_id, "diverged")

    def test_an_absent_data_set_names_the_command_that_fetches_it(self):
        service = self.service(data_sets=self.root / "nothing")
        job = service.wait_for_state(service.submit(harness.job(100)), "failed")
        self.assertEqual(job["attempts"][-1]["reason"], "missing_data")
        self.assertIn("deploy/data.sh digits", job["attempts"][-1]["message"])

    def test_malformed_data_fails_the_job_and_the_worker_goes_on(self):
        data_sets = self.root / "data"
        shutil.copytree(harness.DATA, data_sets, symlinks=False,
                        ignore=lambda folder, names: [n for n in names if folder == harness.DATA and n != "digits"])
        good = next(data_sets.glob("digits/*"))
        text = gzip.decompress(good.read_bytes())
        service = self.service(data_sets=data_sets)
        good.write_bytes(gzip.compress(text[:1000] + b"x" + text[1001:]))
        job = service.wait_for_state(service.submit(harness.job(100)), "failed")
        self.assertEqual(job["attempts"][-1]["reason"], "bad_data")
        self.assertRegex(job["attempts"][-1]["message"], r"digits.csv.*offset")
        good.write_bytes(gzip.compress(text))
        service.wait_for_state(service.submit(harness.job(100)), "succeeded")

    def test_terminated_programs_exit_in_time_with_streams_open(self):
        service = self.service()
        job_id = service.submit(harness.job(10_000_000))
        service.wait_for_step(job_id, 20)
        self.assertEqual(service.worker.terminate(), 0)
        self.assertEqual(service.server.terminate(), 0)

    def test_a_drained_worker_leaves_its_job_to_the_next_one(self):
        service = self.service()
        job_id = service.submit(harness.job(3000))
        service.wait_for_step(job_id, 300)
        self.assertEqual(service.worker.terminate(), 0)
        service.start_worker()
        job = service.wait_for_state(job_id, "succeeded")
        self.assertEqual(job["attempts"][0]["reason"], "preempted")

    def test_a_job_starts_from_the_weights_of_a_finished_one(self):
        data_sets = self.digits_alone()
        service = self.service(data_sets=data_sets)
        parent = service.submit(harness.job(200))
        service.wait_for_state(parent, "succeeded")
        child = service.submit(harness.job(20, name="child").replace(
            "hidden: [32]}}", f"hidden: [32]}}, weights: {{parent: {{job: {parent}}}}}}}"))
        job = service.wait_for_state(child, "succeeded")

        def losses(job_id, step):
            return {p["split"]: p["value"] for p in service.points(job_id)
                    if p["quantity"] == "loss" and p["step"] == str(step)}

        self.assertEqual(set(losses(parent, 200)), {"train", "test"})
        self.assertEqual(losses(child, 0), losses(parent, 200))
        (file,) = (data_sets / "artifacts").iterdir()
        self.assertEqual(file.name, hashlib.sha256(file.read_bytes()).hexdigest())
        self.assertIn(file.name, json.dumps(job))  # the explicit spec says what it started from

    def test_a_deleted_job_is_gone(self):
        service = self.service()
        job_id = service.submit(harness.job(100))
        service.wait_for_state(job_id, "succeeded")
        service.client("delete", job_id)
        self.assertEqual(service.client("show", job_id, check=False).returncode, 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
