"""The extension costs a server's start next to nothing."""

import subprocess
import sys

ASK = """
import sys
import jupyter_runcfg.server.routes
ours = sorted(name for name in sys.modules if name.startswith("jupyter_runcfg."))
print("\\n".join(name for name in ours if not name.startswith("jupyter_runcfg.server")))
"""


def test_nothing_heavy_is_imported_at_the_start():
    """Records, views and configurations are imported when the first run is asked for."""
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {
        "jupyter_runcfg.errors",
        "jupyter_runcfg.runtime",
        "jupyter_runcfg.runtime.changes",
        "jupyter_runcfg.runtime.paths",
        "jupyter_runcfg.settings",
        "jupyter_runcfg.version",
    }
