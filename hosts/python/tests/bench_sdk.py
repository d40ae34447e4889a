"""The listing as the vendor's SDK for Python would fetch it: its transport, its signature, its decoding.

The SDK has no such call. The models here have the form of those that it is generated with.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

_FIELDS = {
    "id": "str",
    "name": "str",
    "description": "str",
    "create_time": "int",
    "update_time": "int",
    "version": "int",
    "config_mode": "str",
    "creator": "str",
    "model_version": "int",
    "status": "int",
    "last_trigger_at": "int",
    "enterprise_project_id": "str",
    "enterprise_project": "str",
    "extend_info": "object",
}


def listing(url: str, project: str, key: str, secret: str) -> Callable[[], int] | None:
    """Fetches the listing and returns how long it is; None if the SDK is not installed."""
    try:
        from huaweicloudsdkcore.auth.credentials import BasicCredentials
        from huaweicloudsdkcore.client import Client, ClientBuilder
        from huaweicloudsdkcore.sdk_response import SdkResponse
    except ImportError:
        return None
    models = ModuleType("models")
    _define(models, "Pipeline", "object", _FIELDS)
    models.SdkResponse = SdkResponse  # type: ignore[attr-defined]
    _define(models, "ListPipelinesResponse", "SdkResponse", {"pipelines": "list[Pipeline]"})
    credentials = BasicCredentials(key, secret, project)
    client: Any = ClientBuilder(Client).with_credentials(credentials).with_endpoints([url]).build()
    client.model_package = models

    def run() -> int:
        answer = client.do_http_request(
            method="GET",
            resource_path="/v3/{project_id}/pipeline/pipelines",
            path_params={},
            query_params=[],
            header_params={"Content-Type": "application/json"},
            post_params={},
            collection_formats={},
            response_type="ListPipelinesResponse",
            response_headers=[],
            request_type="ListPipelinesRequest",
        )
        return len(answer.pipelines)

    return run


def _define(models: ModuleType, name: str, base: str, fields: dict[str, str]) -> None:
    """A class whose values are set one by one through properties."""
    lines = [
        f"class {name}({base}):",
        "    sensitive_list = []",
        f"    openapi_types = {fields}",
        f"    attribute_map = {dict(zip(fields, fields, strict=True))}",
        f"    def __init__(self, {', '.join(f'{field}=None' for field in fields)}):",
        *(["        super().__init__()"] if base != "object" else []),
        *(f"        self._{field} = None" for field in fields),
        "        self.discriminator = None",
    ]
    for field in fields:
        lines += [f"        if {field} is not None:", f"            self.{field} = {field}"]
    for field in fields:
        lines += ["    @property", f"    def {field}(self):", f"        return self._{field}"]
        lines += [f"    @{field}.setter", f"    def {field}(self, {field}):", f"        self._{field} = {field}"]
    exec("\n".join(lines), models.__dict__)
