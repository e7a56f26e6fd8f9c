"""The table of the theory's test catalogue, SPEC.md, from the ids that tests cite.

A test cites what it checks in the comment right above it: `// GC t13` or `// GD T14, GD T15`; in
Python `# GD T30`.
    python3 spec_table.py            writes SPEC.md
    python3 spec_table.py --check    fails where SPEC.md is stale, a cited id is unknown or an id has
                                     no test
"""

import collections
import pathlib
import re
import sys

TESTS = pathlib.Path(__file__).parents[2]
TABLE = pathlib.Path(__file__).with_name("SPEC.md")
CITING_TEST = re.compile(r"((?:^ *//.*\n)+) *TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", re.MULTILINE)
CITING_PYTHON_TEST = re.compile(r"((?:^ *#.*\n)+) *def (test_\w+)\(", re.MULTILINE)
CITATION = re.compile(r"\b(GC t\d+|GD T\d+|MG [IJ]-T\d+)\b")

STATEMENTS = {
    "GC t01": "complexity of an affine map is its squared Frobenius norm, whatever the data",
    "GC t02": "the same from autograd, layer by layer in closed form, and by differences",
    "GC t03": "rows, columns and a full orthonormal set of projections agree",
    "GC t04": "laws of scale, shift, rotation, permutation and ReLU rescaling",
    "GC t05": "bounds by norms: T1, T1b, T2",
    "GC t06": "bounds by parameter gradients: T3, T3′; equality for one layer and one output",
    "GC t07": "T3 fails for shared weights",
    "GC t08": "random projections: no bias, the variance of their law",
    "GC t09": "mean complexity of a ReLU network at initialisation: T6",
    "GC t10": "all weights times α: complexity times α^(2L)",
    "GC t11": "deep linear networks: T2c",
    "GC t12": "input noise: T5 for squares, T5b for cross-entropy",
    "GC t13": "variance, CDNV and geometric collapse through a Poincaré constant: T10–T12",
    "GC t14": "nearest-mean error below CDNV: T13 for few shots, T13b on the sample",
    "GC t15": "neural collapse of simplex frames, with noise too",
    "GC t16": "NC1 is free of linear maps, CDNV of similarities",
    "GC t17": "margins; the ramp loss between two error rates",
    "GC t18": "sampling bound T8, and the printed form that fails",
    "GC t19": "the margin bound as printed, against spikes",
    "GC t20": "the polygon is shortest: T7; graph volume between its bounds",
    "GC t21": "descent on a quadratic: its modified loss is a third-order match, the loss a second-order one",
    "GC t22": "softmax has at most a quarter, centring at most all",
    "GC t23": "batch statistics couple examples: the sum of outputs no longer gives rows",
    "GC t24": "another unit of the input, channel by channel",
    "GC t25": "samples of rows and of examples have no bias",
    "GC t26": "L2, spectral, flatness and complexity penalties, label noise lower complexity",
    "GC t27": "so do a higher rate and a smaller batch",
    "GC t28": "random labels raise it",
    "GC t29": "an embedding's penalty lowers its complexity and geometric collapse",
    "GC t30": "transfer: a source of low embedding complexity and few-shot accuracy",
    "GD T1": "orders at which flows match descent",
    "GD T2": "their leading constants",
    "GD T3": "gradient of the modified loss is g + (h/2)Hg",
    "GD T4": "golden numbers of flows on a small loss",
    "GD T5": "the principal flow is descent on quadratics, beyond the edge too",
    "GD T6": "the principal flow's coefficient α, its sign and modulus",
    "GD T7": "a flow across the branch cut must track the branch",
    "GD T8": "mean over orders of an epoch against the modified loss of random reshuffling",
    "GD T9": "an order and its reverse cancel",
    "GD T10": "batches drawn with replacement",
    "GD T11": "mean over the compositions of batches",
    "GD T12": "an explicit penalty adds to the implicit one",
    "GD T13": "fixed point of the mean epoch",
    "GD T14": "sign of the Lie bracket between two losses",
    "GD T15": "the bracket is exact for quadratics",
    "GD T16": "brackets of three tasks in blocks",
    "GD T17": "the bracket's Jacobian is antisymmetric for quadratics",
    "GD T18": "corridors: a cone and a hinge",
    "GD T19": "the corridor rate on powers",
    "GD T20": "the corridor rate on convex quadratics: monotone distance",
    "GD T21": "the corridor rate needs a cap where the least loss is positive",
    "GD T22": "drift-adjusted rate along an eigenvector",
    "GD T23": "its limit for exponent 1",
    "GD T24": "it stalls for exponent 2",
    "GD T25": "free of the loss's scale for exponent 1 only",
    "GD T26": "modified flow of the heavy ball",
    "GD T27": "thresholds of momentum and Nesterov",
    "GD T28": "Lanczos needs full re-orthogonalisation",
    "GD T29": "power iteration finds the largest modulus, a shift the largest value",
    "GD T30": "edge of stability on Chebyshev-4",
    "GD T31": "the same with momentum",
    "GD T32": "regularity of batches falls with the penalty, on digits",
    "GD T33": "the loss rises above the edge",
    "MG I-T1": "a Morse kernel is 1 at its target and less elsewhere",
    "MG I-T2": "student of one degree is cauchy",
    "MG I-T3": "the Hessian at a mode is that of the Jacobian",
    "MG I-T4": "on the unit circle the potential is flat along and curved 4λ across",
    "MG I-T5": "the loss's minimum is the truncated ratio of densities",
    "MG I-T6": "gradient flow: the potential's rate near a mode",
    "MG I-T7": "the flow of laplace arrives at its time",
    "MG I-T8": "collapse is stationary, and a minimum for little noise",
    "MG I-T9": "temperature by density keeps the class and raises entropy",
    "MG I-T10": "far away the gaussian posterior is sure, that with a background uniform",
    "MG I-T11": "the posterior of laplace is IsoMax's",
    "MG I-T12": "two moons: detection and densities, near and far",
    "MG I-T13": "without noise the density collapses",
    "MG I-T14": "1 − μ ranks as −log μ",
    "MG J-T1": "a round of a game follows the modified flow to third order",
    "MG J-T2": "many rounds follow it to second order",
    "MG J-T3": "cancelled terms leave the flow without them",
    "MG J-T4": "Heun's and Runge and Kutta's rounds follow the original flow",
    "MG J-T5": "the paper's coefficients",
    "MG J-T6": "eigenvalues of the linear game",
    "MG J-T7": "the Dirac GAN near its equilibrium",
    "MG J-T8": "cancelled interactions are symplectic adjustment",
    "MG J-T9": "zero-sum and common payoff: interactions as norms",
    "MG J-T10": "split batches estimate the terms without bias",
    "MG J-T11": "the Dirac GAN's terms in closed form",
    "MG J-T12": "terms of weight 0 change no bit",
}


