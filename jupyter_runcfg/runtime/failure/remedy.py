"""A next step for errors that say what they are in their own words: of GPUs, disks, networks, data."""

import os
import re

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from .hint import Problem

# (type, words, hint): the last part of the type and the text with the lines after it must match; first wins
_TABLE = (
    # GPUs
    ("", r"Torch not compiled with CUDA enabled",
     "this torch is built for the CPU alone: install a CUDA build of it, or choose the device by"
     " `torch.cuda.is_available()`"),
    ("", r"Attempting to deserialize object on a CUDA device",
     "`torch.load(…, map_location='cpu')`: it was saved on a GPU, and the run sees none"),
    ("", r"Attempting to deserialize object on CUDA device \d+",
     "`torch.load(…, map_location='cuda:0')`: it was saved on a GPU of another number"),
    ("", r"Found no NVIDIA driver|no CUDA-capable device is detected|No CUDA GPUs are available"
     r"|CUDA_ERROR_NO_DEVICE",
     "the run sees no GPU{visible}: choose a target with one, or the CPU"),
    ("", r"no kernel image is available|is not compatible with the current PyTorch installation",
     "this build of the library does not know this GPU: install one for its CUDA version (see pytorch.org)"),
    ("", r"CUDA driver version is insufficient|The NVIDIA driver on your system is too old",
     "the driver is older than the library's CUDA: install a build for an older CUDA, or a newer driver"),
    ("", r"invalid device ordinal|CUDA_ERROR_INVALID_DEVICE",
     "there are fewer GPUs than the script asks for{visible}: they are counted from 0"),
    ("", r"device-side assert triggered",
     "mostly a label or index out of range: CUDA_LAUNCH_BLOCKING=1 in environmentVariables shows the line"),
    ("", r"illegal memory access was encountered",
     "reported late: CUDA_LAUNCH_BLOCKING=1 in environmentVariables shows the line"),
    ("", r"Cannot re-initialize CUDA in forked subprocess",
     "`torch.multiprocessing.set_start_method('spawn')` before the first use of CUDA"),
    # memory
    ("", r"DataLoader worker .*(?:Bus error|out of shared memory)|unable to (?:open|write|allocate) .*shared"
     r" memory|unable to mmap .*torch_",
     "/dev/shm is full: `num_workers=0` in the DataLoader, or in a container a larger docker.shmSize"),
    # code that is run in several processes
    ("", r"before the\s+current process has finished its bootstrapping phase",
     "put what the script does below `if __name__ == '__main__':`"),
    ("", r"EADDRINUSE|Address already in use",
     "another process listens on that port: a second run on this machine? choose another port, or 0"),
    # networks
    ("", r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
     "the run's machine does not trust that certificate: behind a proxy of your own, name its authority by"
     " `--set environmentVariables.REQUESTS_CA_BUNDLE=FILE` (and SSL_CERT_FILE)"),
    ("", r"407 Proxy Authentication|Tunnel connection failed|ProxyError|Cannot connect to proxy",
     "the proxy refused: look at HTTPS_PROXY of the run"),
    # data
    ("UnpicklingError", r"invalid load key, 'v'",
     "the file is a Git LFS pointer, not the data: `git lfs pull`, then submit again"),
    ("UnpicklingError", r"invalid load key, '<'", "the file is a web page: its download failed"),
    ("ValueError", r"unsupported pickle protocol: (?P<number>\d+)",
     "it was written by a newer Python: run it with that one, or write it with `protocol={older}`"),
    ("AttributeError", r"Can't get attribute '(?P<name>\w+)' on <module '__main__'",
     "it was pickled by a script that defined '{name}' itself: put '{name}' into a module that both import"),
    ("ModuleNotFoundError", r"No module named 'numpy\._core",
     "it was pickled with NumPy 2: install numpy>=2 in this environment"),
    ("", r"numpy\.(?:dtype|ndarray) size changed|compiled using NumPy 1\.x cannot be run",
     "a library was built for another NumPy: reinstall it, or install numpy<2"),
    ("UnicodeDecodeError", r"byte 0x8b in position 1\b", "the file is compressed: open it by `gzip.open`"),
    ("UnicodeDecodeError", r"byte 0xf[ef] in position 0\b", "the file is UTF-16: encoding='utf-16'"),
    ("UnicodeDecodeError", r"'ascii' codec",
     "the run has no UTF-8 locale: name the encoding, or `--set environmentVariables.PYTHONUTF8=1`"),
    ("UnicodeDecodeError", r"'utf-8' codec", "the file is no UTF-8: name its encoding, as encoding='cp1252'"),
    ("UnicodeEncodeError", r"'(?:ascii|latin-1)' codec",
     "the run has no UTF-8 locale: `--set environmentVariables.PYTHONUTF8=1`"),
    ("EOFError", r"EOF when reading a line", "a run has no keyboard: pass values as arguments, after `--`"),
    ("RecursionError", r"maximum recursion depth", "a function calls itself without end"),
    ("TclError", r"no display name", "a run has no screen: `matplotlib.use('Agg')`, or save the figure"),
    ("", r"could not connect to display|Could not load the Qt platform plugin|cannot connect to X server",
     "a run has no screen: save figures, and take opencv-python-headless for OpenCV"),
    ("ClientError|NoCredentialsError|DefaultCredentialsError|ClientAuthenticationError",
     r"Unable to locate credentials|default credentials were not found|DefaultAzureCredential failed",
     "the run's machine has no sign-in for that service"),
    ("ChildProcessError|CalledProcessError", r"returned non-zero exit status 127",
     "127: one of its programs is not on the PATH of this run"),
)  # fmt: skip

