"""Runs the benchmark of the probes and what else a user would take, and prints one table of both.

    tests/benchmarks/geometry/peers.py [--bin build/release/bin] [--data FOLDER] [--rows REGEX]

Same weights, data and accuracy; one thread, process CPU time; each row in units of fb, one forward and one backward
pass of the same network over the same sample, timed before and after it by the same program.
"""

import argparse
import copy
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time
import warnings

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import torch
from torch.func import functional_call, grad, jacrev, jvp, vmap

from networks import Problem

NETWORKS = ("mlp", "conv")
TOLERANCE = 1e-3
MANY, FEW = 7, 2
PEERS = []  # (row, name, repetitions, function of a problem)


def peer(row, name, repetitions=MANY):
    return lambda function: PEERS.append((row, name, repetitions, function))


def flat(tensors):
    return torch.cat([t.reshape(-1) for t in tensors])


def kept_graph(problem):
    """v -> Hv by a second backward pass over a gradient whose graph is kept."""
    gradient = flat(torch.autograd.grad(problem.loss(), problem.params, create_graph=True))
    return lambda v: flat(torch.autograd.grad(gradient, problem.params, v, retain_graph=True))


def curvlinops_hessian(problem):
    from curvlinops import HessianLinearOperator
    return HessianLinearOperator(problem.model, problem.criterion, problem.params,
                                 [(problem.inputs, problem.targets)], check_deterministic=False)


def eigsh_top5(multiply, m):
    from scipy.sparse.linalg import LinearOperator, eigsh
    operator = LinearOperator((m, m), matvec=multiply, dtype=np.float32)
    return eigsh(operator, k=5, which="LA", tol=TOLERANCE)[0]


def size(problem):
    return sum(p.numel() for p in problem.params)


# A peer is a function of a problem that returns what is timed; None where that would take many minutes.

@peer("hessian_product", "PyTorch, graph kept")
def _(problem):
    multiply, v = kept_graph(problem), torch.randn(size(problem))
    return lambda: multiply(v)


@peer("hessian_product", "torch.func, forward over reverse")
def _(problem):
    params = {k: p.detach() for k, p in problem.model.named_parameters()}
    v = {k: torch.randn_like(p) for k, p in params.items()}

    def loss(p):
        return problem.criterion(functional_call(problem.model, p, (problem.inputs,)), problem.targets)
    return lambda: jvp(grad(loss), (params,), (v,))[1]


@peer("hessian_product", "curvlinops 3.0.1")
def _(problem):
    operator, v = curvlinops_hessian(problem), torch.randn(size(problem))
    return lambda: operator @ v


@peer("top5_cold", "PyTorch, graph kept, SciPy eigsh", FEW)
def _(problem):
    def run():
        multiply = kept_graph(problem)
        return eigsh_top5(lambda v: multiply(torch.from_numpy(v.reshape(-1))).numpy(), size(problem))
    return run


@peer("top5_cold", "curvlinops 3.0.1, SciPy eigsh", FEW)
def _(problem):
    operator = curvlinops_hessian(problem)
    return lambda: eigsh_top5(lambda v: (operator @ torch.from_numpy(v.reshape(-1))).numpy(), size(problem))


@peer("top5_cold", "BackPACK 1.7.1 product, SciPy eigsh", FEW)
def _(problem):
    from backpack.hessianfree.hvp import hessian_vector_product
    from torch.nn.utils import vector_to_parameters

    def multiply(v):
        directions = [torch.empty_like(p) for p in problem.params]
        vector_to_parameters(torch.from_numpy(v.reshape(-1)), directions)
        return flat(hessian_vector_product(problem.loss(), problem.params, directions)).detach().numpy()
    return lambda: eigsh_top5(multiply, size(problem))


def pyhessian(problem):
    from pyhessian import hessian
    return hessian(problem.model, problem.criterion, data=(problem.inputs, problem.targets), cuda=False)


@peer("top5_cold", "PyHessian 0.1, its default", 1)
def _(problem):
    return lambda: pyhessian(problem).eigenvalues(maxIter=100, tol=1e-3, top_n=5)[0]


# It stops where an eigenvalue changes by less than its tolerance: 1e-6 leaves an error of some 1e-5.
@peer("top5_cold", "PyHessian 0.1, tolerance 1e-6", 1)
def _(problem):
    if problem.name == "mlp":
        return lambda: pyhessian(problem).eigenvalues(maxIter=500, tol=1e-6, top_n=5)[0]


@peer("trace", "curvlinops 3.0.1, Hutch++ (99 products)", 1)
def _(problem):
    from curvlinops import hutchpp_trace
    return lambda: float(hutchpp_trace(curvlinops_hessian(problem), num_matvecs=99))


@peer("trace", "curvlinops 3.0.1, XTrace (100 products)", 1)
def _(problem):
    from curvlinops import xtrace
    return lambda: float(xtrace(curvlinops_hessian(problem), num_matvecs=100))


@peer("trace", "PyHessian 0.1 (its own tolerance)", 1)
def _(problem):
    return lambda: float(np.mean(pyhessian(problem).trace(maxIter=100, tol=TOLERANCE)))


@peer("complexity_exact", "PyTorch, a loop over the logits")
def _(problem):
    def run():
        x = problem.inputs.clone().requires_grad_()
        logits = problem.model(x).sum(0)
        return sum(torch.autograd.grad(z, x, retain_graph=True)[0].square().sum() for z in logits) / len(x)
    return run


@peer("complexity_exact", "torch.func, vmap(jacrev)", FEW)
def _(problem):
    jacobian = vmap(jacrev(lambda x: problem.model(x[None])[0]))
    return lambda: jacobian(problem.inputs).square().sum() / len(problem.inputs)


