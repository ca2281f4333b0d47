"""Compute targets as SDK v1's notebooks ask for them."""

import pytest

from jupyter_runcfg.azureml import TABLE
from jupyter_runcfg.errors import TargetError
from jupyter_runcfg.run import ComputeTarget, Workspace
from jupyter_runcfg.submission.target import Target, add_target, project_file

HINT = (
    "say once what it stands for: `jupyter runcfg targets add cpu-cluster local` is this machine, "
    "`… cpu-cluster docker` its containers"
)


def cluster():
    """What the first cells of v1's notebooks do."""
    try:
        return ComputeTarget(workspace=Workspace(), name="cpu-cluster")
    except TargetError:
        wanted = ComputeTarget.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4)
        return ComputeTarget.create(Workspace(), "cpu-cluster", wanted)


def test_one_that_has_no_name(project):
    """No machine is rented: the error says how to name one."""
    with pytest.raises(TargetError) as caught:
        cluster()
    assert caught.value.message == "no compute target named 'cpu-cluster', and none is rented"
    assert caught.value.hint == HINT


def test_one_that_has_a_name(project, capsys):
    """It is found, or created again, is there at once, and is what v1's checks ask for."""
    add_target(Target("cpu-cluster", "local"), project_file(project.directory))
    found = cluster()
    assert type(found) is ComputeTarget
    created = ComputeTarget.create(Workspace(), "cpu-cluster", None)
    found.wait_for_completion(show_output=True, min_node_count=None, timeout_in_minutes=20)
    assert capsys.readouterr().out == "cpu-cluster is there: local\n"
    assert (created.name, created.type, created.provisioning_state) == ("cpu-cluster", "local", "Succeeded")
    assert found.get_status().serialize()["allocationState"] == found.status.allocation_state == "Steady"
    found.update(max_nodes=2)
    found.delete()
    assert [one.name for one in ComputeTarget.list(Workspace())] == ["local", "docker", "cpu-cluster"]
    assert (found.list_nodes(), ComputeTarget.supported_vmsizes(Workspace())) == ([], [])
    assert Workspace().get_default_compute_target("CPU").name == "local"


def test_the_names_that_v1_has_for_it():
    """Clusters, instances and machines of v1 are all compute targets."""
    kinds = TABLE["azureml.core.compute"]
    assert {kinds[name] for name in ("AmlCompute", "ComputeInstance", "RemoteCompute", "ComputeTarget")} == {
        ("jupyter_runcfg.run", "ComputeTarget")
    }
