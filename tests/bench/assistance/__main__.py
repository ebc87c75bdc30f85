"""python -m tests.bench.assistance [PART ...]: matching, allocation, figures. What was measured is kept in RESULTS.md, each part with its commit.

A part is a module of this folder with `run() -> list[str]`: Markdown lines under its own title; the first line of its docstring is the title.
"""
import importlib
import platform
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
PARTS = ("ranking", "allocation", "dashboard")
HEAD = ("# Measurements of assistance\n\nCPU seconds of one process; below 1 is faster than what stands beside it."
        " Each part says when it was measured.\n")


def main(names: list[str]) -> None:
    """Measure all parts, or the named ones; the other parts' results stay as they were."""
    kept = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", RESULTS.read_text(encoding="utf-8"), re.M | re.S)) if RESULTS.exists() else {}
    for name in names or PARTS:
        module = importlib.import_module(f"tests.bench.assistance.{name}")
        title = (module.__doc__ or name).splitlines()[0]
        lines = module.run()
        sys.stdout.write(f"## {title}\n" + "\n".join(lines) + "\n")
        sys.stdout.flush()
        where = f"{date.today()}, commit {_commit()}, Python {platform.python_version()}, {platform.machine()}."
        kept[title] = "\n".join(["", where, "", *lines, "", ""])
        RESULTS.write_text((HEAD + "\n" + "".join(f"## {title}\n{text}" for title, text in kept.items())).rstrip() + "\n", encoding="utf-8")


def _commit() -> str:
    """Return the commit that was measured; marked where files differ from it."""
    said = subprocess.run(["git", "describe", "--always", "--dirty", "--exclude=*"], capture_output=True, text=True, check=False).stdout.strip()
    return said.replace("-dirty", " and changes")


if __name__ == "__main__":
    main(sys.argv[1:])
