"""Libraries and clusters of Databricks: kept as SDK v1 wrote them."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from .section import Section
from .value import (
    OptionalPlainList,
    OptionalPlainMap,
    OptionalText,
    OptionalTextList,
    OptionalYesNo,
    Text,
    TextList,
    Whole,
    YesNo,
    setting,
)


class MavenLibrary(Section):
    """A library from Maven."""

    coordinates: Text = setting("", "Group, artifact and version, separated by colons.")
    repo: Text = setting("", "Address of the repository; empty for the central one.")
    exclusions: TextList = setting(list, "Dependencies to leave out.")

    def __init__(self, coordinates: Any = None, repo: Any = None, exclusions: Any = None) -> None:
        super().__init__(coordinates=coordinates, repo=repo, exclusions=exclusions)


class PyPiLibrary(Section):
    """A library from PyPI."""

    package: Text = setting("", "Name of the package, with its version if one is wanted.")
    repo: Text = setting("", "Address of the index; empty for PyPI.")

    def __init__(self, package: Any = None, repo: Any = None) -> None:
        super().__init__(package=package, repo=repo)


class RCranLibrary(Section):
    """A library from CRAN."""

    package: Text = setting("", "Name of the package.")
    repo: Text = setting("", "Address of the mirror; empty for the default one.")

    def __init__(self, package: Any = None, repo: Any = None) -> None:
        super().__init__(package=package, repo=repo)


class JarLibrary(Section):
    """A JAR file."""

    library: Text = setting("", "Address of the file.")

    def __init__(self, library: Any = None) -> None:
        super().__init__(library=library)


class EggLibrary(Section):
    """A Python egg."""

    library: Text = setting("", "Address of the file.")

    def __init__(self, library: Any = None) -> None:
        super().__init__(library=library)


class DatabricksCluster(Section):
    """The cluster to use, or to make."""

    existing_cluster_id: OptionalText = setting(None, "Id of a cluster that is there.")
    spark_version: OptionalText = setting(None, "Version of Databricks' runtime.")
    node_type: OptionalText = setting(None, "Kind of machine.")
    instance_pool_id: OptionalText = setting(None, "Pool to take machines from.")
    num_workers: Annotated[int | None, Whole("workers", 0)] = setting(
        None, "Workers, when their number is fixed."
    )
    min_workers: Annotated[int | None, Whole("workers", 0)] = setting(
        None, "Fewest workers, when it may vary."
    )
    max_workers: Annotated[int | None, Whole("workers", 0)] = setting(None, "Most workers, when it may vary.")
    spark_env_variables: OptionalPlainMap = setting(None, "Environment variables of Spark.")
    spark_conf: OptionalPlainMap = setting(None, "Spark's own settings by name.")
    init_scripts: OptionalPlainList = setting(None, "Scripts run when a machine starts.")
    cluster_log_dbfs_path: OptionalText = setting(None, "Where the cluster's logs go.")
    permit_cluster_restart: OptionalYesNo = setting(None, "Whether a stopped cluster may be started again.")


class DatabricksSection(Section):
    """What a step on Databricks has installed."""

    place: ClassVar[str] = "environment.databricks"
    omitted: ClassVar[frozenset[str]] = frozenset({"cluster"})

    maven_libraries: list[MavenLibrary] = setting(list, "Libraries from Maven.")
    pypi_libraries: list[PyPiLibrary] = setting(list, "Libraries from PyPI.")
    rcran_libraries: list[RCranLibrary] = setting(list, "Libraries from CRAN.")
    jar_libraries: list[JarLibrary] = setting(list, "JAR files.")
    egg_libraries: list[EggLibrary] = setting(list, "Python eggs.")
    cluster: DatabricksCluster | None = setting(None, "The cluster to use, or to make.")


class RCranPackage(Section):
    """An R package from CRAN."""

    name: OptionalText = setting(None, "Name of the package.")
    version: OptionalText = setting(None, "Version of the package.")
    repository: OptionalText = setting(None, "Address of the mirror.")


class RGitHubPackage(Section):
    """An R package from GitHub."""

    repository: OptionalText = setting(None, "Owner and name of the repository.")
    auth_token: OptionalText = setting(
        None,
        "Token for a private repository; better kept out of files.",
        json_schema_extra={"format": "password"},
    )


class RSection(Section):
    """R and its packages."""

    place: ClassVar[str] = "environment.r"

    r_version: OptionalText = setting(None, "Version of R.")
    user_managed: YesNo = setting(False, "R and its packages are in the image already.")
    rscript_path: OptionalText = setting(None, "Path of Rscript.")
    snapshot_date: OptionalText = setting(None, "Date of the CRAN snapshot to install from.")
    cran_packages: list[RCranPackage] | None = setting(None, "Packages from CRAN.")
    github_packages: list[RGitHubPackage] | None = setting(None, "Packages from GitHub.")
    custom_url_packages: OptionalTextList = setting(None, "Addresses of more packages.")
    bioconductor_packages: OptionalTextList = setting(None, "Packages from Bioconductor.")
