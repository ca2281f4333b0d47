"""Spark and Hadoop: settings of the job, and packages of the environment."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from .section import Section
from .value import OneOf, OptionalText, PlainMap, TextList, YesNo, setting


class SparkPackage(Section):
    """One Maven package for Spark."""

    group: OptionalText = setting(None, "Maven group id.")
    artifact: OptionalText = setting(None, "Maven artifact id.")
    version: OptionalText = setting(None, "Version of the package.")

    def __init__(self, group: Any = None, artifact: Any = None, version: Any = None) -> None:
        super().__init__(group=group, artifact=artifact, version=version)


class SparkSection(Section):
    """Packages that Spark needs."""

    place: ClassVar[str] = "environment.spark"

    repositories: TextList = setting(list, "Addresses of Maven repositories.")
    packages: list[SparkPackage] = setting(list, "Maven packages to have.")
    precache_packages: YesNo = setting(True, "Fetch the packages when the environment is built.")


class SparkConfiguration(Section):
    """Settings that Spark gets when the framework is PySpark."""

    place: ClassVar[str] = "spark"

    configuration: PlainMap = setting(
        lambda: {"spark.app.name": "Azure ML Experiment", "spark.yarn.maxAppAttempts": 1},
        "Spark's own settings by name, spark.executor.memory for example.",
    )


class HdiConfiguration(Section):
    """How YARN starts the driver."""

    place: ClassVar[str] = "hdi"

    yarn_deploy_mode: Annotated[str, OneOf("cluster", "client")] = setting(
        "cluster", "Where the driver runs: in the cluster, or on the client."
    )
