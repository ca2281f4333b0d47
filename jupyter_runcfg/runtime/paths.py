"""Where everything is: all file names of a home and of a record, on any machine."""

import os

from . import changes


class Home:
    """The directory of all records, objects and indexes (`RUNCFG_HOME`, or ~/.runcfg on a remote host)."""

    def __init__(self, root: "str") -> "None":
        self.root = os.path.abspath(str(root))
        start = self.root.rstrip(os.sep) + os.sep  # no join for each: a home is made again and again
        self.index = start + "index"
        self.objects = start + "objects"
        self.snapshots = start + "snapshots"
        self.stat = start + "stat"  # made when there is something to put into it
        self.runs = start + "runs"
        self.experiments = start + "experiments"
        self.runtime = start + "runtime"
        self.registry = start + "registry"  # models, datasets … made when one is registered
        self.environments = start + "environments"  # made when one is built
        self.images = start + "images"  # what is known of images, made with the first
        self.queue = start + "queue"  # made when a run is started on this machine

    def create(self) -> "None":
        """Make the directories that are missing, readable by their owner only. Raises OSError."""
        if not os.path.isdir(self.root):
            os.makedirs(self.root, mode=0o700, exist_ok=True)
        with os.scandir(self.root) as members:
            there = [member.name for member in members if member.is_dir()]
        for name in ("index", "objects", "snapshots", "runs", "experiments", "runtime"):
            if name not in there:
                os.makedirs(os.path.join(self.root, name), mode=0o700, exist_ok=True)

    def run(self, run_id: "str") -> "RunPaths":
        return RunPaths(os.path.join(self.runs, run_id))

    def manifest(self, digest: "str") -> "str":
        return self.snapshots + os.sep + digest


class RunPaths:
    """All file names of one record."""

    def __init__(self, directory: "str") -> "None":
        self.directory = os.path.abspath(str(directory))
        self.run_id = os.path.basename(self.directory)
        self.request = os.path.join(self.directory, "request.json")
        self.snapshot = os.path.join(self.directory, "snapshot.json")  # of one taken after the request
        self.git_diff = os.path.join(self.directory, "git.diff")
        self.attempts = os.path.join(self.directory, "attempts")
        self.events = os.path.join(self.directory, "events")
        self.cancel = os.path.join(self.directory, "cancel")
        self.archived = os.path.join(self.directory, "archived")  # a marker: hidden in lists
        self.closed = os.path.join(self.directory, "closed")  # a marker: a group that gets no more runs
        self.end = os.path.join(self.directory, "end.json")
        self.logs = os.path.join(self.directory, "logs")
        self.std_log = os.path.join(self.logs, "std_log.txt")
        self.std_log_index = os.path.join(self.logs, "std_log.index")
        self.runtime_log = os.path.join(self.logs, "runtime.log")
        self.environment_log = os.path.join(self.logs, "environment.log")  # of the build of its environment
        self.work = os.path.join(self.directory, "work")
        self.outputs = os.path.join(self.directory, "outputs")
        self.artifacts = os.path.join(self.directory, "artifacts")  # files uploaded under other names

    @property
    def home(self) -> "Home":
        return Home(os.path.dirname(os.path.dirname(self.directory)))

    def create(self) -> "None":
        """Make the record's directories, readable by their owner only. Raises OSError."""
        before = changes.moment(os.path.dirname(self.directory))
        for directory in (self.directory, self.attempts, self.events, self.logs):
            os.makedirs(directory, mode=0o700, exist_ok=True)
        changes.note(self.directory, before)

    def log_of(self, rank: "int") -> "str":
        """What a process of the run prints; the first rank's is the log that readers follow."""
        return self.std_log if not rank else os.path.join(self.logs, "std_log_{}.txt".format(rank))

    def rank_logs(self) -> "list[str]":
        """What the processes of the run have printed, the first rank's log first."""
        found, rank = [], 0
        while os.path.exists(self.log_of(rank)):
            found.append(self.log_of(rank))
            rank += 1
        return found

    def attempt(self, number: "int") -> "AttemptPaths":
        return AttemptPaths(os.path.join(self.attempts, str(number)))

    def attempt_numbers(self) -> "list[int]":
        try:
            names = os.listdir(self.attempts)
        except OSError:
            return []
        return sorted(int(name) for name in names if name.isdigit())

    def event_file(self, writer: "str") -> "str":
        return os.path.join(self.events, writer + ".jsonl")


class AttemptPaths:
    """The files of one attempt."""

    def __init__(self, directory: "str") -> "None":
        self.directory = directory
        self.number = int(os.path.basename(directory))
        self.claim = os.path.join(directory, "claim")
        self.queued = os.path.join(directory, "queued")
        self.job = os.path.join(directory, "job.json")
        self.end = os.path.join(directory, "end.json")
        self.lock = os.path.join(directory, "lock.json")  # what its environment was built from, exactly
        self.reserve = os.path.join(directory, "reserve")
        self.sent = os.path.join(directory, "sent")  # a marker, on another machine: all it needs is there
        self.mirror = os.path.join(directory, "mirror")  # locked by who sends the record from there
        self.copied = os.path.join(directory, "copied.json")  # what comes back of the data that were sent
        # of a run whose nodes are machines of their own:
        self.ready = os.path.join(directory, "ready")  # a marker: its files are checked out
        self.ending = os.path.join(directory, "ending")  # a marker: all nodes end
        # of a job in a container, by the supervisor on this machine:
        self.supervising = os.path.join(directory, "supervising")  # locked while there is one
        self.container = os.path.join(directory, "container.json")  # what was started, once it was
        self.silent = os.path.join(directory, "silent.json")  # there while its engine does not answer
        self.secrets = os.path.join(directory, "secrets")  # variables, 0600, until the runtime has read them

    def secrets_of(self, node: "int") -> "str":
        """Each node reads a file of its own, and takes it away."""
        return self.secrets if not node else "{}-{}".format(self.secrets, node)

    def node_end(self, node: "int") -> "str":
        """How the processes of a node ended that is not the first."""
        return os.path.join(self.directory, "node-{}.json".format(node))

    def node_serves(self, node: "int") -> "str":
        """A marker: that node has only servers left."""
        return os.path.join(self.directory, "node-{}.serves".format(node))

    def create(self) -> "None":
        os.makedirs(self.directory, mode=0o700, exist_ok=True)
