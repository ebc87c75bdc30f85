"""Results: what the long runs found last, a section each in RESULTS.md, with the day and the commit they ran on."""
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
TITLE = "# Last results of the long runs (`make soak`)\n"


def record(section: str, *lines: str) -> None:
    """Replace a section of RESULTS.md by these lines."""
    commit = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=RESULTS.parent, capture_output=True, text=True,
                            check=False).stdout.strip() or "no commit"
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else TITLE
    body = f"## {section}\n{datetime.now(UTC):%Y-%m-%d}, commit {commit}\n\n" + "\n".join(lines) + "\n"
    kept = re.sub(rf"\n## {re.escape(section)}\n.*?(?=\n## |\Z)", "", text, flags=re.DOTALL)
    RESULTS.write_text(kept.rstrip("\n") + "\n\n" + body, encoding="utf-8")
