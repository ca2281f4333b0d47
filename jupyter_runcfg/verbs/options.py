"""The words of each verb: its positionals and options, and the table of all verbs."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable

from . import env_options


def _submit(parser: ArgumentParser) -> None:
    parser.add_argument(
        "positionals",
        nargs="*",
        metavar="NAME | SCRIPT",
        help="a configuration's name or file; what ends in .py, .sh or holds a / else is a script",
    )
    parser.add_argument("--target", help="compute target (default: the configuration's, else local)")
    parser.add_argument("--experiment", help="the named group the run belongs to")
    parser.add_argument("--name", help="a display name for the run")
    parser.add_argument("--tag", action="append", default=[], metavar="KEY=VALUE", help="a word of your own")
    parser.add_argument(
        "--set", action="append", default=[], dest="settings", metavar="KEY=VALUE", help="change one setting"
    )
    parser.add_argument("--source", metavar="DIR", help="the directory to send")
    parser.add_argument(
        "--env",
        metavar="NAME",
        help="infer: what is imported; kernel: all of this Python; a registered name; a file of packages",
    )
    parser.add_argument("--timeout", metavar="TIME", help="end the run after this time: 90, 30m, 2h, 1d")
    parser.add_argument("--gpus", metavar="N", help="GPUs of its own on each node, by CUDA_VISIBLE_DEVICES")
    parser.add_argument("--cpus", metavar="N", help="cores on each node")
    parser.add_argument("--mem", metavar="SIZE", help="memory on each node: 32G")
    parser.add_argument("--node-count", metavar="N", help="nodes; local: that many processes, to try it out")
    parser.add_argument("--lang", choices=["python", "bash", "yaml"], help="what the cell body is")
    _capture(parser)
    _waiting(parser)
    parser.add_argument(
        "--group", metavar="NAME", help="put the runs of this cell below one run of that name"
    )
    parser.add_argument(
        "--reuse", action="store_true", help="attach to the newest run of the same code, settings and inputs"
    )
    parser.add_argument(
        "--replace", action="store_true", help="first cancel what this cell still has running"
    )
    parser.add_argument(
        "--secret", action="append", default=[], metavar="NAME", help="give the job a secret by its name"
    )
    parser.add_argument("--check", action="store_true", help="say all that is wrong, send nothing")
    parser.add_argument("--dry-run", action="store_true", help="show the request, send nothing")
    parser.add_argument("--yes", action="store_true", help="send the directory however big it is")
    parser.add_argument("--as", dest="variable", metavar="VAR", help="(notebook) bind the Run to this name")


def _capture(parser: ArgumentParser) -> None:
    """What of a notebook travels with a cell, or is the script."""
    for word, metavar, does in (
        ("--with", "NAMES", "(cell) send these variables and functions; auto: what the cell reads"),
        ("--include", "NAMES", "(cell) run these parts, or cells with these tags, before it"),
        ("--get", "NAMES", "(cell) wait, and bind these names here when the run has completed"),
    ):
        parser.add_argument(
            word, action="append", default=[], dest=word[2:] + "_names", metavar=metavar, help=does
        )
    parser.add_argument(
        "--notebook",
        nargs="?",
        const="",
        metavar="FILE.ipynb",
        help="(notebook) run a whole notebook as it is on disk; default: this one",
    )
    parser.add_argument(
        "-p",
        "--parameter",
        action="append",
        default=[],
        dest="parameters",
        metavar="NAME=VALUE",
        help="a parameter of a notebook, as `-- --NAME VALUE`",
    )


def _runs(parser: ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", metavar="RUN", help="only these; a group's name: its runs")
    _listing(parser)
    parser.add_argument(
        "--sort",
        metavar="NAME",
        help="by a column, metric or tag; -NAME: the greatest first (default: newest)",
    )
    parser.add_argument("--columns", metavar="NAME,…", help="columns, metrics and tags to show")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="at most N (default 20, 0: all)")


def _listing(parser: ArgumentParser) -> None:
    _filters(parser)
    parser.add_argument("--active", action="store_true", help="only runs that have not ended")
    parser.add_argument("--children", action="store_true", help="also runs that are children of others")
    above = parser.add_mutually_exclusive_group()
    above.add_argument("--parent", metavar="RUN", help="the children of this run")
    above.add_argument("--group", metavar="NAME", help="the runs that were submitted with this `--group`")
    parser.add_argument("--archived", action="store_true", help="also archived ones")


def _compare(parser: ArgumentParser) -> None:
    parser.add_argument(
        "runs", nargs="*", metavar="RUN", help="last, last~1, 12, EXPERIMENT/12, a group's name …"
    )
    _listing(parser)
    parser.add_argument("--metrics", metavar="NAME,…", help="only these metrics")
    parser.add_argument(
        "--value",
        choices=["last", "best", "least", "greatest"],
        default="last",
        help="which value of a metric; best: the least where its name says loss, error … (default: last)",
    )
    parser.add_argument("--sort", metavar="NAME", help="by a column; -NAME: the greatest first")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N runs (default 50)")


def _experiment(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="the experiment of the runs that follow")


def _targets(parser: ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="which targets (default: all)")


def _targets_add(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="what `--target` calls it")
    parser.add_argument("executor", metavar="EXECUTOR", help="the kind of engine: local")
    parser.add_argument("options", nargs="*", metavar="KEY=VALUE", help="python=/opt/py311/bin/python")
    parser.add_argument(
        "--project",
        action="store_true",
        help="in .azureml/targets.yaml of the project, for all who work on it",
    )


def _target_named(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="a target that was added")


def _data_add(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="as data references and datasets name it")
    parser.add_argument("options", nargs="*", metavar="path=DIR", help="the directory that holds the data")
    parser.add_argument("--default", action="store_true", help="make it the default datastore")


def _data_named(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="a datastore; its directory stays as it is")


def _nothing(_parser: ArgumentParser) -> None:
    """A verb without words of its own."""


def _filters(parser: ArgumentParser) -> None:
    parser.add_argument("--experiment", help="only runs of this experiment")
    parser.add_argument(
        "--where", metavar="TEXT", help="'accuracy > 0.9 and (tags.owner = ann or not status = Failed)'"
    )
    parser.add_argument("--status", action="append", default=[], help="only with this status")
    parser.add_argument(
        "--tag", action="append", default=[], metavar="KEY[=VALUE]", help="only with this tag"
    )
    parser.add_argument("--target", help="only on this compute target")
    parser.add_argument("--text", help="found in name, script, tags, cause or error")
    parser.add_argument("--since", metavar="TIME", help="submitted after: 2d, 3h, today, 2026-11-01")


def _these(parser: ArgumentParser) -> None:
    parser.add_argument("runs", nargs="+", metavar="RUN", help="last, last~1, 12, EXPERIMENT/12, …")
    parser.add_argument("--experiment", help="the experiment that a bare number counts in")


def _remove(parser: ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", metavar="RUN", help="last, last~1, 12, EXPERIMENT/12, …")
    _filters(parser)
    parser.add_argument(
        "--older", metavar="TIME", help="those submitted longer ago than this: 30d, 2026-11-01"
    )
    parser.add_argument("--archived", action="store_true", help="also archived ones")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _export(parser: ArgumentParser) -> None:
    _these(parser)
    parser.add_argument("--to", metavar="FILE", help="the file (default: ./RUN_ID.tar.gz)")
    parser.add_argument("--force", action="store_true", help="replace the file")


def _import(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="what `runs export` wrote")


def _metrics(parser: ArgumentParser) -> None:
    parser.add_argument(
        "runs", nargs="*", metavar="RUN [NAME]", help="a run (default: last), and one of its metrics"
    )
    parser.add_argument("--experiment", help="the experiment that a bare number counts in")


def _rerun(parser: ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", metavar="RUN", help="last (the default), 12, EXPERIMENT/12, …")
    parser.add_argument("--experiment", help="the experiment that a bare number counts in")
    parser.add_argument(
        "--set", action="append", default=[], dest="settings", metavar="KEY=VALUE", help="change one setting"
    )
    parser.add_argument("--tag", action="append", default=[], metavar="KEY=VALUE", help="one more tag")
    parser.add_argument("--name", help="a display name for the new run")
    _waiting(parser)
    parser.add_argument("--as", dest="variable", metavar="VAR", help="(notebook) bind the Run to this name")


def _waiting(parser: ArgumentParser) -> None:
    waiting = parser.add_mutually_exclusive_group()
    waiting.add_argument("--wait", action="store_true", default=None, help="stay until the run has ended")
    waiting.add_argument("--detach", action="store_false", dest="wait", help="do not stay")


def _doctor(parser: ArgumentParser) -> None:
    parser.add_argument("--rebuild", action="store_true", help="read all records again into the index")
    parser.add_argument(
        "--gc",
        action="store_true",
        help="drop stored files that no record needs, and leftovers of killed submits",
    )


def _selected(parser: ArgumentParser) -> None:
    parser.add_argument(
        "runs",
        nargs="*",
        metavar="RUN",
        help="last (the default), last~1, 12, EXPERIMENT/12, 4 digits of the id",
    )
    parser.add_argument("--experiment", help="the experiment that a bare number counts in")


def _logs(parser: ArgumentParser) -> None:
    _selected(parser)
    parser.add_argument("--tail", type=int, metavar="N", help="only the last N lines")
    parser.add_argument("--follow", "-f", action="store_true", help="go on until the run has ended")


def _wait(parser: ArgumentParser) -> None:
    _selected(parser)
    parser.add_argument("--timeout", metavar="TIME", help="wait at most this long: 90, 30m, 2h")


def _config(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a configuration; none: what there is")
    parser.add_argument("--from", dest="base", metavar="OTHER", help="(cell) begin with a copy of OTHER")
    parser.add_argument("--full", action="store_true", help="show every setting, as YAML")
    parser.add_argument("--schema", action="store_true", help="show what a file may hold, as JSON Schema")


def _settings(parser: ArgumentParser) -> None:
    parser.add_argument(
        "settings",
        nargs="+",
        metavar="KEY=VALUE",
        help="as in the file: target=local (in the shell, after the NAME of a configuration)",
    )


def _named(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the configuration .azureml/NAME.runconfig")


def _maybe_named(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="default: the current one's")


def _form(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="make this configuration the current one")


def _snapshot(parser: ArgumentParser) -> None:
    parser.add_argument("--source", metavar="DIR", help="the directory (default: as for submit)")
    parser.add_argument("--explain", metavar="PATH", help="which line of which file keeps or drops PATH")


def _diff(parser: ArgumentParser) -> None:
    _selected(parser)
    parser.add_argument(
        "--source", metavar="DIR", help="compare with this directory (default: where the run was sent from)"
    )
    parser.add_argument("--stat", action="store_true", help="only the names of the files")


def _checkout(parser: ArgumentParser) -> None:
    parser.add_argument("runs", nargs=1, metavar="RUN", help="last, last~1, 12, EXPERIMENT/12, …")
    parser.add_argument("directory", metavar="DIR", help="a new or empty directory")
    parser.add_argument("--experiment", help="the experiment that a bare number counts in")


def _download(parser: ArgumentParser) -> None:
    parser.add_argument(
        "runs",
        nargs="*",
        metavar="RUN [PATH …]",
        help="a run (default: last), and which of its files: outputs/model.pkl, logs, 'outputs/*.png'",
    )
    parser.add_argument("--to", metavar="DIR", help="where they go (default: ./RUN_ID, ignored by git)")
    parser.add_argument("--snapshot", action="store_true", help="what ran as well, under snapshot/")
    parser.add_argument("--force", action="store_true", help="replace files that differ")
    parser.add_argument("--experiment", help="the experiment that a bare number counts in")


def _part(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="what `--include` calls it")


def _v1(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=["enable", "disable", "status"], nargs="?", default="status")


def _quickstart(parser: ArgumentParser) -> None:
    parser.add_argument(
        "directory", nargs="?", default="diabetes", help="where the example is made (default: diabetes)"
    )


class Verb:
    """One verb: what it does in a line, and its words."""

    def __init__(self, does: str, words: Callable[[ArgumentParser], None], where: str = "both") -> None:
        self.does = does
        self.words = words
        self.where = where


VERBS = {
    "config": Verb("show a configuration; with a YAML cell body, create it", _config),
    "set": Verb("change settings of the current configuration; in the shell, of NAME", _settings),
    "form": Verb("edit the current configuration in a form", _form, "notebook"),
    "load": Verb("make .azureml/NAME.runconfig the current configuration", _named, "notebook"),
    "save": Verb("write the current configuration to .azureml/NAME.runconfig", _maybe_named, "notebook"),
    "delete": Verb("remove the configuration NAME", _named),
    "submit": Verb("snapshot, submit, show live; in a cell, the body is the script", _submit),
    "runs": Verb("list runs, newest first", _runs),
    "runs archive": Verb("hide runs in lists; everything of them stays", _these),
    "runs restore": Verb("show archived runs in lists again", _these),
    "runs remove": Verb("delete records for good, by name or by filter", _remove),
    "runs export": Verb("write runs with snapshots and children into one file", _export),
    "runs import": Verb("take in the runs of such a file", _import),
    "metrics": Verb("the metrics of a run, or the values of one", _metrics),
    "show": Verb("one run: status, metrics, the end of its log", _selected),
    "logs": Verb("what a run printed", _logs),
    "wait": Verb("stay until runs have ended; fails if they failed", _wait),
    "cancel": Verb("end runs, whole process trees", _selected),
    "snapshot": Verb("what would be sent, how big, what is ignored by which line", _snapshot),
    "experiment": Verb("the experiment of this kernel's runs, and which there are", _experiment),
    "targets": Verb("the compute targets that there are", _nothing),
    "targets check": Verb("look whether targets are ready: interpreter, slots, disk", _targets),
    "targets add": Verb("name a place to run, with what its executor must know", _targets_add),
    "targets remove": Verb("forget a target that was added", _target_named),
    "data": Verb("SDK v1's datastores: names for directories", _nothing),
    "data add": Verb("give a directory of this machine the name of a datastore", _data_add),
    "data remove": Verb("forget the name of a datastore", _data_named),
    "env": Verb("the environments that are built here, their sizes and last use", env_options.listed),
    "env list": Verb("the same as `env`", env_options.listed),
    "env show": Verb("what is in a built environment, and which runs used it", env_options.names),
    "env build": Verb("build an environment now, before a run needs it", env_options.build),
    "env remove": Verb("take built environments off the disk; runs build them anew", env_options.remove),
    "env infer": Verb("the packages that a script, or this notebook, imports", env_options.infer),
    "compare": Verb("runs side by side: settings that differ, metrics, charts", _compare),
    "diff": Verb("what two runs, or a run and its directory, have differently", _diff),
    "checkout": Verb("put exactly what ran into a new directory", _checkout),
    "download": Verb("copy a run's outputs and logs out of its record", _download),
    "rerun": Verb("repeat a run exactly, or with a change", _rerun),
    "doctor": Verb("check the installation and the records, repair the index", _doctor),
    "v1": Verb("SDK v1's names in every Python of this environment", _v1, "shell"),
    "part": Verb("(cell) run it here, and remember it for `submit --include NAME`", _part, "notebook"),
    "quickstart": Verb("the main job end to end, on an example", _quickstart, "shell"),
}
