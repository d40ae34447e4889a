"""The exchange rates of a day, as a data source."""

from urllib.parse import quote

from declarative_plugin import (
    COMPUTED,
    NUMBER,
    OPTIONAL,
    REQUIRED,
    TEXT,
    Attribute,
    Call,
    Endpoint,
    Failure,
    Plugin,
    Request,
    Source,
    header,
    list_of,
    object_of,
)


def check(arguments: dict) -> None:
    """Checks the arguments. One that is null may be unknown yet."""
    base = arguments["base"]
    if base is not None and len(base) != 3:
        raise Failure("Not a valid currency", "`base` has three characters, such as `EUR`.", ["base"])


def read(call: Call) -> dict:
    """Reads the source, and returns the attributes that are computed."""
    base, date = call.arguments["base"], call.arguments.get("date")
    answer = call.get("rates", f"/v1/rates/{quote(base, safe='')}", date=date)
    return {"rates": [{"currency": one["currency"], "rate": one["rate"]} for one in answer["rates"]]}


RATE = object_of(
    Attribute("currency", TEXT, COMPUTED, "The other currency."),
    Attribute("rate", NUMBER, COMPUTED, "How much of it one unit of `base` is."),
)

DataSource = Plugin(
    name="Rates",
    description="Exchange rates of a day.",
    provider=[
        Attribute("endpoint", TEXT, OPTIONAL, "The origin of the service. Default: `https://rates.example.com`."),
        Attribute("token", TEXT, OPTIONAL, "The token of the service.", sensitive=True),
    ],
    authentication=[header("x-token", "token")],
    endpoints=[
        Endpoint(
            role="rates",
            attribute="endpoint",
            defaults=["https://rates.example.com"],
            requests=[Request("GET", "/v1/rates/{}", ["date"])],
        )
    ],
    sources=[
        Source(
            name="rates",
            description="The exchange rates of a currency.",
            attributes=[
                Attribute("base", TEXT, REQUIRED, "The currency that is exchanged, such as `EUR`."),
                Attribute("date", TEXT, OPTIONAL, "The day, such as `2026-01-02`. Default: today."),
                Attribute("rates", list_of(RATE), COMPUTED, "The rates."),
            ],
            check=check,
            read=read,
        )
    ],
)
