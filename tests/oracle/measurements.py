"""What every probe should measure, from torch.func, dense matrices and numpy, in float64.

`expected` is the one table: fixtures hold its rows, and live_test.py compares runs with them.
"""

import cmath
import dataclasses
import functools
import math

import numpy
import torch
from torch import nn

import reference

EIGENVALUES = "k: 5, tolerance: 1.0e-7, max_products: 120"
TRACE = "tolerance: 1.0e-9, max_products: 40"
DENSITY = "starts: 8, steps: 4"
POINCARE, DELTA, GAMMA = 2.0, 0.05, 1.0
BATCH, FLOW_STEPS, FLOW_SUBSTEPS = 4, 2, 2


@dataclasses.dataclass
class Row:
    probe: str  # as a job states it
    quantity: str
    index: int
    value: float
    scale: float  # that rounding is relative to: the largest of the quantity
    errors: int  # of an estimate: how many standard errors it may be off; else 0


class Network:
    """A float64 model at its weights, on a sample; and the optimizer's rate and momentum."""

    def __init__(self, model, inputs, targets, rate, momentum=0.0):
        self.model, self.inputs, self.targets = model.eval(), inputs, targets
        self.rate, self.momentum = rate, momentum
        self.names, values = zip(*model.named_parameters())
        self.shapes = [value.shape for value in values]
        self.flat = torch.cat([value.detach().flatten() for value in values])
        self.classifies = targets.dtype == torch.int64
        self.last = [module for module in model.modules() if isinstance(module, nn.Linear)][-1]
        with torch.no_grad():
            self.outputs = model(inputs)

    def at(self, flat, x):
        parts = flat.split([shape.numel() for shape in self.shapes])
        values = {name: part.view(shape) for name, part, shape in zip(self.names, parts, self.shapes)}
        return torch.func.functional_call(self.model, values, x)

    def loss(self, flat):
        return self.loss_of(slice(None))(flat)

    def loss_of(self, examples, loss=reference.loss):
        """The mean loss of some examples, as a function of all parameters."""
        return lambda flat: loss(self.at(flat, self.inputs[examples]), self.targets[examples])

    def logits(self, x):
        return self.model(x.unsqueeze(0)).squeeze(0)

    def embedding(self, x):
        """The input of the last layer."""
        seen = []
        hook = self.last.register_forward_pre_hook(lambda _, arguments: seen.append(arguments[0]))
        self.model(x.unsqueeze(0))
        hook.remove()
        return seen[0].squeeze(0)

    def squared_norms(self, f):
        """‖∂f/∂x‖² of each example."""
        return torch.stack([torch.func.jacrev(f)(x).square().sum() for x in self.inputs]).detach()

    @functools.cached_property
    def parameter_jacobians(self):
        """∂f/∂θ of each example, [N, K, m]."""
        jacobian = torch.func.jacrev(lambda flat, x: self.at(flat, x.unsqueeze(0)).squeeze(0))
        return torch.stack([jacobian(self.flat, x) for x in self.inputs]).detach()

    def output_derivatives(self, order):
        """The gradient [N, K] or Hessian [N, K, K] of each example's loss in its outputs."""
        loss = lambda f, y: reference.loss(f.unsqueeze(0), y.unsqueeze(0))
        return torch.stack([order(loss)(f, y) for f, y in zip(self.outputs, self.targets)])

    @functools.cached_property
    def hessian(self):
        _, row = torch.func.vjp(torch.func.grad(self.loss), self.flat)
        units = torch.eye(len(self.flat), dtype=self.flat.dtype)
        hessian = torch.func.vmap(lambda unit: row(unit)[0], chunk_size=64)(units)
        return (hessian + hessian.T) / 2

    @functools.cached_property
    def eigenpairs(self):
        """Of the Hessian, ascending."""
        return torch.linalg.eigh(self.hessian)


def loss(net):
    yield "loss", 0, net.loss(net.flat)
    if net.classifies:
        yield "accuracy", 0, (net.outputs.argmax(1) == net.targets).double().mean()


def gradient_norm(net):
    yield "gradient_norm", 0, torch.func.grad(net.loss)(net.flat).norm()


def parameter_norm(net):
    yield "parameter_norm", 0, net.flat.norm()


