"""The words of `env` and its kin."""

from __future__ import annotations

from argparse import ArgumentParser


def names(parser: ArgumentParser) -> None:
    help_text = "the beginning of its name in `env`, or one of the names that SDK v1 curated"
    parser.add_argument("names", nargs="+", metavar="ENVIRONMENT", help=help_text)


def listed(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--curated", action="store_true", help="the definitions for the names that SDK v1 curated"
    )


def build(parser: ArgumentParser) -> None:
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="kernel, a registered name, a conda or requirements file (default: the configuration's)",
    )
    parser.add_argument("--target", metavar="NAME", help="where it would run: docker builds an image")


def remove(parser: ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="ENVIRONMENT", help="the beginning of its name in `env`")
    parser.add_argument("--older", metavar="TIME", help="those not used since: 30d, 2026-11-01")


def infer(parser: ArgumentParser) -> None:
    parser.add_argument(
        "script", nargs="?", metavar="SCRIPT", help="a script or notebook (default: this notebook's cells)"
    )
    parser.add_argument("--to", metavar="FILE", help="write a conda file, for `--env FILE`")
