"""The words of `env` and its kin."""

from __future__ import annotations

from argparse import ArgumentParser


def names(parser: ArgumentParser) -> None:
    parser.add_argument("names", nargs="+", metavar="ENVIRONMENT", help="the beginning of its name in `env`")


def build(parser: ArgumentParser) -> None:
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="kernel, a registered name, a conda or requirements file (default: the configuration's)",
    )


def remove(parser: ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="ENVIRONMENT", help="the beginning of its name in `env`")
    parser.add_argument("--older", metavar="TIME", help="those not used since: 30d, 2026-11-01")


def infer(parser: ArgumentParser) -> None:
    parser.add_argument(
        "script", nargs="?", metavar="SCRIPT", help="a script or notebook (default: this notebook's cells)"
    )
    parser.add_argument("--to", metavar="FILE", help="write a conda file, for `--env FILE`")
