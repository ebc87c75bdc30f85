"""What all tests share: no display is needed, the language is Chinese whatever the machine speaks, and nothing is
written into the home of whoever runs them."""
import os
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LEYE_LANG"] = "zh"
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="leye-tests-")

from hypothesis import HealthCheck, settings

# make test tries the same cases each time, so that red means the change; make soak looks for new ones. A slow machine is no finding
SLOW = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, **SLOW)
settings.register_profile("new", max_examples=300, **SLOW)
settings.load_profile(os.environ.get("LEYE_PROPERTIES", "same"))
