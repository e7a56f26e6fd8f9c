"""The table of all methods and settings, FEATURES.md, from the contract, the sources and the tests.

A method is a message with `option (method)`; a setting is a field that a paper asks for. A method's tests are those
that include its header.
    python3 feature_table.py            writes FEATURES.md
    python3 feature_table.py --check    fails where FEATURES.md is stale, or a header, a field or a test is missing
"""

import pathlib
import re
import sys

PROTOS = pathlib.Path(__file__).parent
ROOT = PROTOS.parents[2]
TABLE = PROTOS / "FEATURES.md"
METHOD = re.compile(r"^message (\w+) \{\n  option \(method\) = \{(.*?)\};", re.MULTILINE | re.DOTALL)
FAMILIES = ["dataset", "model", "objective", "noise", "optimizer", "schedule", "regularizer", "task", "game", "probe"]

# The papers that a section of the specification is about; a subsection that is absent is as the section above it.
PAPERS = {
    "GC 2": [1, 2, 7, 8], "GC 2.3": [1], "GC 2.4": [8],
    "GC 3": [7, 8], "GC 4.1": [8], "GC 4.2": [7], "GC 5": [2], "GC 6": [1], "GC 7": [1],
    "GC 8": [1, 2, 7, 8], "GC 9": [7], "GC binding conventions": [7],
    "GD 1": [6, 10], "GD 2": [6, 7, 8, 10], "GD 3": [10], "GD 4": [4], "GD 5": [6], "GD 6": [3], "GD 7": [3, 6],
    "GD 8": [6], "GD 8.4": [3, 6], "GD 9": [3, 6, 10],
    "MG J": [9], "MG I": [5], **{f"MG M{i}": [5] for i in (1, 2, 3, 4)},
    **{f"MG M{i}": [5, 9] for i in (7, 8)}, **{f"MG M{i}": [9] for i in (5, 9)},
}
NEEDED = set(range(1, 11))

DATASETS = "worker/geometry/datasets/"
SOURCES = "worker/trainer/sources/"

# Headers that aren't named after their method.
HEADERS = {
    **dict.fromkeys(["MnistDataset", "FashionMnistDataset", "KmnistDataset"], DATASETS + "idx.h"),
    **dict.fromkeys(["EmnistDataset", "Cifar100Dataset"], SOURCES + "published.h"),
    **dict.fromkeys(["TwoMoonsDataset", "CirclesDataset"], DATASETS + "plane_curves.h"),
    **dict.fromkeys(["PerChannelNormalization", "GlobalNormalization", "NoNormalization", "GivenNormalization"],
                    DATASETS + "normalization.h"),
    "Cifar10Dataset": DATASETS + "cifar.h",
    "FunctionDataset": DATASETS + "function_1d.h",
    "SvhnDataset": SOURCES + "svhn.h",
    "ImageFolderDataset": SOURCES + "image_folder.h",
    "PointsDataset": SOURCES + "made.h",
    "CorridorSchedule": "worker/geometry/schedules/polyak.h",
    **dict.fromkeys(["PermutedInputs", "RotatedInputs"], DATASETS + "derived.h"),
    "SumCombination": "worker/geometry/combinations/combination.h",
    **{f"{name}Combination": f"worker/geometry/combinations/{name.lower()}.h" for name in ("Pcgrad", "Cagrad")},
    "DiracGanGame": "worker/geometry/games/dirac_gan.h",
    "LinearGame": "worker/geometry/games/linear.h",
    "GanGame": "worker/geometry/games/gan.h",
    "GameTermRegularizer": "worker/geometry/games/drift.h",
    "LinearSchedule": "worker/geometry/schedules/polynomial.h",
}

