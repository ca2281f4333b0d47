"""A next step for names and attributes that are not there."""

import re

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from .hint import Problem

_IMPORTS = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "plt": "import matplotlib.pyplot as plt",
    "sns": "import seaborn as sns",
    "tf": "import tensorflow as tf",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "jnp": "import jax.numpy as jnp",
    "tqdm": "from tqdm import tqdm",
    "Path": "from pathlib import Path",
    "datetime": "from datetime import datetime",
    "defaultdict": "from collections import defaultdict",
    "partial": "from functools import partial",
    "train_test_split": "from sklearn.model_selection import train_test_split",
    "Run": "from azureml.core import Run",
}
_MODULES = """
    argparse collections copy csv functools glob gzip io itertools json logging math os pickle random
    re shutil subprocess sys time joblib mlflow numpy pandas scipy sklearn tensorflow torch
    torchvision transformers xgboost lightgbm
""".split()  # noqa: SIM905 - to be read by people
_OF_IPYTHON = ("get_ipython", "display", "In", "Out")
_PYTHON_2 = {
    "unicode": "str",
    "xrange": "range",
    "raw_input": "input",
    "basestring": "str",
    "reduce": "functools.reduce",
    "unichr": "chr",
    "long": "int",
}


def name_hint(problem: "Problem") -> "str":
    """For NameError."""
    found = re.match(r"name '(\w+)' is not defined", problem.message)
    if not found:
        return ""
    name = found.group(1)
    if name in _OF_IPYTHON:
        return "a run is a plain script: '{}' is IPython's own".format(name)
    if name in _PYTHON_2:
        return "it is `{}` in Python 3".format(_PYTHON_2[name])
    wanted = _IMPORTS.get(name) or ("import " + name if name in _MODULES else "")
    if wanted:
        place = "the cell" if problem.is_cell else problem.where.rpartition(":")[0] or "the script"
        return "`{}` is missing in {}".format(wanted, place)
    is_typo = "Did you mean" in problem.message  # Python itself knows better
    if problem.is_cell and problem.where.startswith(problem.script + ":") and not is_typo:
        return "a run shares no variables with the notebook: define '{}' in the cell itself".format(name)
    return ""


ABC = r"Callable|Container|Generator|Hashable|Iterable|Iterator|Sized|(?:Mutable)?(?:Mapping|Sequence|Set)"
# (module, attribute) → what took its place
_MODULE = (
    ("numpy", r"bool|int|float|object|complex|str", "NumPy 1.24 took it out: use `{0}`, or numpy<1.24"),
    ("numpy", r"float_|complex_|unicode_|NaN|Inf|infty|product|cumproduct|in1d|trapz|row_stack|asfarray",
     "NumPy 2 took it out: install numpy<2, or change the line"),
    ("pandas", r"(?:U?Int|Float)64Index", "pandas 2 took it out: use `pandas.Index`, or pandas<2"),
    ("tensorflow", r"Session|placeholder|ConfigProto|get_default_graph|global_variables_initializer|app|flags"
     r"|reset_default_graph|set_random_seed|variable_scope|logging|gfile|layers",
     "TensorFlow 2 has it as `tf.compat.v1.{0}`"),
    ("tensorflow", r"contrib", "TensorFlow 2 took it out: TensorFlow Addons or Keras have parts of it"),
    ("PIL.Image", r"ANTIALIAS", "`Image.LANCZOS` took its place in Pillow 10"),
    ("PIL.Image", r"LINEAR|BICUBIC|CUBIC", "`Image.Resampling.{0}`, or pillow<10"),
    ("time", r"clock", "`time.perf_counter()`: Python 3.8 took `clock` out"),
    ("inspect", r"getargspec", "`inspect.getfullargspec`: Python 3.11 took `getargspec` out"),
    ("collections", ABC, "`collections.abc.{0}`: it is there alone since Python 3.10"),
    ("cgi", r"escape", "`html.escape`: Python 3.8 took `cgi.escape` out"),
    ("asyncio", r"async|coroutine", "Python 3.11 took it out: use `async def`"),
    ("networkx", r"(?:from|to)_numpy_matrix", "`from_numpy_array`, `to_numpy_array` took its place"),
    ("scipy", r"(?:interp|linspace|zeros|ones|array|exp|sqrt|mean)", "it is `numpy.{0}`"),
)  # fmt: skip
_OBJECT = (
    ("DataFrame", r"append", "pandas 2 took it out: `pandas.concat([df, other])`, or pandas<2"),
    ("Series", r"append", "pandas 2 took it out: `pandas.concat([series, other])`, or pandas<2"),
    ("DataFrame|Series", r"ix", "pandas 1 took it out: `.loc` or `.iloc`"),
    ("DataFrame|Series", r"iteritems", "pandas 2 has it as `.items()`"),
    ("DataFrame", r"as_matrix", "`.to_numpy()` took its place"),
    ("dict", r"has_key|iteritems|itervalues|iterkeys", "of Python 2: `in`, `.items()`, `.values()`"),
    ("CountVectorizer|TfidfVectorizer|OneHotEncoder|ColumnTransformer", r"get_feature_names",
     "`get_feature_names_out()` took its place in scikit-learn 1.2"),
)  # fmt: skip


def attribute_hint(problem: "Problem") -> "str":
    """For AttributeError: one's own file in the place of a library, or a version that took the name out."""
    found = re.search(r"module '([\w.]+)' has no attribute '(\w+)'", problem.message)
    if found:
        module, attribute = found.groups()
        if module.partition(".")[0] == "azureml":
            return problem.azureml(module)
        return problem.shadow(module) or _look_up(_MODULE, module, attribute)
    found = re.search(r"'([\w.]+)' object has no attribute '(\w+)'", problem.message)
    return _look_up(_OBJECT, found.group(1).rpartition(".")[2], found.group(2)) if found else ""


def _look_up(table: "tuple[tuple[str, str, str], ...]", owner: "str", attribute: "str") -> "str":
    for owners, attributes, text in table:
        if re.match("(?:" + owners + ")$", owner) and re.match("(?:" + attributes + ")$", attribute):
            return text.format(attribute)
    return ""
