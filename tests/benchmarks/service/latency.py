"""Starts what each benchmark of latency.cc needs, and runs it.

    GEOMETER_BIN=build/release/bin tests/benchmarks/service/latency.py
"""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "end_to_end"))
import harness


def run(service, benchmark):
    subprocess.run([harness.BIN / "service_latency_benchmark", f"--benchmark_filter={benchmark}"], check=True,
                   env={**os.environ, "GEOMETER_SERVER": service.address})


def main():
    for benchmark in ("SubmitToFirstStep", "ReportToDurable"):
        with tempfile.TemporaryDirectory() as folder:
            service = harness.Service(folder)
            try:
                if benchmark == "ReportToDurable":
                    service.worker.terminate()
                run(service, benchmark)
            finally:
                service.close()


if __name__ == "__main__":
    main()
