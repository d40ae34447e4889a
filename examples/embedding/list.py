"""Lists release tasks with the package `wasmtime` of PyPI alone, version 46 or newer, and prints the listing as JSON.

    HW_REGION_NAME=cn-north-4 HW_PROJECT_ID=... HW_AUTH_TOKEN=... python list.py servicestage.wasm

SERVICESTAGE_ENDPOINT replaces the region's endpoint. Unlike this project's hosts, this program
- sends every request, because it has no policy,
- connects to private addresses too,
- passes the token into the component's memory,
- limits neither memory nor time; the component limits the time of a call itself.

wasmtime trusts the authorities of the web instead of the system's, and uses no proxy.
"""

import os
import sys

from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Linker, Record

PIPELINES = "huaweicloud:servicestage/pipelines@0.1.0"


def main() -> None:
    engine = Engine()
    component = Component.from_file(engine, sys.argv[1])
    linker = Linker(engine)
    linker.add_wasip2()
    linker.add_wasi_http()
    store = Store(engine)
    # Without files, environment variables and streams.
    store.set_wasi(WasiConfig())
    store.set_wasi_http()
    instance = linker.instantiate(store, component)
    interface = instance.get_export_index(store, PIPELINES)
    # As JSON: wasmtime converts typed records one value at a time, which takes 0.4 ms for each release task.
    index = instance.get_export_index(store, "list-pipelines-json", interface)
    function = index and instance.get_func(store, index)
    assert function, f"{sys.argv[1]} does not export {PIPELINES}"

    # Every field must be present. None means the default that pipelines.wit documents.
    connection = Record()
    connection.__dict__ = {
        "region": os.environ["HW_REGION_NAME"],
        "project-id": os.environ["HW_PROJECT_ID"],
        "endpoint": os.environ.get("SERVICESTAGE_ENDPOINT"),
        "iam-endpoint": None,
        # A token is text, an access key a record, and None leaves authentication to the endpoint.
        "credentials": os.environ["HW_AUTH_TOKEN"],
        "connect-timeout-ms": None,
        "first-byte-timeout-ms": None,
        "between-bytes-timeout-ms": None,
        "call-timeout-ms": None,
        "max-attempts": None,
        "max-response-bytes": None,
    }
    answer = function(store, connection, [])
    # Text, or the record of an error.
    print(answer if isinstance(answer, str) else sys.exit(answer.message))


main()
