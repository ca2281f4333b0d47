"""SDK v1's ways to sign in, for scripts that name them: here is nothing to sign in to."""


class AbstractAuthentication:
    """Takes whatever v1's takes, and keeps none of it."""

    def __init__(self, *_arguments: "object", **_named: "object") -> "None":
        pass

    def __repr__(self) -> "str":
        return "{}()".format(type(self).__name__)


class AzureCliAuthentication(AbstractAuthentication):
    pass


class InteractiveLoginAuthentication(AbstractAuthentication):
    pass


class MsiAuthentication(AbstractAuthentication):
    pass


class ServicePrincipalAuthentication(AbstractAuthentication):
    pass


class TokenAuthentication(AbstractAuthentication):
    pass
