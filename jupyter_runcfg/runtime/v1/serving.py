"""What SDK v1 notes of a model for those who serve it; nothing is served from here."""

from ...errors import UserErrorException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WHY = "models are not served from here"
INSTEAD = "`Model(ws, name).download(directory)` hands its files to a server of your choice"


class Framework:
    """v1's names of what a model was made with, for `model_framework`."""

    CUSTOM = "Custom"
    MULTI = "Multi"
    ONNX = "Onnx"
    SCIKITLEARN = "ScikitLearn"
    TENSORFLOW = "TensorFlow"


class ResourceConfiguration:
    """What v1 would give a server of the model; it is not kept."""

    def __init__(
        self, cpu: "float | None" = None, memory_in_gb: "float | None" = None, gpu: "int | None" = None
    ) -> "None":
        self.cpu = cpu
        self.memory_in_gb = memory_in_gb
        self.gpu = gpu

    def __repr__(self) -> "str":
        return "ResourceConfiguration(cpu={}, memory_in_gb={}, gpu={})".format(
            self.cpu, self.memory_in_gb, self.gpu
        )


def refuse(*_arguments: "Any", **_named: "Any") -> "Any":
    """v1's `Model.deploy`, `package` and `profile`. Raises UserErrorException."""
    raise UserErrorException(WHY, hint=INSTEAD)