def complexity(quantity, of):
    """Of the function that `of` makes of a network."""

    def measure(net):
        norms = net.squared_norms(of(net))
        yield quantity, 0, norms.mean()
        yield f"{quantity}_median", 0, norms.quantile(0.5)
        yield f"{quantity}_max", 0, norms.max()
        if quantity == "geometric_complexity":
            yield f"{quantity}_quantile", 0, norms.quantile(0.3)
            yield f"example_{quantity}", 4, norms[4]

    return measure


def layer_complexity(net):
    for index, prefix in enumerate(prefixes(net)[1:] + [net.model]):
        yield "layer_complexity", index, net.squared_norms(prefix).mean()


def class_complexity(net):
    norms = net.squared_norms(net.logits)
    for label in range(net.outputs.shape[1]):
        yield "class_geometric_complexity", label, norms[net.targets == label].mean()


def mean_complexity(net):
    yield "geometric_complexity", 0, net.squared_norms(net.logits).mean()


def prefixes(net):
    """Of a chain: what leads to the input of each dense layer."""
    return [net.model[:i] for i, module in enumerate(net.model) if isinstance(module, nn.Linear)]


def complexity_bounds(net):
    weights = [module.weight.detach() for module in net.model if isinstance(module, nn.Linear)]
    spectral = torch.stack([torch.linalg.matrix_norm(w, 2) ** 2 for w in weights])
    frobenius = torch.stack([w.square().sum() for w in weights])
    rank = min(min(w.shape) for w in weights)
    norms = net.squared_norms(net.logits)
    bounds = {
        "spectral": rank * spectral.prod(),
        "mixed": (frobenius / spectral).min() * spectral.prod(),
        "frobenius": frobenius.prod(),
        "parameter_norm": frobenius.mean() ** len(weights),
    }
    yield "geometric_complexity", 0, norms.mean()
    for name, bound in bounds.items():
        yield f"{name}_bound", 0, bound
        yield f"{name}_slack", 0, bound / norms.mean()
    left, right = norms * tau(net, spectral), net.parameter_jacobians.square().sum((1, 2))
    yield "transfer_left", 0, left.mean()
    yield "transfer_right", 0, right.mean()
    yield "transfer_slack", 0, (right / left).min()
    ends = min(weights[0].shape[1], weights[-1].shape[0])
    slack = ends * spectral.prod() * math.sqrt(math.log(2 / DELTA) / (2 * len(norms)))
    yield "population_bound", 0, norms.mean() + slack


def tau(net, spectral):
    total = 0
    for prefix, squared_norm in zip(prefixes(net), spectral):
        size = 1 + prefix(net.inputs).detach().square().sum(1)
        jacobians = torch.stack([torch.func.jacrev(prefix)(x) for x in net.inputs]).detach()
        total += size / (squared_norm * torch.linalg.matrix_norm(jacobians, 2) ** 2)
    return total


def eigenvalues(spectrum_of):
    def measure(net):
        for index, value in enumerate(spectrum_of(net)[:5]):
            yield "eigenvalue", index, value

    return measure


def largest_first(net):
    return net.eigenpairs[0].flip(0)


def smallest_first(net):
    return net.eigenpairs[0]


def gauss_newton(net):
    """Its eigenvalues but 0: those of AAᵀ, (1/N) Σ JᵀHJ = AᵀA."""
    values, vectors = torch.linalg.eigh(net.output_derivatives(torch.func.hessian))
    root = values.clamp(min=0).sqrt().unsqueeze(1) * vectors
    return nonzero(root.mT @ net.parameter_jacobians, len(net.inputs))


def fisher(net):
    slopes = net.output_derivatives(torch.func.grad).unsqueeze(1)
    return nonzero(slopes @ net.parameter_jacobians, len(net.inputs))


def nonzero(rows, examples):
    a = rows.flatten(0, 1) / math.sqrt(examples)
    return torch.linalg.eigvalsh(a @ a.T).flip(0)


def trace(spectrum_of):
    def measure(net):
        spectrum = spectrum_of(net)
        yield "trace", 0, spectrum.sum()
        yield "squared_frobenius_norm", 0, spectrum.square().sum()
        yield "frobenius_norm", 0, spectrum.norm()

    return measure


def density(spectrum_of):
    def measure(net):
        spectrum = spectrum_of(net)
        yield "density_mean", 0, spectrum.sum() / len(net.flat)
        yield "density_mean_square", 0, spectrum.square().sum() / len(net.flat)

    return measure


