"""Edge of stability, drift-adjusted and corridor rates (GD T18 – T25, T30, T31, T33) by jobs on a real service."""

import pathlib
import statistics
import unittest

import harness

EDGE = pathlib.Path(__file__).parents[2] / "deploy" / "examples" / "edge_of_stability.yaml"
DEADLINE = 1500.0

# A line through points at x = ±2: the loss 4w² + b², whose Hessian is diag(8, 2).
QUADRATIC = """
name: quadratic
dtype: float64
data: {points: {inputs: [-2, 2], targets: [0, 0]}}
learner:
  model: {mlp: {initialization: torch}}
  objective: {mean_squared_error: {}}
  optimizer: {sgd: {learning_rate: 0.01}}
  batches: {full: true}
probes:
  - {loss: {}, every: {steps: 1}}
  - {gradient_norm: {}, every: {steps: 1}}
stop: {steps: 100}
"""
LARGEST, SMALLEST = 8, 2  # eigenvalues
# A linear network's hinge of one example: affine until its margins are met.
HINGE = """
name: hinge
dtype: float64
data: {gaussian_classes: {class_count: 2, train: 1}, normalization: {none: {}}}
learner:
  model: {mlp: {initialization: torch, initialization_scale: 0.01}}
  objective: {hinge: {}}
  optimizer: {sgd: {learning_rate: 0.001}}
  batches: {full: true}
probes:
  - {loss: {}, every: {steps: 1}}
  - {gradient_norm: {}, every: {steps: 1}}
stop: {steps: 10}
"""
ONE_PARAMETER = ("learner.model.mlp.bias=false", "stop.steps=15")  # the loss 4w²


