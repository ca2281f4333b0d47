"""Every environment variable and default path: read here and, in a job, in runtime/v1/context.py."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

from .errors import HomeError, UserErrorException

SERVER_HOME = "RUNCFG_SERVER_HOME"  # set by our server extension for the kernels that it starts


def home() -> Path:
    """The directory of all records: RUNCFG_HOME, or the user's data directory.

    Raises:
        HomeError: It cannot be told, or is not absolute.
    """
    named = os.environ.get("RUNCFG_HOME")
    try:
        if named:
            place = Path(named).expanduser()
        else:
            import platformdirs

            place = Path(platformdirs.user_data_dir("jupyter-runcfg", appauthor=False))
    except RuntimeError as error:  # a user without a name and without HOME
        raise HomeError(
            "there is no home directory to keep records in",
            hint="set RUNCFG_HOME to a directory that you may write",
        ) from error
    if not place.is_absolute():
        raise HomeError(
            f"RUNCFG_HOME is '{named}', another place in each directory",
            hint="set it to an absolute path",
        )
    return place


def short_path(path: str) -> str:
    """A path below the person's home as `~/diabetes`, for people."""
    mine = os.path.expanduser("~")
    return "~" + path[len(mine) :] if path == mine or path.startswith(mine + os.sep) else path


def machine_id() -> str:
    """Names this machine in a home that several share; 12 hex digits, no secret in it."""
    for source in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            text = Path(source).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if text:
            break
    else:
        import uuid

        text = str(uuid.getnode())
    return hashlib.sha256(f"{socket.gethostname()}/{text}".encode()).hexdigest()[:12]