def stability(net):
    h, gradient, hessian = net.rate, torch.func.grad(net.loss)(net.flat), net.hessian
    values, vectors = net.eigenpairs
    total = 0
    for index in range(3):
        value = values[-1 - index].item()
        along, z = (gradient @ vectors[:, -1 - index]) ** 2, h * value
        alpha = cmath.log(1 - z) / z
        total += along / (gradient @ gradient)
        yield "eigenvalue", index, value
        yield "h_lambda", index, z
        yield "gradient_share", index, along / (gradient @ gradient)
        yield "alpha_real", index, alpha.real
        yield "alpha_imaginary", index, alpha.imag
        yield "stability_coefficient", index, alpha.real * along
    yield "gradient_share_total", 0, total
    threshold = 2 * (1 + net.momentum)
    yield "stability_threshold", 0, threshold
    yield "stability_ratio", 0, h * values[-1] / threshold
    direction = gradient / gradient.norm()
    yield "relative_drift", 0, h / 2 * (hessian @ direction).norm()
    yield "curvature_ratio", 0, h / 2 * direction @ hessian @ direction
    decrease = net.loss(net.flat) - net.loss(net.flat - h * gradient)
    yield "linearity_ratio", 0, decrease / (h * gradient @ gradient)


def hvp(loss, flat, v):
    return torch.func.jvp(torch.func.grad(loss), (flat,), (v,))[1]


def third_derivative(loss, flat, v):
    """D³L[v, v]."""
    return torch.func.jvp(lambda at: hvp(loss, at, v), (flat,), (v,))[1]


def modified_loss(net):
    h, n = net.rate, len(net.inputs) // BATCH * BATCH
    loss, flat = net.loss_of(slice(0, n)), net.flat
    g = torch.func.grad(loss)(flat)
    squares = [
        torch.func.grad(net.loss_of(slice(i, i + BATCH)))(flat).square().sum() for i in range(0, n, BATCH)
    ]
    shuffled = h / 4 * sum(squares) / len(squares)
    penalty = h * (1 + net.momentum) / (4 * (1 - net.momentum) ** 2) * g.square().sum()
    yield "stepped_loss", 0, loss(flat)
    yield "implicit_penalty", 0, penalty
    yield "modified_loss", 0, loss(flat) + penalty
    if net.momentum == 0:
        yield "implicit_penalty_shuffled", 0, shuffled
        yield "modified_loss_shuffled", 0, loss(flat) + shuffled
    bent = hvp(loss, flat, g)
    yield "flow_term_hessian", 0, h / 2 * bent.norm()
    yield "flow_term_hessian_squared", 0, h * h / 3 * hvp(loss, flat, bent).norm()
    yield "flow_term_third_derivative", 0, h * h / 12 * third_derivative(loss, flat, g).norm()


def halves(net):
    half = len(net.inputs) // 2
    return net.loss_of(slice(0, half)), net.loss_of(slice(half, None))


def first_classes_and_rest(net):
    return net.loss_of(net.targets < 2), net.loss_of(net.targets >= 2)


def two_objectives(net):
    one_hot = lambda labels: nn.functional.one_hot(labels, net.outputs.shape[1])
    return net.loss, net.loss_of(slice(None), lambda f, y: (f - one_hot(y)).square().mean())


def lie_bracket(losses_of, interference, measured):
    """Of a pair of losses of a network."""

    def measure(net):
        first, second = losses_of(net)
        h, flat = net.rate, net.flat
        g1, g2 = torch.func.grad(first)(flat), torch.func.grad(second)(flat)
        h2g1 = hvp(second, flat, g1)
        bracket = h2g1 - hvp(first, flat, g2)
        for index, g in enumerate((g1, g2)):
            yield "loss_gradient_norm", index, g.norm()
            yield "flatness_term", index, h / 4 * g.square().sum()
            if interference:
                yield "predicted_interference", index, h * h * g @ h2g1
        yield "conflict", 0, g1 @ g2
        yield "conflict_cosine", 0, g1 @ g2 / (g1.norm() * g2.norm())
        yield "conflict_term", 0, h / 2 * g1 @ g2
        yield "bracket_norm", 0, bracket.norm()
        yield "relative_bracket", 0, h / 2 * bracket.norm() / (g1 + g2).norm()
        yield "predicted_order_difference", 0, h * h * bracket.norm()
        if measured:
            step = lambda loss, at: at - h * torch.func.grad(loss)(at)
            after12 = step(second, step(first, flat))
            yield "order_difference", 0, (after12 - step(first, step(second, flat))).norm()
            for index, loss in enumerate((first, second)):
                yield "measured_interference", index, loss(after12) - loss(flat - h * (g1 + g2))

    return measure


