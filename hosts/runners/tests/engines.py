"""The facade deployed under each engine, as docs/runners.md has it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conftest import COMPONENT, COMPOSED, FACADE, running

ENGINES = ["wasmtime serve", "wasmCloud, composed", "wasmCloud, linked"]

READY = {"wasmtime": "Serving HTTP on", "wash": "listening for HTTP requests"}
"""The last words of an engine before it answers."""


@contextmanager
def deployed(
    engine: str, programs: dict[str, Path], service: str, folder: Path, egress: str = "127.0.0.1"
) -> Iterator[str]:
    """Runs the facade, which asks this service. Under wasmCloud with egress to this host, or to none."""
    environment = asking(service)
    if engine == "wasmtime serve":
        command: list[str | Path] = [programs["wasmtime"], "serve", "-S", "cli", "--addr", "127.0.0.1:0"]
        for name, value in environment.items():
            command += ["--env", f"{name}={value}"]
        with running([*command, COMPOSED], READY["wasmtime"]) as origin:
            yield origin
        return

    (folder / ".wash").mkdir()
    (folder / ".wash" / "config.yaml").write_text(_wash(engine, environment, [egress] if egress else []))
    with running([programs["wash"], "-C", folder, "dev", "--non-interactive"], READY["wash"], folder) as origin:
        yield origin


def asking(service: str) -> dict[str, str]:
    """The environment in which the facade asks this service."""
    return {"HW_REGION_NAME": "cn-north-4", "SERVICESTAGE_ENDPOINT": service, "SERVICESTAGE_IAM_ENDPOINT": service}


def _wash(engine: str, environment: dict[str, str], egress: list[str]) -> str:
    """The configuration of `wash dev`, in JSON, which YAML contains."""
    config: dict[str, Any] = {
        "build": {"command": "true", "component_path": str(COMPOSED)},
        "dev": {"address": "127.0.0.1:0"},
        "workload": {"environment": {"config": environment}, "allowedHosts": egress},
    }
    if engine == "wasmCloud, linked":
        # The engine links what the one imports to what the other exports. The facade itself reaches nothing.
        config["build"]["component_path"] = str(FACADE)
        config["dev"]["components"] = [{"name": "servicestage", "file": str(COMPONENT), "allowedHosts": egress}]
        config["workload"]["allowedHosts"] = []
    return json.dumps(config)
