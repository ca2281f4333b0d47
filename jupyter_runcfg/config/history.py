"""What is kept of a run beside its logs."""

from __future__ import annotations

from typing import Annotated, ClassVar

from ..errors import Fault
from .section import Section
from .value import OneOf, OptionalText, TextList, YesNo, setting

_NEEDS = {
    "aadtoken": (("secret",), ("app_id", "tenant")),
    "runtoken": ((), ("secret", "app_id", "tenant")),
    "serviceprincipal": (("app_id", "secret", "tenant"), ()),
}


class AmbientAuthenticationConfiguration(Section):
    """Who a run was on Azure; kept, and without effect here."""

    place: ClassVar[str] = "history.ambientAuthentication"

    method: Annotated[str | None, OneOf("AADToken", "RunToken", "ServicePrincipal")] = setting(
        None, "How the run signs in."
    )
    app_id: OptionalText = setting(None, "Id of the service principal.")
    secret: OptionalText = setting(
        None, "Token or password; better kept out of files in git.", json_schema_extra={"format": "password"}
    )
    tenant: OptionalText = setting(None, "Id of the tenant.")
    delete_secret_after_run: YesNo = setting(False, "Remove the secret when the run has ended.")

    def faults(self) -> list[Fault]:
        """Each method needs its own settings, and takes no others."""
        needed, barred = _NEEDS.get((self.method or "").lower(), ((), ()))
        missing = [self.key(name) for name in needed if not getattr(self, name)]
        surplus = [self.key(name) for name in barred if getattr(self, name)]
        found = []
        if missing:
            found.append(Fault(f"the method '{self.method}' needs {' and '.join(missing)}", "method"))
        if surplus:
            found.append(Fault(f"the method '{self.method}' takes no {' and no '.join(surplus)}", "method"))
        return found


class HistoryConfiguration(Section):
    """Whether outputs are collected and the source directory is frozen."""

    place: ClassVar[str] = "history"
    old_keys: ClassVar[dict[str, str]] = {"enabled": "output_collection"}
    omitted: ClassVar[frozenset[str]] = frozenset({"ambient_authentication"})

    output_collection: YesNo = setting(True, "Collect what the run writes to ./outputs.")
    snapshot_project: YesNo = setting(True, "Keep the frozen source directory with the run.")
    directories_to_watch: TextList = setting(
        lambda: ["logs"], "Directories whose files are kept while the run writes them."
    )
    ambient_authentication: AmbientAuthenticationConfiguration | None = setting(
        None, "Who the run is on Azure."
    )