def flow_distance(net):
    """Runge-Kutta steps as the probe makes them; rounding is relative to the length of the descent."""
    h, loss = net.rate, net.loss
    path = [net.flat]
    for _ in range(FLOW_STEPS):
        path.append(path[-1] - h * torch.func.grad(loss)(path[-1]))
    length = (path[-1] - path[0]).norm()
    for name, field in flows(net).items():
        at = net.flat
        for j in range(1, FLOW_STEPS + 1):
            for _ in range(2 * FLOW_SUBSTEPS):
                at = runge_kutta(field, at, h / (2 * FLOW_SUBSTEPS))
            yield f"{name}_flow_distance", j, (at - path[j]).norm(), length
    for j in range(1, FLOW_STEPS + 1):
        yield "descent_length", j, (path[j] - path[0]).norm()


def runge_kutta(field, at, dt):
    k1 = field(at)
    k2 = field(at + dt / 2 * k1)
    k3 = field(at + dt / 2 * k2)
    k4 = field(at + dt * k3)
    return at + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def flows(net):
    h, loss, g = net.rate, net.loss, torch.func.grad(net.loss)

    def third_order(x):
        bent = hvp(loss, x, g(x))
        return -(g(x) + h / 2 * bent + h**2 * (hvp(loss, x, bent) / 3 + third_derivative(loss, x, g(x)) / 12))

    def principal(x):
        values, vectors = torch.linalg.eigh(torch.func.hessian(loss)(x))
        z = h * values
        alpha = torch.where(z.abs() < 1e-6, -1 - z / 2 - z**2 / 3, torch.log1p(-z) / z)
        return vectors @ (alpha * (vectors.T @ g(x)))

    return {
        "gradient": lambda x: -g(x),
        "modified": lambda x: -(g(x) + h / 2 * hvp(loss, x, g(x))),
        "third_order": third_order,
        "principal": principal,
        "non_principal": lambda x: principal(x) - h**2 / 12 * third_derivative(loss, x, g(x)),
    }


def function_shape(net):
    data = net.inputs.flatten().unique()
    grid = torch.cat([data, torch.linspace(data[0], data[-1], 1000, dtype=data.dtype)]).unique()

    def rises(x):
        f = net.model(x.unsqueeze(1)).detach()
        return x.diff(), f.diff(dim=0).square().sum(1)

    slopes = torch.stack([torch.func.jacrev(net.logits)(x).square().sum() for x in grid.unsqueeze(1)])
    (dx, df), (wide, rise) = rises(grid), rises(data)
    yield "arc_length", 0, (dx.square() + df).sqrt().sum()
    yield "arc_length_on_data", 0, (wide.square() + rise).sqrt().sum()
    yield "dirichlet_energy", 0, torch.trapezoid(slopes.detach(), grid) / 2
    yield "dirichlet_energy_on_data", 0, (rise / wide).sum() / 2
    yield "graph_volume", 0, torch.trapezoid((1 + slopes.detach()).sqrt(), grid)


def margins(net):
    f, y = net.outputs.numpy(), net.targets.numpy()
    m, k = f.shape
    right = f[range(m), y]
    others = f.copy()
    others[range(m), y] = -numpy.inf
    margin = right - others.max(1)
    complexity = net.squared_norms(net.logits).mean().item()
    risk = numpy.clip(1 - margin / GAMMA, 0, 1).mean()
    median = numpy.median(margin)
    statistic = median if median > 0 else math.nan
    yield "margin_mean", 0, margin.mean()
    yield "margin_min", 0, margin.min()
    yield "margin_median", 0, median
    for index, level in enumerate([0.05, 0.25, 0.75, 0.95]):
        yield "margin_quantile", index, numpy.quantile(margin, level)
    yield "ramp_risk", 0, risk
    yield "gc_over_margin", 0, complexity / statistic
    yield "sqrt_gc_over_margin", 0, math.sqrt(complexity) / statistic
    yield "gc_over_margin2", 0, complexity / statistic**2
    spread = numpy.linalg.norm(f.mean(0)) + math.sqrt(complexity * POINCARE / DELTA)
    bound = risk + 36 * math.sqrt(k) * spread * math.sqrt(math.pi) / (GAMMA * m)
    yield "margin_bound", 0, bound + 3 * math.sqrt(math.log(2 / DELTA) / (2 * m))


