"""Estimators of SDK v1: configurations in older words."""

import pytest

from jupyter_runcfg import CondaDependencies, Environment, Experiment, MpiConfiguration, RunConfiguration
from jupyter_runcfg.azureml.estimator import Estimator, PyTorch, SKLearn
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.runtime.v1.dataset import Dataset


def test_a_script_with_parameters():
    """Parameters become arguments, an empty one a flag; nothing else differs from a plain run."""
    made = SKLearn(".", entry_script="t.py", script_params={"--rate": 0.1, "--deep": ""}, vm_size="D2")
    assert made.run_config == RunConfiguration("t.py", ["--rate", 0.1, "--deep"])


def test_packages(tmp_path):
    """Lists and files of packages are one environment."""
    file = tmp_path / "requirements.txt"
    file.write_text("pandas\n")
    made = Estimator(
        *(tmp_path,),
        entry_script="t.py",
        conda_packages=["scikit-learn"],
        pip_packages=["xgboost"],
        pip_requirements_file=file,
    )
    wanted = CondaDependencies()
    for package in ("pandas", "xgboost"):
        wanted.add_pip_package(package)
    wanted.add_conda_package("scikit-learn")
    assert made.run_config.environment.python.conda_dependencies == wanted
    assert not made.run_config.docker.use_docker


def test_an_image():
    """One of one's own is a container without packages, where it is said so."""
    made = Estimator(".", entry_script="t.py", custom_docker_image="me/torch:1", user_managed=True)
    environment = made.run_config.environment
    assert (environment.docker.base_image, made.run_config.docker.use_docker) == ("me/torch:1", True)
    assert environment.python.user_managed_dependencies


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ({"distributed_backend": "mpi", "node_count": 2}, {"communicator": "IntelMpi", "node_count": 2}),
        ({"distributed_backend": "ps", "worker_count": 3}, {"communicator": "ParameterServer"}),
        ({"distributed_backend": "Gloo", "node_count": 2}, {"communicator": "gloo", "node_count": 2}),
        ({"distributed_training": MpiConfiguration(4)}, {"mpi": MpiConfiguration(4)}),
    ],
)
def test_processes(words, keys):
    """Each way to connect processes is that of the configuration."""
    config = PyTorch(".", entry_script="t.py", **words).run_config
    assert {key: getattr(config, key) for key in keys} == keys


def test_words_that_are_wrong():
    """An unknown parameter, way to connect or input says what would be right."""
    for words, message, hint in [
        ({"entry_scrip": "t.py"}, "an estimator has no 'entry_scrip'", "did you mean 'entry_script'?"),
        (
            {"distributed_backend": "pvm"},
            "'pvm' is no way to connect processes",
            "one of mpi, ps, nccl, gloo",
        ),
        ({"inputs": [1]}, "'int' is no input", "`dataset.as_named_input(name)`, `datastore.as_mount()`"),
    ]:
        with pytest.raises(ConfigError) as caught:
            Estimator(".", **words)
        assert (caught.value.message, caught.value.hint) == (message, hint)


def test_it_is_submitted(project):
    """`Experiment.submit` takes it; the script finds its inputs and its parameters."""
    table = project.write("table.csv", "x\n1\n2\n")
    project.write(
        "train.py",
        """
        import sys
        from azureml.core import Run
        run = Run.get_context()
        print(run.input_datasets["rows"].paths, sys.argv[1:])
        """,
    )
    made = Estimator(
        ".",
        entry_script="train.py",
        script_params={"--rate": 0.1},
        compute_target="local",
        environment_definition=Environment("default-environment"),
        environment_variables={"A": "b"},
        inputs=[Dataset.Tabular.from_delimited_files(str(table)).as_named_input("rows")],
    )
    run = Experiment(None, "estimated").submit(made)
    assert run.wait(30).status == "Completed", run.logs()
    assert run.logs() == f"{[str(table)]} ['--rate', '0.1']\n"
