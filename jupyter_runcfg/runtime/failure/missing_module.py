"""A next step for what could not be imported."""

import re

from . import distribution
from .missing_name import ABC
from .source import Source

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from .hint import Problem

_LIBRARIES = {
    "libGL.so.1": "install opencv-python-headless in place of opencv-python: it needs no display",
    "libgthread-2.0.so.0": "install opencv-python-headless in place of opencv-python: it needs no display",
    "libcuda.so.1": "this machine has no NVIDIA driver: choose a target with a GPU",
}


def hint(problem: "Problem") -> "str":
    """For ModuleNotFoundError and ImportError; empty where nothing sure can be said."""
    for words, look in _LOOKS:
        found = re.search(words, problem.message)
        if found:
            return look(problem, *found.groups())
    return ""


def _library(_problem: "Problem", name: "str") -> "str":
    if name.startswith(("libcudart", "libcublas", "libcudnn", "libnvrtc")):
        return "it was built for a CUDA that is not here: install a build for this machine's"
    return _LIBRARIES.get(name, "the machine lacks the system library {}".format(name))


def _system(_problem: "Problem", version: "str") -> "str":
    return "a library was built for a newer system ({}): install a build for this one".format(version)


def _missing(problem: "Problem", module: "str") -> "str":
    top = module.partition(".")[0]
    if top == "azureml":
        return problem.azureml(module)
    if "is not a package" in problem.message:
        return problem.shadow(top)
    if "." in module:  # Python names the first part that is missing: what is above it is there
        return _missing_part(problem, module, top)
    known = distribution.known(module)
    return (
        distribution.of_python(module)
        or ("" if known else _left_out(problem.source, (top, top + ".py")) or _elsewhere(problem.source, top))
        or _install(problem, known, module)
    )


def _missing_part(problem: "Problem", module: "str", top: "str") -> "str":
    known = distribution.known_part(module)
    if known:
        return problem.adding(known)
    path, source = module.replace(".", "/"), problem.source
    rule = source.rule(path) or source.rule(path + ".py")
    if rule:
        return "'{}' is left out of the snapshot by {}: change that line".format(path, rule)
    if distribution.known(top) and not any(p.startswith(top + "/") for p in source.paths()):
        return "the '{}' installed here has no '{}': another version of it has".format(top, module)
    return ""


def _left_out(source: "Source", names: "tuple[str, ...]") -> "str":
    path, rule = source.ignored(names)
    if not path:
        return ""
    return "'{}' is left out of the snapshot by {}: change that line".format(path, rule)


def _elsewhere(source: "Source", top: "str") -> "str":
    """It is in the snapshot, in a directory that Python does not search."""
    for path in source.paths():
        parts = path.split("/")
        if parts[-1] == top + ".py":
            at = len(parts) - 1
        elif top in parts[:-1] and path.endswith(".py"):
            at = parts.index(top)
        else:
            continue
        found, place = "/".join(parts[: at + 1]), "/".join(parts[:at]) or "."
        return (
            "'{}' is in the snapshot, where Python does not look:"
            " `--set environmentVariables.PYTHONPATH={}`".format(found, place)
        )
    return ""


def _install(problem: "Problem", known: "str", module: "str") -> "str":
    if known:
        return problem.adding(known)
    near = distribution.meant(module)
    if near:
        return "did you mean '{}'? no file of the snapshot is called '{}'".format(near, module)
    adding = problem.adding(module.replace("_", "-"))
    return "the snapshot has no '{}.py'; if it is a library, {}".format(module, adding)


def _circular(problem: "Problem", module: "str") -> "str":
    own = problem.shadow(module)
    return own or "two modules import one another: move one import into the function that needs it"


def _relative(problem: "Problem") -> "str":
    script = problem.script
    if not script.endswith(".py") or "/" not in script:
        return "a script is in no package: import its neighbours by their plain names"
    module = script[: -len(".py")].replace("/", ".")
    return "a script is in no package: run it as part of one, `command: python -m {}`".format(module)


_MOVED = {
    ("sklearn.externals", "joblib"): "`import joblib`: scikit-learn brings it no more since 0.23",
    (
        "sklearn.metrics",
        "plot_confusion_matrix",
    ): "`ConfusionMatrixDisplay.from_estimator` took its place in scikit-learn 1.2",
    (
        "sklearn.datasets",
        "load_boston",
    ): "scikit-learn 1.2 took it out: use another data set, or scikit-learn<1.2",
    ("sklearn.model_selection", "cross_validation"): "its functions are in sklearn.model_selection itself",
    ("scipy.misc", "imread"): "`imageio.imread`: SciPy 1.2 took it out",
    ("scipy.integrate", "simps"): "`simpson` took its place in SciPy 1.14",
    ("jinja2", "Markup"): "`from markupsafe import Markup`, or jinja2<3.1",
    ("itsdangerous", "json"): "itsdangerous<2.1, or a newer Flask",
    ("transformers", "AdamW"): "`torch.optim.AdamW`: transformers took its own out",
    ("keras.optimizers", "Adam"): "`from tensorflow.keras.optimizers import Adam`",
}


def _name(problem: "Problem", name: "str", module: "str") -> "str":
    if (module, name) in _MOVED:
        return _MOVED[module, name]
    if module.partition(".")[0] == "azureml":
        return problem.azureml(module)
    if module == "collections" and re.match("(?:" + ABC + ")$", name):
        return "`from collections.abc import {}`: it is there alone since Python 3.10".format(name)
    return problem.shadow(module)


# the words of a message, and what looks further with what they name
_LOOKS = (
    (r"No module named '?([\w.]+)", _missing),
    (r"([\w.+-]+\.so[\w.]*): cannot open shared object file", _library),
    (r"version [`'](\w+_[\d.]+)' not found", _system),
    (r"attempted relative import", _relative),
    (r"partially initialized module '([\w.]+)'.*circular import", _circular),
    (r"cannot import name '(\w+)' from '([\w.]+)'", _name),
)