def neural_collapse(net):
    y, k = net.targets.numpy(), net.outputs.shape[1]
    h = torch.stack([net.embedding(x) for x in net.inputs]).detach().numpy()
    w = net.last.weight.detach().numpy()
    means = numpy.stack([h[y == c].mean(0) for c in range(k)])
    centred, within = means - means.mean(0), h - means[y]
    sigma_w, sigma_b = within.T @ within / len(h), centred.T @ centred / k
    nc1 = numpy.trace(sigma_w @ numpy.linalg.pinv(sigma_b, rcond=1e-12))
    yield "nc1", 0, nc1 / k
    yield "nc1_unnormalised", 0, nc1
    yield "nc1_trace_ratio", 0, numpy.trace(sigma_w) / numpy.trace(sigma_b)
    for name, rows in ("means", centred), ("weights", w):
        for defect, value in simplex_defects(rows):
            yield f"nc2_{name}_{defect}", 0, value
    yield "nc3", 0, numpy.sum((w / numpy.linalg.norm(w) - centred / numpy.linalg.norm(centred)) ** 2)
    nearest = ((h[:, None] - means) ** 2).sum(2).argmin(1)
    yield "nc4", 0, (nearest != net.outputs.numpy().argmax(1)).mean()
    variances = numpy.array([(within[y == c] ** 2).sum(1).mean() for c in range(k)])
    squared = ((means[:, None] - means) ** 2).sum(2)
    pairs = ~numpy.eye(k, dtype=bool)
    cdnv = ((variances[:, None] + variances)[pairs]) / (2 * squared[pairs])
    yield "cdnv_mean", 0, cdnv.mean()
    yield "cdnv_max", 0, cdnv.max()
    yield "cdnv_min", 0, cdnv.min()
    yield "cdnv_asymmetric_max", 0, max(
        variances[i] / squared[i, j] for i in range(k) for j in range(k) if i != j
    )
    yield "nearest_mean_error", 0, numpy.mean([(nearest[y == c] != c).mean() for c in range(k)])
    yield "nearest_mean_bound", 0, 4 * (k - 1) * cdnv.mean()
    for i in range(k):
        for j in range(i + 1, k):
            yield "cdnv_pair", i * k + j, (variances[i] + variances[j]) / (2 * squared[i, j])
    g = net.squared_norms(net.embedding).numpy()
    by_class = numpy.array([g[y == c].mean() for c in range(k)])
    for c in range(k):
        yield "class_embedding_complexity", c, by_class[c]
        yield "poincare_constant", c, variances[c] / by_class[c]
        yield "class_variance", c, variances[c]
        yield "class_variance_bound", c, POINCARE * by_class[c]
    bound = ((by_class[:, None] + by_class)[pairs] / (2 * squared[pairs])).mean() * POINCARE
    yield "cdnv_bound", 0, bound
    yield "cdnv_slack", 0, bound / cdnv.mean()
    yield "gcol_pair", 0, ((by_class[:, None] + by_class)[pairs] / (2 * squared[pairs])).mean()
    yield "gcol_mix", 0, g.mean() * (1 / squared[pairs]).sum() / 2 / (k - 1)


def simplex_defects(rows):
    k = len(rows)
    norms = numpy.linalg.norm(rows, axis=1)
    gram = rows @ rows.T
    cosines = (gram / numpy.outer(norms, norms))[~numpy.eye(k, dtype=bool)]
    ideal = (numpy.eye(k) - 1 / k) / math.sqrt(k - 1)
    yield "equinorm", norms.std(ddof=1) / norms.mean()
    yield "equiangular", cosines.std(ddof=1)
    yield "maximal_angle", numpy.abs(cosines + 1 / (k - 1)).mean()
    yield "gram", numpy.linalg.norm(gram / numpy.linalg.norm(gram) - ideal)


def always(_):
    return True


def classifies(net):
    return net.classifies


def is_chain(net):
    return isinstance(net.model, nn.Sequential)


def has_four_classes(net):
    return net.classifies and net.targets.max() == 3


def has_one_input(net):
    return net.inputs[0].numel() == 1


