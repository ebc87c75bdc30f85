"""Start-up: the first usable window on an encrypted ledger, against a bare QMainWindow (peers, G)."""
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from app.models.practice import generate
from app.sync.workspace import Workspace
from tests.bench.measure import Ratio

BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
app = QApplication(sys.argv)
window = QMainWindow()
window.setCentralWidget(QLabel("你好"))
window.show()
QTimer.singleShot(0, app.quit)
app.exec()
"""
TIMES = 5
PASSPHRASE = "practice"


def run() -> list[Ratio]:
    """Return the ratio of opening the people page on 200 households to an empty window; both are whole processes."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder) / "w"
        workspace, _ = Workspace.create(here, PASSPHRASE, "529999001L01", "b", "b")
        generate(workspace.ledger, 200, 1)
        workspace.close()
        ours, bare = [], []
        command = [sys.executable, "-m", "app", "--workspace", str(here), "--picture", str(Path(folder) / "p.png"),
                   "--page", "people"]
        for _ in range(TIMES):
            ours.append(_cpu(command))
            bare.append(_cpu([sys.executable, "-c", BARE]))
    return [Ratio("open the people page and draw it (passphrase stretched, picture saved)", "bare QMainWindow",
                  statistics.median(ours), statistics.median(bare), 1, "starts")]


def _cpu(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True,
                   env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "LEYE_PASSPHRASE": PASSPHRASE})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