def citations():
    """Returns the citing tests by id: a list of "file: test" each, in the order of the files."""
    found = collections.defaultdict(list)
    for path in [*sorted(TESTS.rglob("*.cc")), *sorted(TESTS.rglob("*_test.py"))]:
        pattern = CITING_TEST if path.suffix == ".cc" else CITING_PYTHON_TEST
        for comment, *test in pattern.findall(path.read_text()):
            for name in dict.fromkeys(CITATION.findall(comment)):
                found[name].append(f"`{path.relative_to(TESTS)}`: {'.'.join(test)}")
    return found


def render(found):
    lines = [
        "# Theory and its tests",
        "",
        "Which test checks what: `GC` of geometric complexity, `GD` of gradient dynamics. Written by",
        "`spec_table.py` from the ids that tests cite.",
        "",
        "| id | states | test |",
        "|---|---|---|",
    ]
    for name, statement in STATEMENTS.items():
        tests = "<br>".join(found.get(name, []))
        lines.append(f"| {name} | {statement} | {tests} |")
    return "\n".join(lines) + "\n"


def check(table, found):
    problems = [f"{name}: cited, but not in the catalogue" for name in found.keys() - STATEMENTS.keys()]
    problems += [
        f"{name}: no test" for name in STATEMENTS if name not in found
    ]
    if not TABLE.exists() or TABLE.read_text() != table:
        problems.append(f"{TABLE.name} is stale: run {pathlib.Path(__file__).name}")
    return problems


def main():
    found = citations()
    table = render(found)
    if sys.argv[1:] != ["--check"]:
        TABLE.write_text(table)
        return
    problems = check(table, found)
    print("\n".join(problems))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