# Fields that papers ask for: where they are cited and what implements them.
SETTINGS = {
    "Dataset.classes": ("GC 6.5", "worker/geometry/datasets/split.h"),
    "Dataset.corruption": ("GC 3.7, 5.4", "worker/geometry/datasets/corruption.h"),
    "Dataset.augmentation": ("GC 8.3", "worker/geometry/datasets/augmentation.h"),
    "Dataset.embedding": ("GC 6.5; MG I.1.11", "worker/trainer/embedding.h"),
    "Model.weights": ("GC 6.5", "worker/trainer/weights.h"),
    "MlpModel.hidden": ("GC 3.9", "worker/geometry/models/mlp.h"),
    "MlpModel.initialization": ("GC 3.9", "worker/geometry/models/initialization.h"),
    "MlpModel.initialization_scale": ("GC 3.9", "worker/geometry/models/initialization.h"),
    "MlpModel.dropout": ("GC 8.3", "worker/geometry/models/dropout.h"),
    "CrossEntropyObjective.label_smoothing": ("GC 8.3", "worker/geometry/objectives/cross_entropy.h"),
    "Optimizer.decoupled_weight_decay": ("GD 7, 9", "worker/trainer/update.h"),
    "Optimizer.clip_norm": ("GD 3.6", "worker/geometry/optimizers/clip.h"),
    "SgdOptimizer.learning_rate": ("GC 3.5", "worker/geometry/optimizers/sgd.h"),
    "SgdOptimizer.momentum": ("GD 7", "worker/geometry/optimizers/sgd.h"),
    "SgdOptimizer.dampening": ("GD 7", "worker/geometry/optimizers/sgd.h"),
    "SgdOptimizer.nesterov": ("GD 7", "worker/geometry/optimizers/sgd.h"),
    "SgdOptimizer.weight_decay": ("GC 3.3", "worker/geometry/optimizers/sgd.h"),
    "Batches.size": ("GC 3.5", "worker/trainer/batches.h"),
    "Batches.full": ("GD 5.4", "worker/trainer/batches.h"),
    "Batches.order": ("GD 3.1, 3.2", "worker/geometry/batch_order.h"),
    "Batches.substeps": ("GD 3.4", "worker/geometry/batch_order.h"),
    "Multitask.order": ("GD 4.1, 4.2", "worker/geometry/task_order.h"),
    "Task.classes": ("GD 4", "worker/geometry/datasets/derived.h"),
    "Task.weight": ("GD 4.2", "worker/geometry/objectives/weighted.h"),
    "Task.turn": ("GD 4.2", "worker/geometry/task_order.h"),
    "Multitask.bracket_correction": ("GD 4.4", "worker/trainer/bracket_correction.h"),
    "Game.order": ("MG J.1.2, J.1.11", "worker/trainer/play.h"),
    "Game.first_updates": ("MG J.1.2, J.1.6", "worker/trainer/play.h"),
    "Game.total_rates": ("MG J.1.6", "worker/trainer/play.h"),
    "GameTermRegularizer.scale": ("MG J.1.4, J.1.9", "worker/geometry/games/drift.h"),
    "GameTermRegularizer.examples": ("MG J.1.10", "worker/trainer/play.h"),
    "GanGame.generator_loss": ("MG J.2.1", "worker/geometry/games/gan.h"),
    "Task.own_head": ("GD 4", "worker/geometry/models/head.h"),
    "GradientNormRegularizer.match_learning_rate": ("GD 9", "worker/geometry/regularizers/gradient_norm.h"),
    "MorseObjective.targets": ("MG I.1.8, I.1.10", "worker/geometry/objectives/morse.h"),
    "MorseObjective.loss": ("MG I.1.10", "worker/geometry/objectives/morse.h"),
    "OodDetectionProbe.temperature": ("MG I.1.10", "worker/geometry/probes/ood_detection.h"),
    "Regularizer.schedule": ("GD 9", "worker/geometry/schedules/schedule.h"),
}


def header(message, family):
    """The header of a method, by default named after its message, which ends in the family's name."""
    folder, stem = ("noise", message) if family == "noise" else (family + "s", message.removesuffix(family.title()))
    file = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", stem).lower()
    return HEADERS.get(message, f"worker/geometry/{folder}/{file}.h")


