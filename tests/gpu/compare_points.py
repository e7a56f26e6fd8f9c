"""Compares two points.csv of one job on two devices.

    compare_points.py A.csv B.csv

Float32 sums in another order differ in the last bits, and training multiplies the difference from step
to step, so the tolerance is relative and wide; a wrong kernel is off by far more. Exits 1 with the
points that differ.
"""

import csv
import sys

TOLERANCE = 2e-3


def read(path):
    """Returns {(probe, quantity, split, task, learner, index, step): value}."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    key = ("probe", "quantity", "split", "task", "learner", "index", "step")
    return {tuple(row[name] for name in key): float(row["value"]) for row in rows}


def difference(a, b):
    """Relative, so that 0 is equal and 1 is nothing in common."""
    return abs(a - b) / max(abs(a), abs(b), 1e-12)


def main(path_a, path_b):
    a, b = read(path_a), read(path_b)
    if a.keys() != b.keys():
        print(f"the runs measured different points: {sorted(a.keys() ^ b.keys())[:5]}")
        return 1
    differences = {key: difference(a[key], b[key]) for key in a}
    worst = max(differences, key=differences.get)
    print(f"  {len(a)} points, largest relative difference {differences[worst]:.1e} at {' '.join(worst)}")
    for key, value in differences.items():
        if not value <= TOLERANCE:
            print(f"  {' '.join(key)}: {a[key]:.9g} and {b[key]:.9g}")
    return 1 if any(not value <= TOLERANCE for value in differences.values()) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