@peer("complexity_one_probe", "PyTorch")
def _(problem):
    def run():
        x = problem.inputs.clone().requires_grad_()
        logits = problem.model(x)
        signs = torch.randint_like(logits, 2) * 2 - 1
        return torch.autograd.grad(logits, x, signs)[0].square().sum() / len(x)
    return run


@peer("example_gradients", "BackPACK 1.7.1, BatchL2Grad")
def _(problem):
    from backpack import backpack, extend
    from backpack.extensions import BatchL2Grad
    model, criterion = extend(copy.deepcopy(problem.model)), extend(copy.deepcopy(problem.criterion))

    def run():
        model.zero_grad()
        with backpack(BatchL2Grad()):
            criterion(model(problem.inputs), problem.targets).backward()
        return sum(p.batch_l2 for p in model.parameters())
    return run


@peer("example_gradients", "torch.func, vmap(grad)", FEW)
def _(problem):
    params = {k: p.detach() for k, p in problem.model.named_parameters()}

    def loss(p, x, y):
        return problem.criterion(functional_call(problem.model, p, (x[None],)), y[None])

    def run():
        gradients = vmap(grad(loss), (None, 0, 0))(params, problem.inputs, problem.targets)
        return sum(g.flatten(1).square().sum(1) for g in gradients.values())
    return run


@peer("lie_bracket", "PyTorch")
def _(problem):
    hot = torch.nn.functional.one_hot(problem.targets, 10).float()

    def run():
        logits = problem.model(problem.inputs)
        losses = problem.criterion(logits, problem.targets), torch.nn.functional.mse_loss(logits, hot)
        slopes = [torch.autograd.grad(loss, problem.params, create_graph=True) for loss in losses]
        products = [torch.autograd.grad(slopes[1 - i], problem.params, [g.detach() for g in slopes[i]],
                                        retain_graph=True) for i in range(2)]
        return (flat(products[0]) - flat(products[1])).norm()
    return run


@peer("neural_collapse", "PyTorch")
def _(problem):
    def run():
        with torch.no_grad():
            h = problem.model.features(problem.inputs).double()
            weight = problem.params[-2].double()
            logits, y, k = h @ weight.T.double() + problem.params[-1], problem.targets, 10
            means = torch.stack([h[y == c].mean(0) for c in range(k)])
            within, centred = h - means[y], means - means.mean(0)
            nc1 = torch.trace(within.T @ within / len(h) @ torch.linalg.pinv(centred.T @ centred / k)) / k
            cosines = torch.nn.functional.normalize(centred) @ torch.nn.functional.normalize(centred).T
            nc3 = (weight / weight.norm() - centred / centred.norm()).square().sum()
            nc4 = (torch.cdist(h, means).argmin(1) != logits.argmax(1)).double().mean()
            variances = torch.stack([within[y == c].square().sum(1).mean() for c in range(k)])
            cdnv = (variances[:, None] + variances) / (2 * torch.cdist(means, means).square())
            return nc1, cosines.std(), centred.norm(dim=1).std(), nc3, nc4, cdnv
    return run


def seconds(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def forward_backward(problem):
    spent, passes = 0.0, 0
    while spent < 0.1:
        spent, passes = spent + seconds(problem.forward_backward), passes + 1
    return spent / passes


def time_peer(problem, repetitions, work):
    """Medians of the ratio to fb and of the seconds; the first run of a cheap row is not counted."""
    if repetitions > FEW:
        work()
    ratios, times = [], []
    for _ in range(repetitions):
        before, spent, after = forward_backward(problem), seconds(work), forward_backward(problem)
        ratios.append(2 * spent / (before + after))
        times.append(spent)
    return statistics.median(ratios), statistics.median(times)


def time_ours(program, folder, rows):
    """{(network, row): (ratio to fb, seconds, products)} by the benchmark, medians."""
    text = subprocess.run([program, f"--benchmark_filter=({rows})/", "--benchmark_format=json"], check=True, text=True,
                          capture_output=True, env={**os.environ, "GEOMETER_PROBLEMS": str(folder)}).stdout
    ours = {}
    for row in json.loads(text)["benchmarks"]:
        if row.get("aggregate_name") == "median":
            network, name = row["run_name"].split("/")[:2]
            ours[network, name] = (row["fb"], row["real_time"] / 1e3, row["products"])
    return ours


def report(network, name, ours, problem):
    ratio, spent, products = ours
    note = f" ({products:.3g} products)" if products > 1 else ""
    print(f"| {network} | {name} | Geometer{note} | {ratio:.2f} | |", flush=True)
    for row, peer_name, repetitions, function in PEERS:
        work = function(problem) if row == name else None
        if work is not None:
            peer_ratio, peer_seconds = time_peer(problem, repetitions, work)
            print(f"| {network} | {name} | {peer_name} | {peer_ratio:.2f} | {peer_seconds / spent:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("--data", type=pathlib.Path, default=os.environ.get("GEOMETER_DATA_DIR")
                        or pathlib.Path.home() / ".cache/geometer/data")
    parser.add_argument("--problems", type=pathlib.Path, help="folder of trained networks to use again")
    parser.add_argument("--rows", default=".*", help="such as mlp/top5_cold")
    options = parser.parse_args()
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", message=".*create_graph.*")  # PyHessian's habit
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.problems or pathlib.Path(temporary)
        if not (folder / "conv.safetensors").exists():
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run([options.bin / "geometry_problems", options.data, folder], check=True)
        print("| network | quantity | by | fb | times ours |\n|---|---|---|---|---|")
        ours = time_ours(options.bin / "geometry_benchmark", folder, options.rows)
        problems = {name: Problem(name, folder) for name in NETWORKS}
        for (network, name), cost in ours.items():
            report(network, name, cost, problems[network])


if __name__ == "__main__":
    main()
