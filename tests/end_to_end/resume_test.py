"""Kill -9 of each program mid-run: no point of the live branch is lost or doubled, and the bits are those of an
uninterrupted run."""

import hashlib
import os
import pathlib
import signal
import unittest

import harness

JOB = harness.job(20000, every=100, checkpoint=200)

AUGMENTED = """
name: augmented
seed: 3
data: {fashion_mnist: {train: 2000, validation: 0, test: 100}, augmentation: {crop: 2, flip: true}}
learner:
  model: {mlp: {hidden: [32]}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.05, momentum: 0.9}}
  batches: {size: 32}
probes: [{loss: {}, every: {steps: 100}, examples: 100}]
stop: {steps: 8000}
checkpoint: {every: {steps: 200}}
"""


# Two tasks in turns of 3,000 updates, whose ends are no checkpoints.
TASKS = """
name: tasks
data: {digits: {}}
learner:
  model: {mlp: {hidden: [64]}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.05}}
  batches: {size: 32}
  multitask:
    order: sequential
    tasks:
    - {name: low, classes: [0, 1, 2, 3, 4], turn: 3000}
    - {name: high, classes: [5, 6, 7, 8, 9], turn: 3000}
probes:
- {loss: {}, splits: [test], every: {task_switch: {}}}
- {lie_bracket: {measured: true}, every: {task_switch: {}}}
- {loss: {}, name: often, every: {steps: 100}}
stop: {steps: 12000}
checkpoint: {every: {steps: 200}}
"""


# A GAN in turns, with rules that remember and a term of the kind that its drift has.
GAME = """
name: game
data: {digits: {}}
game: {gan: {latents: 8}, order: alternating, first_updates: 2}
learners:
- name: discriminator
  model: {mlp: {hidden: [32], activation: tanh}}
  optimizer: {sgd: {learning_rate: 0.05, momentum: 0.5}}
  batches: {size: 32}
- name: generator
  model: {mlp: {hidden: [32]}}
  optimizer: {adam: {learning_rate: 0.001}}
  batches: {size: 32}
  regularizers: [{game_term: {scale: one}, weight: -0.1}]
probes:
- {game_drift: {}, every: {steps: 100}, examples: 100}
- {generated_samples: {}, every: {steps: 1000}, examples: 100}
stop: {steps: 6000}
checkpoint: {every: {steps: 200}}
"""


# A density for each class, with fresh noise in every update, that is told from other classes.
DENSITY = """
name: density
data:
- {name: known, digits: {train: 300, validation: 0, test: 100}, classes: [0, 1, 2], normalization: {none: {}}}
- {name: unknown, digits: {train: 300, validation: 0, test: 100}, classes: [7, 8, 9], normalization: {none: {}}}
learner:
  model: {mlp: {hidden: [32]}}
  objective: {morse: {targets: classes}}
  optimizer: {adam: {learning_rate: 0.001}}
  batches: {size: 50}
  noise: [{reference: {law: gaussian}, strength: 1}]
probes:
- {ood_detection: {data: unknown, scores: [density]}, splits: [test], every: {steps: 100}}
stop: {steps: 6000}
checkpoint: {every: {steps: 200}}
"""