def methods():
    """Rows (family, name, summary, source, header), family by family, as the files have them."""
    contract = "".join(path.read_text() for path in PROTOS.glob("*.proto"))
    for family in FAMILIES:
        for path in sorted(PROTOS.glob(f"{family}*.proto")):
            for message, options in METHOD.findall(path.read_text()):
                name = re.search(rf"^    {message} (\w+) = \d+;", contract, re.MULTILINE)[1]
                text = dict(re.findall(r'(summary|source): "([^"]*)"', options))
                kind = re.findall(r"[A-Z][a-z0-9]*", message)[-1].lower()
                yield kind, name, text["summary"], text.get("source", ""), header(message, family)


def settings():
    """The same of the settings, whose family is the message around them."""
    for field, (source, path) in SETTINGS.items():
        message, name = field.split(".")
        yield message, name, meaning(message, name), source, path


def meaning(message, name):
    for path in PROTOS.glob("*.proto"):
        body = re.search(rf"^message {message} \{{\n(.*?)^\}}", path.read_text(), re.MULTILINE | re.DOTALL)
        rule = body and re.search(rf'\b{name} = \d+\s*\[\(rules\) = \{{\s*meaning: "([^"]*)"', body[1])
        if rule:
            return rule[1]
    return None


def papers(source):
    """The papers behind "GD 3.1, 3.2; GC 5": each section's own entry, or that of the section above it."""
    found, document = set(), ""
    for citation in filter(None, re.split(r"[,;] ", source)):
        if citation[:2] in ("GC", "GD", "MG"):
            document, citation = citation.split(" ", 1)
        section = f"{document} {citation}"
        while section not in PAPERS:
            section = section.rpartition(".")[0]
            if not section:
                raise ValueError(f'no paper for "{document} {citation}" of "{source}"')
        found.update(PAPERS[section])
    return sorted(found)


def tests_of(path):
    """The test that mirrors a header, or else those of its folder that include it, or else those of any."""
    mirror = ROOT / "tests" / path.replace(".h", "_test.cc")
    if mirror.exists():
        return [str(mirror.relative_to(ROOT))]
    for folder in (mirror.parent, ROOT / "tests"):
        found = [test for test in folder.rglob("*_test.cc") if f'#include "{path}"' in test.read_text()]
        if found:
            return sorted(str(test.relative_to(ROOT)) for test in found)
    return []


def render(rows):
    lines = ["| family | name | is | papers | section | source | tests |", "|---|---|---|---|---|---|---|"]
    for family, name, summary, source, path in rows:
        numbers = ", ".join(map(str, papers(source)))
        tests = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in tests_of(path))
        lines.append(f"| {family} | `{name}` | {summary} | {numbers} | {source} | `{path}` | {tests} |")
    return "\n".join(lines)


def document():
    return ("# Methods and settings\n\n"
            "All that a job may choose from, and the numbers of the papers that need it: none where it is everybody's.\n"
            "Written by `feature_table.py` from the contract, the sources and the tests.\n\n"
            f"## Methods\n\n{render(methods())}\n\n## Settings that papers need\n\n{render(settings())}\n")


def check():
    rows = [*methods(), *settings()]
    problems = [f"{family} {name}: no {path}" for family, name, _, _, path in rows if not (ROOT / path).exists()]
    problems += [f"{family} {name}: no test includes {path}" for family, name, _, _, path in rows if not tests_of(path)]
    problems += [f"{family}.{name}: no such field, or no meaning" for family, name, text, _, _ in rows if not text]
    served = {number for row in rows for number in papers(row[3])}
    problems += [f"paper {number}: nothing serves it" for number in sorted(NEEDED - served)]
    if not TABLE.exists() or TABLE.read_text() != document():
        problems.append(f"{TABLE.name} is stale: run {pathlib.Path(__file__).name}")
    return problems


def main():
    if sys.argv[1:] != ["--check"]:
        TABLE.write_text(document())
        return
    problems = check()
    print("\n".join(problems))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
