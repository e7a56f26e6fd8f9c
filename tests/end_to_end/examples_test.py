"""The shipped example jobs, as they are, on a real service: each reaches the number that deploy/examples/README.md states."""

import csv
import math
import pathlib
import unittest

import harness

EXAMPLES = pathlib.Path(__file__).parents[2] / "deploy" / "examples"
SINE = [(-1 + 2 * i / 9, math.sin(2 * math.pi * (-1 + 2 * i / 9))) for i in range(10)]
POLYGON = sum(math.dist(a, b) for a, b in zip(SINE, SINE[1:]))  # the shortest curve through the points
DEADLINE = 1500.0  # Seconds; the longest takes two minutes on a core of its own.


class ExamplesTest(harness.EndToEndTest):

    def setUp(self):
        super().setUp()
        self.running = self.service()

    def run_example(self, name, *arguments):
        """Submits the file, waits for its end and returns its points."""
        job_id = self.running.submit_file(EXAMPLES / name, *arguments)
        self.running.client("watch", job_id, timeout=DEADLINE)
        return self.running.points(job_id)

    def test_digits_mlp_reaches_97_percent(self):
        self.assertGreaterEqual(last(self.run_example("digits_mlp.yaml"), "accuracy", "test"), 0.97)

    def test_fashion_mnist_cnn_reaches_91_percent(self):
        self.assertGreaterEqual(last(self.run_example("fashion_mnist_cnn.yaml"), "accuracy", "test"), 0.91)

    # GD T30: rate × sharpness between 1.9 and 2.1 in the tail, in units of the threshold 2.
    def test_edge_of_stability_stays_at_the_threshold(self):
        ratios = values(self.run_example("edge_of_stability.yaml"), "stability_ratio", "train")
        self.assertLess(ratios[0], 0.5)
        for ratio in ratios[len(ratios) // 2:]:
            self.assertAlmostEqual(ratio, 1, delta=0.05)

    def test_digits_corridor_reaches_97_percent_without_a_rate(self):
        points = self.run_example("digits_corridor.yaml")
        self.assertGreaterEqual(last(points, "accuracy", "test"), 0.97)
        self.assertGreater(len(set(values(points, "learning_rate", ""))), 5)

    def test_digits_drift_adjusted_starts_beyond_the_edge_and_reaches_97_percent(self):
        points = self.run_example("digits_drift_adjusted.yaml")
        self.assertGreater(max(values(points, "stability_ratio", "train")), 1)
        self.assertGreaterEqual(last(points, "accuracy", "test"), 0.97)

    def test_digits_flat_is_flatter_and_simpler_than_without_its_penalty(self):
        flat = self.run_example("digits_flat.yaml")
        plain = self.run_example("digits_flat.yaml", "--set", "learner.regularizers=[]")
        self.assertLess(last(flat, "eigenvalue", "train"), 0.7 * last(plain, "eigenvalue", "train"))
        self.assertLess(last(flat, "geometric_complexity", "train"), 0.9 * last(plain, "geometric_complexity", "train"))

    # GD 4.
    def test_continual_digits_forgets_and_simultaneous_updates_do_not(self):
        job_id = self.running.submit_file(EXAMPLES / "continual_digits.yaml")
        self.running.client("watch", job_id)
        table = self.running.client("forgetting", job_id, "--split", "test", "-o", "csv").stdout
        forgotten = {row["after"]: row for row in csv.DictReader(table.splitlines())}["forgetting"]
        self.assertGreater(float(forgotten["low"]), 0.5)
        together = self.run_example("continual_digits.yaml", "--set", "learner.multitask.order=simultaneous", "--set",
                                    "learner.multitask.tasks[0].turn=1", "--set", "learner.multitask.tasks[1].turn=1",
                                    "--set", "probes=[{loss: {}, splits: [test], every: {epochs: 10}}]")
        self.assertGreaterEqual(last(together, "accuracy", "test"), 0.95)

    # MG I.
    def test_unknown_digits_have_low_density(self):
        points = self.run_example("unknown_digits.yaml")
        self.assertGreaterEqual(last(points, "density_auroc", "test"), 0.95)
        self.assertGreater(last(points, "mean_density", "test"), 2 * last(points, "mean_density_out", "test"))

    # MG I.1.11.
    def test_a_density_on_an_embedding_is_fitted_once_its_network_is_trained(self):
        parent = self.running.submit_file(EXAMPLES / "known_digits.yaml")
        self.assertEqual(int(parent), 1)
        points = self.run_example("digits_on_embedding.yaml")
        self.assertGreaterEqual(last(points, "density_auroc", "test"), 0.9)
        self.assertGreaterEqual(last(self.running.points(parent), "mahalanobis_embedding_auroc", "test"), 0.92)

    # MG I.2.3, I.2.4.
    def test_a_density_on_two_moons_is_high_there_and_drawn(self):
        job_id = self.running.submit_file(EXAMPLES / "moons_density.yaml")
        self.running.client("watch", job_id, timeout=DEADLINE)
        points = self.running.points(job_id)
        probe = lambda name: [row for row in points if row["probe"] == name]
        self.assertGreater(last(probe("flow"), "mode_share", "test"), 0.99)
        distances = [last(probe(name), "sliced_wasserstein", "test") for name in ("flow", "langevin")]
        self.assertLess(distances[1], 0.6 * distances[0])
        text = self.running.client("map", job_id).stdout
        self.assertIn("map_density at step 4000: ", text)
        self.assertIn("@@", text)

    # MG J.2.1.
    def test_simultaneous_players_of_the_dirac_gan_spiral_out_and_alternating_ones_do_not(self):
        def radius(points):
            return math.hypot(*(values([row for row in points if row["learner"] == name], "coordinate", "")[-1]
                                for name in ("discriminator", "generator")))
        self.assertGreater(radius(self.run_example("dirac_gan.yaml")), 2)
        self.assertLess(radius(self.run_example("dirac_gan.yaml", "--set", "game.order=alternating")), 1)

    # MG J.2.3.
    def test_a_gan_without_interaction_drift_covers_more_of_the_ring(self):
        cancelled = self.run_example("ring_gan.yaml")
        plain = self.run_example("ring_gan.yaml", "--set", "learners[0].regularizers=[]", "--set",
                                 "learners[1].regularizers=[]")
        self.assertGreaterEqual(last(cancelled, "modes_20", "test"), 6)
        self.assertLessEqual(last(plain, "modes_20", "test"), 4)

    # GC 6.5.
    def test_an_embedding_of_some_digits_tells_others_apart(self):
        points = self.run_example("unseen_digits.yaml")
        self.assertGreater(last(points, "few_shot_accuracy", "train"), 0.78)

    # GC t28.
    def test_random_labels_are_learnt_by_a_function_twice_as_complex(self):
        noise = self.run_example("random_labels.yaml")
        truth = self.run_example("random_labels.yaml", "--set", "data.corruption=0")
        self.assertEqual(last(noise, "accuracy", "train"), 1)
        complexity = [last(points, "geometric_complexity", "train") for points in (noise, truth)]
        self.assertGreater(complexity[0], 2 * complexity[1])
        self.assertGreater(last(noise, "excess_risk", ""), 0.8)

    # GC T7: no function through the points is shorter than the polygon.
    def test_a_rubber_band_stretches_no_further_than_its_points_pull(self):
        points = self.run_example("rubber_band.yaml")
        lengths = values(points, "arc_length", "train")
        on_data = values(points, "arc_length_on_data", "train")
        self.assertLess(lengths[0], 2.5)
        self.assertAlmostEqual(on_data[-1], POLYGON, delta=0.05)
        self.assertLess(lengths[-1], 1.25 * POLYGON)

    def test_every_example_is_in_the_table(self):
        table = (EXAMPLES / "README.md").read_text()
        for file in EXAMPLES.glob("*.yaml"):
            self.assertIn(f"| `{file.name}` |", table)


def values(points, quantity, split):
    """Values of a series, by step."""
    rows = [row for row in points if row["quantity"] == quantity and row["split"] == split]
    return [float(row["value"]) for row in sorted(rows, key=lambda row: int(row["step"]))]


def last(points, quantity, split):
    return values(points, quantity, split)[-1]


if __name__ == "__main__":
    unittest.main(verbosity=2)