class ResumeTest(harness.EndToEndTest):

    def uninterrupted(self, text):
        out = self.root / "alone"
        result = harness.trainer_run(out, text)
        self.assertEqual(result.returncode, 0, result.stderr)
        return out

    def assert_equals_uninterrupted(self, service, job_id, text=JOB):
        out = self.uninterrupted(text)
        with open(out / "points.csv", newline="") as file:
            expected = harness.curve(harness.csv.DictReader(file))
        self.assertEqual(harness.curve(service.points(job_id)), expected)
        weights = self.root / "weights.safetensors"
        service.client("artifacts", "get", job_id, "weights.safetensors", "-O", weights)
        self.assertEqual(digest(weights), digest(out / "weights.safetensors"))

    def run_and_interrupt(self, interrupt, text=JOB):
        service = self.service()
        job_id = service.submit(text)
        service.wait_for_step(job_id, 300)
        interrupt(service, job_id)
        job = service.wait_for_state(job_id, "succeeded")
        self.assert_equals_uninterrupted(service, job_id, text)
        return job

    def test_a_killed_trainer_resumes_from_its_checkpoint(self):
        job = self.run_and_interrupt(lambda service, _: os.kill(service.trainer_pid(), signal.SIGKILL))
        self.assertEqual([a["outcome"] for a in job["attempts"]], ["failed", "succeeded"])
        self.assertGreater(int(job["attempts"][1]["resume_step"]), 0)

    def test_a_killed_trainer_resumes_tasks_in_turn(self):
        def interrupt(service, job_id):
            service.wait_for_step(job_id, 3100)
            os.kill(service.trainer_pid(), signal.SIGKILL)
        job = self.run_and_interrupt(interrupt, TASKS)
        self.assertGreater(int(job["attempts"][1]["resume_step"]), 0)

    def test_a_killed_trainer_resumes_a_game(self):
        job = self.run_and_interrupt(lambda service, _: os.kill(service.trainer_pid(), signal.SIGKILL), GAME)
        self.assertGreater(int(job["attempts"][1]["resume_step"]), 0)

    def test_a_killed_trainer_resumes_a_density(self):
        job = self.run_and_interrupt(lambda service, _: os.kill(service.trainer_pid(), signal.SIGKILL), DENSITY)
        self.assertGreater(int(job["attempts"][1]["resume_step"]), 0)

    def test_a_killed_worker_replays_its_spool_and_resumes(self):
        def interrupt(service, _):
            service.worker.kill()
            service.start_worker()
        job = self.run_and_interrupt(interrupt)
        self.assertGreater(int(job["attempts"][-1]["resume_step"]), 0)

    def test_a_killed_server_finds_everything_again(self):
        def interrupt(service, _):
            service.server.kill()
            service.start_server()
        job = self.run_and_interrupt(interrupt)
        self.assertEqual(len(job["attempts"]), 1)

    def test_a_worker_killed_while_the_server_is_away_loses_nothing(self):
        # Acknowledged, spooled and checkpointed steps are apart here: the server stops first, the worker trains on
        # into its spool, dies, and both come back.
        def interrupt(service, _):
            service.server.kill()
            newest = lambda: max((int(p.stem.split("-")[1]) for p in self.root.glob(
                "worker/jobs/*/*/checkpoints/step-*.safetensors")), default=0)
            before = newest()
            harness.wait_for(lambda: newest() > before + 100, "checkpoints beyond what the server has")
            service.worker.kill()
            service.start_server()
            service.start_worker()
        job = self.run_and_interrupt(interrupt)
        self.assertEqual(job["attempts"][-1]["outcome"], "succeeded")

    def test_every_program_killed_at_once_and_repeatedly(self):
        def interrupt(service, job_id):
            for step in (3000, 6000):
                service.worker.kill()
                service.server.kill()
                service.start_server()
                service.start_worker()
                service.wait_for_step(job_id, step)
        self.run_and_interrupt(interrupt)


class LoadingThreadsTest(harness.EndToEndTest):
    """Batches that other threads prepare and augment: neither their number nor a kill changes a bit."""

    def test_a_killed_trainer_resumes_bit_for_bit_with_any_number_of_loading_threads(self):
        out = self.root / "alone"
        result = harness.trainer_run(out, AUGMENTED, "--set", "resources.loading_threads=0")
        self.assertEqual(result.returncode, 0, result.stderr)
        expected = (out / "weights.safetensors").read_bytes()
        service = self.service()
        for threads in (0, 1, 8):
            with self.subTest(loading_threads=threads):
                self.assertEqual(self.killed_and_resumed(service, threads), expected)

    def killed_and_resumed(self, service, threads):
        """Returns the bytes of the weights of a run whose trainer was killed once, well before its end."""
        job_id = service.submit(AUGMENTED, "--set", f"resources.loading_threads={threads}")
        service.wait_for_step(job_id, 300)
        os.kill(service.trainer_pid(), signal.SIGKILL)
        job = service.wait_for_state(job_id, "succeeded")
        self.assertEqual([a["outcome"] for a in job["attempts"]], ["failed", "succeeded"])
        self.assertGreater(int(job["attempts"][1]["resume_step"]), 0)
        weights = self.root / f"{threads}.safetensors"
        service.client("artifacts", "get", job_id, "weights.safetensors", "-O", weights)
        return weights.read_bytes()


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


if __name__ == "__main__":
    unittest.main(verbosity=2)