def max_parallel() -> int:
    """How many runs this machine has at a time: RUNCFG_MAX_PARALLEL, or half of the cores, 2 at least.

    Raises:
        UserErrorException: It is set to something else than a number from 1.
    """
    text = os.environ.get("RUNCFG_MAX_PARALLEL", "").strip()
    if not text:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return max(2, cores // 2)
    if not text.isascii() or not text.isdigit() or len(text) > 4 or int(text) < 1:
        shown = text if len(text) <= 20 else text[:20] + "…"
        raise UserErrorException(
            f"RUNCFG_MAX_PARALLEL is '{shown}'",
            hint="set it to how many runs may run at once: 1, 2, 3 … 9999",
        )
    return int(text)


def visible_gpus() -> str | None:
    """What CUDA_VISIBLE_DEVICES leaves us of this machine's GPUs; None: all."""
    return os.environ.get("CUDA_VISIBLE_DEVICES")


def in_vscode() -> bool:
    """True in a kernel that VS Code started."""
    return "VSCODE_PID" in os.environ or "VSCODE_CWD" in os.environ


def server_home() -> str | None:
    """The home that the Jupyter server of this kernel reads, where it has our extension."""
    return os.environ.get(SERVER_HOME) or None


def notebook_job() -> str | None:
    """The notebook that the job we are in runs cell by cell (`runtime.variables.NOTEBOOK`)."""
    return os.environ.get("RUNCFG_NOTEBOOK") or None


def job_run_id() -> str | None:
    """The run whose job we are in (`runtime.variables.RUN_ID`)."""
    return os.environ.get("RUNCFG_RUN_ID") or None


def notebook_path() -> str | None:
    """The notebook that this kernel runs for, as the Jupyter server names it."""
    return os.environ.get("JPY_SESSION_NAME") or None


def git_facts() -> dict[str, str]:
    """What AZUREML_GIT_* say of the source, as SDK v1 has it: they win over what git says."""
    names = {"repository": "REPOSITORY_URI"}
    keys = ("repository", "branch", "commit", "dirty", "build_id", "build_uri")
    said = {key: os.environ.get(f"AZUREML_GIT_{names.get(key, key.upper())}", "") for key in keys}
    return {key: value for key, value in said.items() if value}


def search_path() -> list[str]:
    """The directories of PATH."""
    return [directory for directory in os.environ.get("PATH", "").split(os.pathsep) if directory]


def pyenv_versions() -> Path:
    """Where pyenv keeps its Pythons."""
    return Path(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")) / "versions"


def uv_pythons() -> Path:
    """Where uv keeps its Pythons."""
    named = os.environ.get("UV_PYTHON_INSTALL_DIR")
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return Path(named or os.path.join(data, "uv", "python"))


def user_name() -> str:
    """Who we are, as the system or, without an entry there, the environment has it."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def docker_host() -> str:
    """The engine that DOCKER_HOST names; empty: none."""
    return os.environ.get("DOCKER_HOST", "").strip()


def docker_certificates() -> str:
    """The directory of the certificates that TCP engines are spoken to with; empty: no TLS."""
    if not os.environ.get("DOCKER_TLS_VERIFY"):
        return ""
    return os.environ.get("DOCKER_CERT_PATH") or str(docker_config())


def docker_config() -> Path:
    """Where Docker keeps the person's sign-ins and contexts."""
    return Path(os.environ.get("DOCKER_CONFIG") or os.path.expanduser("~/.docker"))


def docker_context() -> str:
    """The context that DOCKER_CONTEXT names; empty: none."""
    return os.environ.get("DOCKER_CONTEXT", "").strip()


def docker_sockets() -> list[str]:
    """Where engines of this machine listen: Docker's own, a rootless one, podman's."""
    own = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return [
        "/var/run/docker.sock",
        f"{own}/docker.sock",
        f"{own}/podman/podman.sock",
        "/run/podman/podman.sock",
    ]


def expanded(text: str) -> str:
    """The text with `$NAME` and `${NAME}` replaced by those variables, where they are set."""
    return os.path.expandvars(text)


def condarcs() -> list[Path]:
    """Where conda's settings are, those that win last."""
    prefix = os.environ.get("CONDA_PREFIX")
    places = ["/etc/conda/.condarc", *([f"{prefix}/.condarc"] if prefix else [])]
    places += ["~/.config/conda/.condarc", "~/.conda/.condarc", "~/.condarc", os.environ.get("CONDARC", "")]
    return [Path(place).expanduser() for place in places if place]


def conda_program() -> tuple[str, str]:
    """The kind and path of a program that installs conda's packages; ('', '') where there is none."""
    import shutil

    named = {"micromamba": "MAMBA_EXE", "mamba": "", "conda": "CONDA_EXE"}
    for kind, variable in named.items():
        path = shutil.which(kind) or os.environ.get(variable, "")
        if path and os.access(path, os.X_OK) and os.path.basename(path) == kind:
            return kind, path
    return "", ""


def conda_roots() -> list[Path]:
    """Where conda and its kin may be installed, with their `base` environment and `envs`."""
    named = [os.environ.get("MAMBA_ROOT_PREFIX", ""), os.environ.get("CONDA_ROOT", "")]
    programs = [os.environ.get(name, "") for name in ("CONDA_EXE", "MAMBA_EXE")]
    named += [os.path.dirname(os.path.dirname(path)) for path in programs if path]
    usual = ("miniforge3", "mambaforge", "miniconda3", "anaconda3", "micromamba", ".local/share/mamba")
    places = [*named, *(f"~/{name}" for name in usual), "/opt/conda", "/opt/miniconda", "/anaconda"]
    return [Path(place).expanduser() for place in dict.fromkeys(places) if place]


def conda_environment_directories() -> list[Path]:
    """Where else environments are by name."""
    named = os.environ.get("CONDA_ENVS_DIRS") or os.environ.get("CONDA_ENVS_PATH") or ""
    return [Path(place).expanduser() for place in [*named.split(os.pathsep), "~/.conda/envs"] if place]


def conda_environments_file() -> Path:
    """Conda's own list of the environments that it made, a path a line."""
    return Path("~/.conda/environments.txt").expanduser()


def is_set(name: str) -> bool:
    """Whether that environment variable has a value."""
    return bool(os.environ.get(name))