_GPU_FULL = (
    r"CUDA out of memory|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED"
    r"|RESOURCE_EXHAUSTED: Out of memory|OOM when allocating tensor|HIP out of memory"
    r"|CUDA error: out of memory|cudaErrorMemoryAllocation|Failed to allocate .* on device"
)
_DISK_FULL = r"No space left on device|\[Errno 28\]|ENOSPC|Disk quota exceeded|database or disk is full"
_NO_NAME = (
    r"Temporary failure in name resolution|Name or service not known|nodename nor servname|getaddrinfo failed"
    r"|NameResolutionError|No address associated with hostname|Could not resolve host"
)


def find(problem: "Problem") -> "str":
    """The hint for what the error says of itself; empty without one."""
    kind, text = problem.type.rpartition(".")[2], problem.text
    for look in (_gpu_memory, _disk, _memory, _network):
        found = look(problem, kind, text)
        if found:
            return found
    for types, words, advice in _TABLE:
        if types and not re.match("(?:" + types + ")$", kind):
            continue
        match = re.search(words, text)
        if match:
            facts = {key: value or "" for key, value in match.groupdict().items()}
            if "number" in facts:
                facts["older"] = str(int(facts["number"]) - 1)
            return advice.format(visible=_visible(problem), **facts)
    return ""


def _visible(problem: "Problem") -> "str":
    asked = (problem.request.get("environment_variables") or {}).get("CUDA_VISIBLE_DEVICES")
    return "" if asked is None else " (CUDA_VISIBLE_DEVICES={})".format(asked)


def _gpu_memory(problem: "Problem", kind: "str", text: "str") -> "str":
    is_gpu = re.search(_GPU_FULL, text) or problem.type.startswith(
        ("torch.cuda.OutOfMemory", "torch.OutOfMemory")
    )
    if not is_gpu:
        return ""
    others = re.findall(r"Process (\d+) has ([\d.]+ \w+) memory in use", text)
    if len(others) > 1:
        held = ", ".join("{} has {}".format(*other) for other in others[:3])
        return "the GPU's memory is full, others use it too ({}): a free GPU, or a smaller batch".format(held)
    return "the GPU's memory is full: a smaller batch, gradient accumulation or mixed precision"


def _disk(problem: "Problem", kind: "str", text: "str") -> "str":
    if not re.search(_DISK_FULL, text):
        return ""
    from .missing_file import path_in

    if "quota" in text:
        return "your quota of that disk is used up: free some space, or write elsewhere"
    path = os.path.join(problem.source.work, path_in(problem.message) or "")
    while path != "/" and not os.path.lexists(path):
        path = os.path.dirname(path)
    try:
        info = os.statvfs(path)
    except OSError:
        return "a disk is full: free some space, or write elsewhere"
    if info.f_bavail and info.f_files and not info.f_favail:
        return "the disk of {} can hold no more files: remove some, or write elsewhere".format(path)
    free = "{:.1f} of {:.1f} GB are free now".format(
        info.f_bavail * info.f_frsize / 1e9, info.f_blocks * info.f_frsize / 1e9
    )
    return "a disk is full: free some space, or write elsewhere (where the run works, {})".format(free)


def _memory(problem: "Problem", kind: "str", text: "str") -> "str":
    is_killed = re.search(r"is killed by signal: Killed|exitcode\s*: -9|SIGKILL|terminated abruptly", text)
    if kind in ("MemoryError", "_ArrayMemoryError") or re.search(
        r"std::bad_alloc|DefaultCPUAllocator: ", text
    ):
        advice = problem.memory.advice() if problem.memory is not None else "load less at once"
        return "the memory was not enough: " + advice
    if is_killed and problem.memory is not None and problem.memory.job_kills():
        return "the kernel ended a process of it: " + problem.memory.advice()
    return ""


def _network(problem: "Problem", kind: "str", text: "str") -> "str":
    host = re.search(r"host='([\w.-]+)'|https?://([\w.-]+)|host[: ]+'?([\w-]+\.[\w.-]+)", text)
    name = next((part for part in host.groups() if part), "") if host else ""
    shown = "'{}'".format(name) if name else "that name"
    if re.search(_NO_NAME, text):
        return "the run's machine cannot look up {}: it has no way out, or needs HTTPS_PROXY".format(shown)
    if re.search(r"Network is unreachable|No route to host", text):
        return "the run's machine has no way to {}: it may need HTTPS_PROXY".format(name or "that host")
    if re.search(r"Connection refused", text):
        if name in ("localhost", "127.0.0.1") or "127.0.0.1" in text:
            return (
                "nothing listens there: `localhost` is the run's machine, which may be another one than yours"
            )
        return "nothing listens there: is {} up, and that port right?".format(name or "the server")
    return ""