class StabilityTest(harness.EndToEndTest):

    def setUp(self):
        super().setUp()
        self.running = self.service()

    def series(self, job_id):
        """A function that gives the values of a quantity, by step, once the job has succeeded."""
        self.running.client("watch", job_id, timeout=DEADLINE)
        points = self.running.points(job_id)

        def values(quantity, index="0"):
            rows = [row for row in points if row["quantity"] == quantity and row["index"] in ("", index)]
            return [float(row["value"]) for row in sorted(rows, key=lambda row: int(row["step"]))]
        return values

    def edge(self, *overrides):
        return self.series(self.running.submit_file(EDGE, *(word for o in overrides for word in ("--set", o))))

    def quadratic(self, schedule, *overrides):
        words = (word for o in (f"learner.schedule={schedule}", *overrides) for word in ("--set", o))
        return self.series(self.running.submit(QUADRATIC, *words))

    # GD T30: a rate of 0.05 on the mean of squares is the 0.1 of half of it.
    def test_descent_stays_at_the_edge_of_stability(self):
        h_lambda = self.edge()("h_lambda")
        self.assertLess(h_lambda[0], 1)
        tail = statistics.median(h_lambda[-20:])
        self.assertTrue(1.9 <= tail <= 2.1, tail)

    # GD T30: below the edge the loss only falls.
    def test_half_the_rate_stays_below_the_edge_and_descends(self):
        values = self.edge("learner.optimizer.sgd.learning_rate=0.025", "probes[0].every.steps=1", "stop.steps=4000")
        self.assertLess(max(values("h_lambda")), 2)
        losses = values("loss")
        self.assertTrue(all(now <= before for before, now in zip(losses, losses[1:])))

    # GD T31: momentum β moves the edge to 2(1 + β). How soon it is reached varies with the seed.
    def test_momentum_moves_the_edge(self):
        h_lambda = self.edge("learner.optimizer.sgd.learning_rate=0.1", "learner.optimizer.sgd.momentum=0.5",
                             "seed=1", "stop.steps=12000")("h_lambda")
        tail = statistics.median(h_lambda[-20:])
        self.assertTrue(2.9 <= tail <= 3.1, tail)

    # GD T33.
    def test_the_loss_rises_where_the_rate_is_above_the_threshold(self):
        values = self.edge("probes[0].every.steps=1", "probes[1].every.steps=1", "stop.steps=4000")
        losses, h_lambda = values("loss"), values("h_lambda")
        rises = [now > before for before, now in zip(losses, losses[1:])]
        above = [rise for rise, value in zip(rises, h_lambda) if value > 2]
        below = [rise for rise, value in zip(rises, h_lambda) if value <= 2]
        self.assertGreater(len(above), 100)
        self.assertGreater(statistics.mean(above), 0.6)
        self.assertLess(statistics.mean(below), 0.05)

    # GD T18: on an affine piece descent is the flow, the loss falls along a line, and one step of the corridor's rate
    # takes it to 0.
    def test_the_corridors_rate_crosses_an_affine_piece_in_one_step(self):
        straight = self.series(self.running.submit(HINGE))
        flow = self.series(self.running.submit(HINGE, "--set", "learner.optimizer={gradient_flow: {learning_rate: 0.001}}"))
        losses, slope = straight("loss"), straight("gradient_norm")[0]
        for step, (loss, along_the_flow) in enumerate(zip(losses, flow("loss"))):
            self.assertAlmostEqual(loss, losses[0] - 0.001 * step * slope ** 2, delta=1e-12)
            self.assertAlmostEqual(loss, along_the_flow, delta=1e-12)
        self.assertGreater(losses[-1], 0)
        crossing = self.series(self.running.submit(HINGE, "--set", "learner.schedule={corridor: {cap: 1e30}}"))("loss")
        self.assertEqual(crossing[0], losses[0])
        self.assertAlmostEqual(crossing[1], 0, delta=1e-12)

    # GD T20: on a convex quadratic of minimum 0 the corridor's rate is within 1/(2λ).
    def test_the_corridors_rate_is_bounded_by_the_curvatures(self):
        values = self.quadratic("{corridor: {cap: 1e30}}", "stop.steps=15")
        rates = values("learning_rate")[1:]  # of the updates made; the first is the declared one
        self.assertGreaterEqual(min(rates), (1 - 1e-12) / (2 * LARGEST))
        self.assertLessEqual(max(rates), (1 + 1e-12) / (2 * SMALLEST))
        self.assertLess(values("loss")[-1], 1e-6 * values("loss")[0])

    def test_the_corridors_cap_and_floor_hold(self):
        for bounds, bound in (("cap: 0.1", max), ("floor: 0.24", min)):
            rates = self.quadratic(f"{{corridor: {{{bounds}}}}}", "stop.steps=15")("learning_rate")[1:]
            self.assertEqual(bound(rates), float(bounds.split()[1]))

    # GD T21: three points off a line: with a minimum above 0 the rate explodes without a cap.
    def test_a_minimum_above_zero_needs_a_cap(self):
        off_the_line = ("data.points.inputs=[-2, 0, 2]", "data.points.targets=[1, -2, 2]", "stop.steps=2000")
        rates = self.quadratic("{corridor: {cap: 1e30}}", *off_the_line)("learning_rate")[1:]
        self.assertGreater(max(rates), 1000 * statistics.median(rates))
        capped = self.quadratic("{corridor: {cap: 0.1}}", *off_the_line)
        self.assertLess(capped("gradient_norm")[-1], 1e-6 * capped("gradient_norm")[0])

    # GD T23: DAL with c = 1 settles at 2/(λ₁ + λₙ).
    def test_drift_adjusted_rates_settle_between_the_curvatures(self):
        rates = self.quadratic("{drift_adjusted: {constant: 1}}")("learning_rate")
        self.assertAlmostEqual(rates[-1], 2 / (LARGEST + SMALLEST), delta=1e-8)

    # GD T24: with c = 2 the gradient never shrinks and the loss never rises.
    def test_drift_adjusted_rates_of_constant_two_stall(self):
        values = self.quadratic("{drift_adjusted: {constant: 2}}")
        for before, now in zip(values("gradient_norm"), values("gradient_norm")[1:]):
            self.assertGreaterEqual(now, before * (1 - 1e-12))
        for before, now in zip(values("loss"), values("loss")[1:]):
            self.assertLessEqual(now, before * (1 + 1e-12))

    # GD T22: along an eigenvector, as one parameter always is, c = 2 reverses it: the loss stays.
    def test_drift_adjusted_rates_reverse_an_eigenvector(self):
        losses = self.quadratic("{drift_adjusted: {constant: 2}}", *ONE_PARAMETER)("loss")
        for loss in losses:
            self.assertAlmostEqual(loss / losses[0], 1, delta=1e-12)

    # GD T19: on a parabola, θ², the corridor's rate halves θ.
    def test_the_corridors_rate_halves_the_way_on_a_parabola(self):
        losses = self.quadratic("{corridor: {cap: 1e30}}", *ONE_PARAMETER)("loss")
        for before, now in zip(losses, losses[1:]):
            self.assertAlmostEqual(now / before, 0.25, delta=1e-12)

    # GD T25: four times the loss leaves the path of DAL as it is, but not that of DAL-p.
    def test_only_plain_drift_adjusted_rates_are_free_of_the_losss_scale(self):
        doubled = ("data.points.inputs=[-4, 4]", "data.points.targets=[0, 0]", "learner.model.mlp.bias=false")
        single = ("learner.model.mlp.bias=false",)
        for power, equal in ((1, True), (0.5, False)):
            schedule = f"{{drift_adjusted: {{constant: 1.5, power: {power}, cap: 1e6}}}}"
            one, four = (self.quadratic(schedule, *o, "stop.steps=10")("loss") for o in (single, doubled))
            same = all(abs(b / (4 * a) - 1) < 1e-12 for a, b in zip(one, four))
            self.assertEqual(same, equal)

    def test_drift_adjusted_rates_keep_to_their_window_and_cap(self):
        rates = self.quadratic("{drift_adjusted: {constant: 1, cap: 0.15, start: 50, stop: 100}}", "stop.steps=120")("learning_rate")
        self.assertEqual(set(rates[:52] + rates[101:]), {0.01})  # found once more than 50 updates are made
        self.assertTrue(all(0.01 < rate <= 0.15 for rate in rates[52:101]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
