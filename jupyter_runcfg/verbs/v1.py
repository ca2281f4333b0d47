"""SDK v1's names in every Python of this environment, without a line: a `.pth` file beside the packages."""

from __future__ import annotations

import site
import sys
import sysconfig
from pathlib import Path

from ..errors import UserErrorException

NAME = "jupyter_runcfg_v1.pth"
# Python runs the lines of such files that begin with `import` at its start. This one costs nothing until
# something named azureml is imported that no other finder has: a genuine azureml wins. Jobs have names of
# their own, which are quicker to import.
_CODE = """
class JupyterRuncfgV1:
 @staticmethod
 def find_spec(name, path=None, target=None):
  if name.partition(".")[0] == "azureml" and "RUNCFG_RUN_DIR" not in __import__("os").environ:
   from jupyter_runcfg.azureml import find_spec
   return find_spec(name)
sys.meta_path.append(JupyterRuncfgV1)
"""
_LINE = f"import sys; exec({_CODE!r})\n"


def enable() -> Path:
    """Write the file; returns where it is.

    Raises:
        UserErrorException: No directory of packages can be written.
    """
    for place in _places():
        try:
            place.mkdir(parents=True, exist_ok=True)
            (place / NAME).write_text(_LINE, encoding="ascii")
        except OSError:
            continue
        return place / NAME
    raise UserErrorException(
        "this environment's packages cannot be written",
        where=str(_places()[0]),
        hint="make a virtual environment, or say `%load_ext jupyter_runcfg` in the notebook",
    )


def disable() -> list[Path]:
    """Remove the file wherever it is; returns where it was. Raises OSError."""
    found = enabled()
    for path in found:
        path.unlink()
    return found


def enabled() -> list[Path]:
    """The files that are there now."""
    return [place / NAME for place in _places() if (place / NAME).is_file()]


def _places() -> list[Path]:
    """The environment's own packages, then the person's, where this Python reads those."""
    places = [Path(sysconfig.get_paths()["purelib"])]
    if site.ENABLE_USER_SITE and sys.prefix == sys.base_prefix:
        places.append(Path(site.getusersitepackages()))
    return places
