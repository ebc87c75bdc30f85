"""What all tests share: no display is needed, and the language is Chinese whatever the machine speaks."""
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LEYE_LANG"] = "zh"
