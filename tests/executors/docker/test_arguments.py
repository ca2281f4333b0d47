"""The options of `docker run` in a configuration: what the engine is asked for, and what is refused."""

import pytest

from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.executors.docker.arguments import parse


@pytest.mark.parametrize(
    ("words", "host"),
    [
        (["-m", "512m"], {"Memory": 512 << 20}),
        (["-m512m"], {"Memory": 512 << 20}),
        (["--memory=1.5g"], {"Memory": 3 << 29}),
        (["--memory-swap", "-1"], {"MemorySwap": -1}),
        (["--cpus", ".5"], {"NanoCpus": 500_000_000}),
        (["--ipc=host", "--shm-size", "8g"], {"IpcMode": "host", "ShmSize": 8 << 30}),
        (["--gpus", "all"], {"DeviceRequests": [{"Count": -1, "Capabilities": [["gpu"]]}]}),
        (["--gpus", "2"], {"DeviceRequests": [{"Count": 2, "Capabilities": [["gpu"]]}]}),
        (
            ["--gpus", '"device=0,1"'],
            {"DeviceRequests": [{"DeviceIDs": ["0", "1"], "Capabilities": [["gpu"]]}]},
        ),
        (["-v", "/a:/b:ro", "-v", "cache:/c"], {"Binds": ["/a:/b:ro", "cache:/c"]}),
        (["-v /a:/b"], {"Binds": ["/a:/b"]}),
        (
            ["--mount", "type=bind,src=/a,dst=/b,readonly"],
            {"Mounts": [{"Type": "bind", "Source": "/a", "Target": "/b", "ReadOnly": True}]},
        ),
        (["--net", "host", "-it", "--rm", "-d"], {"NetworkMode": "host"}),
        (["--tmpfs", "/x:size=1g", "--tmpfs=/y"], {"Tmpfs": {"/x": "size=1g", "/y": ""}}),
        (["--ulimit", "memlock=-1"], {"Ulimits": [{"Name": "memlock", "Soft": -1, "Hard": -1}]}),
        (["--cap-add=SYS_PTRACE", "--cap-drop", "ALL"], {"CapAdd": ["SYS_PTRACE"], "CapDrop": ["ALL"]}),
        (
            ["--device", "/dev/fuse:/dev/f:r"],
            {"Devices": [{"PathOnHost": "/dev/fuse", "PathInContainer": "/dev/f", "CgroupPermissions": "r"}]},
        ),
        (["--add-host", "db:10.0.0.1"], {"ExtraHosts": ["db:10.0.0.1"]}),
        (["--init", "--privileged=false"], {"Init": True}),
        (["--sysctl", "net.core.somaxconn=9"], {"Sysctls": {"net.core.somaxconn": "9"}}),
        ([], {}),
    ],
)
def test_what_the_engine_is_asked_for(words, host):
    """In each of the forms that `docker run` takes."""
    assert parse(words) == {"HostConfig": host}


def test_what_is_not_of_the_host(tmp_path):
    """Variables, files of variables, ports, labels, user, host name, directory."""
    (tmp_path / "env").touch()
    words = [
        "-e",
        "A=1",
        "-eB=2=3",
        "--env-file",
        f"{tmp_path}/env",
        "-p",
        "127.0.0.1:80:8080/udp",
        "-p",
        "9",
    ]
    words += ["-l", "team=ml", "-u", "7:8", "-h", "box", "-w", "/x"]
    assert parse(words) == {
        "HostConfig": {
            "PortBindings": {
                "8080/udp": [{"HostIp": "127.0.0.1", "HostPort": "80"}],
                "9/tcp": [{"HostIp": "", "HostPort": ""}],
            }
        },
        "Environment": {"A": "1", "B": "2=3"},
        "EnvironmentFiles": [f"{tmp_path}/env"],
        "ExposedPorts": {"8080/udp": {}, "9/tcp": {}},
        "Labels": {"team": "ml"},
        "User": "7:8",
        "Hostname": "box",
        "WorkingDir": "/x",
    }


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["--shm-sise", "2g"], "`docker run` has no such option here", "did you mean '--shm-size'?"),
        (["--entrypoint", "sh"], "--entrypoint: it has no effect here", "the run's script"),
        (["--memory", "lots"], "--memory: 'lots' is no size", "2g"),
        (["--memory"], "--memory: '' is no size", "2g"),
        (["-e", "TOKEN"], "--env: 'TOKEN' has no value", "`--secret TOKEN`"),
        (["-v", "data"], "--volume: 'data' is no volume", "/directory/here"),
        (["-p", "99999"], "--publish: '99999' publishes no port", "8080:80"),
        (["--gpus", "some"], "--gpus: 'some' names no GPUs", "all"),
        (["--cpus", "0"], "--cpus: '0' is no number of cores", "0.5"),
        (["ubuntu"], "ubuntu: `docker run` has no such option here", "--volume"),
        (["--mount", "type=bind"], "--mount: 'type=bind' is no mount", "target="),
        (["--env-file", "/no/such"], "--env-file: there is no file '/no/such'", "a path"),
        (["--ulimit", "x"], "--ulimit: 'x' is no limit", "nofile="),
        (["--add-host", "db"], "--add-host: 'db' names no host and its address", "NAME:ADDRESS"),
        (["--tmpfs", "x"], "--tmpfs: 'x' is no directory", "/scratch"),
        (["--device", "x"], "--device: 'x' is no device", "/dev/name"),
        (["--pids-limit", "many"], "--pids-limit: 'many' is no whole number", "1, 2"),
        (["--label", "=x"], "--label: '=x' has no name", "NAME=VALUE"),
        (["--expose", "http"], "--expose: 'http' is no port", "8080"),
    ],
)
def test_what_is_refused(words, message, hint):
    """Before anything is submitted, with what would be right."""
    with pytest.raises(ConfigError) as caught:
        parse(words)
    (fault,) = caught.value.faults
    assert message in fault.message
    assert (fault.key, hint in fault.hint) == ("docker.arguments", True)


def test_all_faults_at_once():
    """Not one after the other."""
    with pytest.raises(ConfigError) as caught:
        parse(["--memory", "x", "--cpus", "y", "--nope"])
    assert [fault.message.split(":")[0] for fault in caught.value.faults] == ["--memory", "--cpus", "--nope"]
