"""`python -m servicestage_pipelines list`."""

import argparse
import json
import sys
from datetime import datetime

from . import table
from .client import Client
from .errors import ServiceStageError
from .model import ConfigMode, Direction, OrderKey, OtherConfigMode, OtherStatus

EXIT_CODES = {"invalid_argument": 2, "unauthenticated": 3, "clock_skew": 3, "denied": 4, "forbidden": 4, "not_found": 5}
"""As those of the tool `servicestage`: 6 is worth retrying, 1 anything else."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = vars(_parser().parse_args(arguments))
    del options["command"]
    output = options.pop("output")
    connection = {name: options.pop(name) for name in _CONNECTION}
    connection["allow_addresses"] = options.pop("allow_address")
    try:
        with Client(**connection) as client:
            listing = client.list_pipelines(**options)
    except ServiceStageError as error:
        print(json.dumps(error.to_dict()) if output == "json" else _plain(error), file=sys.stderr)
        return EXIT_CODES.get(error.kind, 6 if error.retryable else 1)
    print(json.dumps(listing.to_dict()) if output == "json" else table.text(listing))
    return 0


def _plain(error: ServiceStageError) -> str:
    return "\n".join(table.visible(line) for line in f"error: {error}".splitlines())


_CONNECTION = ("region", "project_id", "endpoint", "iam_endpoint", "call_timeout", "max_attempts", "ca_file")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m servicestage_pipelines", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser(
        "list", help="lists the release tasks that match every filter", allow_abbrev=False
    ).add_argument
    add("--region", help="the region, such as cn-north-4 [HW_REGION_NAME]")
    add("--project-id", help="without it the project of the region is looked up [HW_PROJECT_ID]")
    add("--endpoint", metavar="URL", help="the origin of the ServiceStage API [the region's]")
    add("--iam-endpoint", metavar="URL", help="the origin of the IAM API [the region's]")
    add("--timeout", dest="call_timeout", type=float, metavar="SECONDS", help="for the whole call [120]")
    add("--max-attempts", type=int, metavar="N", help="how often a request is tried at most [4]")
    add("--ca-file", metavar="FILE", help="trusts the authorities in this PEM file, and no others")
    add("--allow-address", action="append", default=[], metavar="CIDR", help="lets the endpoints lead there too")
    add("--name", metavar="TEXT")
    add("--name-contains", metavar="TEXT")
    add("--status", action="append", type=_status, help="repeat it to allow several")
    add("--config-mode", type=_config_mode, metavar="MODE")
    add("--creator", metavar="NAME")
    add("--enterprise-project-id", metavar="ID")
    for name in ("created", "updated", "last-run"):
        add(
            f"--{name}-from",
            type=_time,
            metavar="TIME",
            help="such as 2025-02-18T15:55, in local time or with an offset",
        )
        add(f"--{name}-to", type=_time, metavar="TIME")
    add("--order-by", metavar="KEY", help=", ".join(OrderKey))
    add("--order", metavar="DIRECTION", help=" or ".join(Direction))
    add("--limit", type=int, metavar="N")
    add("--output", choices=["table", "json"], default="table")
    return parser


def _status(text: str) -> str | OtherStatus:
    return OtherStatus(int(text)) if text.isdecimal() else text


def _config_mode(text: str) -> str | OtherConfigMode:
    return text if text in list(ConfigMode) else OtherConfigMode(text)


def _time(text: str) -> datetime:
    try:
        # The older versions of Python read no `Z`.
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone()
    except ValueError:
        what = f"{text!r} is no time; write 2025-02-18T15:55:12Z, or 2025-02-18T15:55 in local time"
        raise argparse.ArgumentTypeError(what) from None


if __name__ == "__main__":
    sys.exit(main())
