"""Hosts of wasmCloud, commanded over NATS as its operator does, and a registry that they pull from."""

import hashlib
import http.server
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from conftest import COMPONENT, COMPOSED, FACADE, origin_in, running, saying
from engines import asking

IMAGES = {"servicestage": COMPONENT, "facade": FACADE, "servicestage-facade": COMPOSED}


@contextmanager
def cluster(wash: Path, nats: Path, linked: bool, service: str, folder: Path, count: int = 2) -> Iterator[list[str]]:
    """Runs hosts with the facade on each, composed or linked, which asks this service. Yields their origins."""
    environment = asking(service)
    with ExitStack() as stack:
        registry = stack.enter_context(_registry())
        server: list[str | Path] = [nats, "--addr", "127.0.0.1", "--port", "-1"]
        port = stack.enter_context(running(server, "Server is ready")).rpartition(":")[2]
        origins: list[str] = []
        hosts: list[str] = []
        bus = stack.enter_context(_Bus(int(port)))
        for number in range(count):
            command: list[str | Path] = [wash, "host", "--non-interactive", "--http-addr", "127.0.0.1:0"]
            command += ["--scheduler-nats-url", f"nats://127.0.0.1:{port}"]
            command += ["--data-nats-url", f"nats://127.0.0.1:{port}"]
            command += ["--oci-cache-dir", folder / f"images-{number}", "--allow-insecure-registries"]
            # The service of the tests is on loopback.
            command += ["--deny-special-ranges", "false"]
            origins.append(origin_in(stack.enter_context(saying(command, "HTTP server listening"))))
            # From its first sign of life on, a host hears commands.
            host = bus.heard("heartbeat", of_another_than=hosts)["id"]
            hosts.append(host)
            workload = _workload(registry, linked, environment)
            bus.say(f"runtime.host.{host}.workload.start", {"workloadId": f"facade-{number}", "workload": workload})
            status = bus.heard("answer")["workloadStatus"]
            assert status["workloadState"] == "WORKLOAD_STATE_RUNNING", status
        yield origins


def _workload(registry: str, linked: bool, environment: dict[str, str]) -> dict[str, Any]:
    def component(name: str, egress: list[str]) -> dict[str, Any]:
        resources = {"environment": environment, "allowedHosts": egress}
        return {"name": name, "image": f"{registry}/{name}:latest", "localResources": resources}

    # Linked, the facade itself reaches nothing.
    components = [component("facade", []), component("servicestage", ["127.0.0.1"])]
    served = {
        "namespace": "wasi",
        "package": "http",
        "interfaces": ["incoming-handler"],
        "config": {"host": "127.0.0.1"},
    }
    return {
        "namespace": "default",
        "name": "facade",
        "witWorld": {
            "components": components if linked else [component("servicestage-facade", ["127.0.0.1"])],
            "hostInterfaces": [served],
        },
    }


class _Bus:
    """NATS, whose protocol is lines: reports of hosts, and commands to them."""

    def __init__(self, port: int) -> None:
        self._connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._lines = self._connection.makefile("rb")
        hearing = "SUB runtime.operator.heartbeat.* heartbeat\r\nSUB answer answer\r\n"
        self._connection.sendall(f'CONNECT {{"verbose":false}}\r\n{hearing}PING\r\n'.encode())
        while self._lines.readline() != b"PONG\r\n":
            pass

    def __enter__(self) -> "_Bus":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def say(self, subject: str, payload: dict[str, Any]) -> None:
        body = json.dumps(payload).encode()
        self._connection.sendall(f"PUB {subject} answer {len(body)}\r\n".encode() + body + b"\r\n")

    def heard(self, what: str, of_another_than: Sequence[str] = ()) -> Any:
        """The next of these messages. Others are passed over, and a host's that is not asked for."""
        for line in self._lines:
            if not line.startswith(b"MSG "):
                continue
            _, _, subscription, *_, length = line.decode().split()
            message = json.loads(self._lines.read(int(length)))
            if subscription == what and message.get("id") not in of_another_than:
                return message
        raise AssertionError("NATS has ended")


@contextmanager
def _registry() -> Iterator[str]:
    """A registry of OCI images that can be pulled from, each with one component as its layer. Yields its address."""
    contents: dict[str, tuple[str, bytes]] = {}

    def keep(place: str, kind: str, content: bytes) -> dict[str, Any]:
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        contents[place.format(digest=digest)] = kind, content
        return {"mediaType": kind, "digest": digest, "size": len(content)}

    for name, path in IMAGES.items():
        layer = keep(f"/v2/{name}/blobs/{{digest}}", "application/wasm", path.read_bytes())
        settings = {"architecture": "wasm", "os": "wasip2", "layerDigests": [layer["digest"]]}
        kind = "application/vnd.wasm.config.v0+json"
        config = keep(f"/v2/{name}/blobs/{{digest}}", kind, json.dumps(settings).encode())
        kind = "application/vnd.oci.image.manifest.v1+json"
        manifest = {"schemaVersion": 2, "mediaType": kind, "config": config, "layers": [layer]}
        keep(f"/v2/{name}/manifests/latest", kind, json.dumps(manifest).encode())
    contents["/v2/"] = "application/json", b"{}"

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = contents.get(self.path, ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.send_header("docker-content-digest", f"sha256:{hashlib.sha256(content).hexdigest()}")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
