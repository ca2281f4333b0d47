"""Packages of SDK v1 that no current Python can install and no run needs: the runtime has their names."""

from __future__ import annotations

_NAMES = frozenset(
    """
    azureml-accel-models azureml-automl-core azureml-automl-runtime azureml-core azureml-dataprep
    azureml-dataprep-native azureml-dataprep-rslex azureml-dataset-runtime azureml-defaults azureml-mlflow
    azureml-pipeline azureml-pipeline-core azureml-pipeline-steps azureml-sdk azureml-telemetry azureml-train
    azureml-train-automl azureml-train-automl-client azureml-train-automl-runtime azureml-train-core
    azureml-train-restclients-hyperdrive azureml-widgets
    """.split()  # noqa: SIM905 - to be read by people
)
# what SDK v1, by its own version, put into each new configuration and into the files that it wrote
_DEFAULT_PYTHONS = ("3.6.1", "3.6.2", "3.8.1", "3.8.13", "3.10.18")


def is_offered(name: str) -> bool:
    """Whether this package (its name as PEP 503 has it) is left out."""
    return name in _NAMES


def is_default_python(version: str | None) -> bool:
    """Whether it may well be that nobody chose this version: SDK v1 wrote it by itself, or there is none."""
    return version is None or version in _DEFAULT_PYTHONS
