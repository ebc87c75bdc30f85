"""python -m tests.bench.assistance [PART ...]: matching, allocation, figures. A whole run is kept in RESULTS.md with its commit.

A part is a module of this folder with `run() -> list[str]`: Markdown lines under its own title; the first line of its docstring is the title.
"""
import importlib
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
PARTS = ("ranking", "allocation", "dashboard")


def main(names: list[str]) -> None:
    """Measure all parts that are here, or the named ones."""
    here = [name for name in names or PARTS if RESULTS.with_name(f"{name}.py").exists()]
    told = []
    for name in here:
        before = len(told)
        module = importlib.import_module(f"tests.bench.assistance.{name}")
        told += ["", f"## {(module.__doc__ or name).splitlines()[0]}", "", *module.run()]
        sys.stdout.write("\n".join(told[before:]) + "\n")
        sys.stdout.flush()
    if not names:
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
        where = f"{date.today()}, commit {commit}, Python {platform.python_version()}, {platform.machine()}"
        RESULTS.write_text(f"# Measurements of assistance\n\n{where}. CPU seconds of one process; below 1 is faster than what stands"
                           " beside it.\n" + "\n".join(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
