"""The shipped example jobs, as they are, on a real service: each reaches the number that deploy/examples/README.md states."""

import pathlib
import unittest

import harness

EXAMPLES = pathlib.Path(__file__).parents[2] / "deploy" / "examples"
DEADLINE = 1500.0  # Seconds; the longest takes two minutes on a core of its own.


class ExamplesTest(harness.EndToEndTest):

    def setUp(self):
        super().setUp()
        self.running = self.service()

    def run_example(self, name, *arguments):
        """Submits the file, waits for its end and returns its points."""
        job_id = self.running.submit_file(EXAMPLES / name, *arguments)
        self.running.wait_for_state(job_id, "succeeded", deadline=DEADLINE)
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