# A probe as a job states it, what it should measure, and of which networks.
EXACT = [
    ("loss: {}", loss, always),
    ("gradient_norm: {}", gradient_norm, always),
    ("parameter_norm: {}", parameter_norm, always),
    (
        "geometric_complexity: {quantiles: [0.3], by_example: true}",
        complexity("geometric_complexity", lambda net: net.logits),
        always,
    ),
    (
        "geometric_complexity: {output: probabilities, method: columns}",
        complexity("probability_complexity", lambda net: lambda x: net.logits(x).softmax(0)),
        classifies,
    ),
    (
        "geometric_complexity: {output: centred_logits, method: rows}",
        complexity("centred_complexity", lambda net: lambda x: net.logits(x) - net.logits(x).mean()),
        always,
    ),
    (
        "geometric_complexity: {output: embedding}",
        complexity("embedding_complexity", lambda net: net.embedding),
        always,
    ),
    ("geometric_complexity: {by_class: true}", class_complexity, classifies),
    ("geometric_complexity: {output: every_layer}", layer_complexity, is_chain),
    (f"complexity_bounds: {{delta: {DELTA}}}", complexity_bounds, is_chain),
    (f"hessian_top: {{{EIGENVALUES}}}", eigenvalues(largest_first), always),
    (f"hessian_top: {{{EIGENVALUES}, end: smallest}}", eigenvalues(smallest_first), always),
    (f"hessian_top: {{{EIGENVALUES}, curvature: gauss_newton}}", eigenvalues(gauss_newton), always),
    (f"hessian_top: {{{EIGENVALUES}, curvature: fisher}}", eigenvalues(fisher), always),
    ("stability: {k: 3, tolerance: 1.0e-12, max_products: 120}", stability, always),
    (f"modified_loss: {{batch_size: {BATCH}, third_order: true}}", modified_loss, always),
    ("lie_bracket: {measured: true}", lie_bracket(halves, True, True), always),
    (
        "lie_bracket: {first: {classes: [0, 1]}, second: {classes: [2, 3]}}",
        lie_bracket(first_classes_and_rest, True, False),
        has_four_classes,
    ),
    (
        "lie_bracket: {first: {}, second: {objective: {mean_squared_error: {}}}, interference: false}",
        lie_bracket(two_objectives, False, False),
        classifies,
    ),
    (
        f"flow_distance: {{steps: {FLOW_STEPS}, substeps: {FLOW_SUBSTEPS},"
        " flows: [gradient, modified, third_order, principal, non_principal]}",
        flow_distance,
        is_chain,
    ),
    ("function_shape: {points: 1000}", function_shape, has_one_input),
    (
        f"margins: {{gamma: {GAMMA}, bound: {{poincare_constant: {POINCARE}, delta: {DELTA}}}}}",
        margins,
        classifies,
    ),
    (
        f"neural_collapse: {{geometric_collapse: true, pairs: true, poincare_constant: {POINCARE}}}",
        neural_collapse,
        classifies,
    ),
]
ESTIMATES = [
    ("geometric_complexity: {method: gaussian, draws: 20}", mean_complexity, always),
    ("geometric_complexity: {method: rademacher, draws: 20}", mean_complexity, always),
    (f"trace: {{{TRACE}}}", trace(largest_first), always),
    (f"trace: {{{TRACE}, curvature: gauss_newton}}", trace(gauss_newton), always),
    (f"trace: {{{TRACE}, curvature: fisher}}", trace(fisher), always),
    (f"spectral_density: {{{DENSITY}}}", density(largest_first), always),
    (f"spectral_density: {{{DENSITY}, curvature: gauss_newton}}", density(gauss_newton), always),
]


def probes(net):
    """The probes that fit `net`, as a job states them."""
    return [probe for probe, _, fits in EXACT + ESTIMATES if fits(net)]


def expected(net):
    """What these probes should measure: a Row of each number."""
    return rows(net, EXACT, errors=0) + rows(net, ESTIMATES, errors=5)


def rows(net, table, errors):
    found = []
    for probe, measure, fits in table:
        numbers = [(q, index, float(value), *scale) for q, index, value, *scale in measure(net)] if fits(net) else []
        for quantity, index, value, *scale in numbers:
            largest = max(abs(number[2]) for number in numbers if number[0] == quantity) or 1.0
            found.append(Row(probe, quantity, index, value, float(scale[0]) if scale else largest, errors))
    return found
