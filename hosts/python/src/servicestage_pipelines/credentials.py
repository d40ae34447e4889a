"""In whose name requests are made, and where that is found."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

ADVICE = (
    "set HW_ACCESS_KEY and HW_SECRET_KEY (and HW_SECURITY_TOKEN if the key is temporary), or HW_AUTH_TOKEN, or "
    "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK (and HUAWEICLOUD_SDK_SECURITY_TOKEN), or pass `credentials`"
)


@dataclass(frozen=True, repr=False)
class Token:
    """An IAM token of the project's region. It is valid for 24 hours."""

    token: str

    def __repr__(self) -> str:
        return "Token(...)"


@dataclass(frozen=True, repr=False)
class AccessKey:
    """A permanent or temporary access key, with which every attempt is signed."""

    access_key_id: str
    secret_access_key: str
    security_token: str | None = None
    """Belongs to a temporary access key."""

    def __repr__(self) -> str:
        return "AccessKey(...)"


@dataclass(frozen=True)
class Ambient:
    """Somebody on the way adds what authenticates, such as a gateway at `endpoint`: requests are sent bare."""


Credentials = Token | AccessKey | Ambient


class CredentialsError(Exception):
    """The environment holds no credentials, or half of them."""

    def __init__(self, argument: str, reason: str) -> None:
        super().__init__(reason)
        self.argument = argument
        self.reason = reason


def of_environment(environment: Mapping[str, str] = os.environ) -> Credentials:
    """The credentials of the first family of variables that has any; two families are never mixed. An empty variable
    counts as unset. Raises `CredentialsError`."""

    def value(name: str) -> str | None:
        return environment.get(name) or None

    for token, *names in (
        ("HW_AUTH_TOKEN", "HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"),
        (None, "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN"),
    ):
        is_set = [name for name in names if value(name)]
        if token and value(token):
            if is_set:
                reason = f"{token} is set together with {', '.join(is_set)}; unset one or the other"
                raise CredentialsError("credentials", reason)
            return Token(environment[token])
        if is_set:
            return _access_key(names, value(names[0]), value(names[1]), value(names[2]))
    raise CredentialsError("credentials", f"there are none: {ADVICE}")


def _access_key(names: list[str], key: str | None, secret: str | None, security_token: str | None) -> AccessKey:
    parts = zip(names, (key, secret, security_token), strict=True)
    given = " and ".join(name for name, part in parts if part)
    verb = "are" if " and " in given else "is"
    if not key:
        raise CredentialsError("credentials.access-key-id", f"{given} {verb} set, {names[0]} is missing")
    if not secret:
        raise CredentialsError("credentials.secret-access-key", f"{given} {verb} set, {names[1]} is missing")
    return AccessKey(key, secret, security_token)
