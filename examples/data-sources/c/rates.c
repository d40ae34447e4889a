// The exchange rates of a day, as a data source.
#include <string.h>

#include "plugin.h"

// Checks the arguments. One that is null may be unknown yet.
static void check(struct plugin_call *call) {
    const char *base = plugin_text(plugin_member(call->arguments, "base"));
    if (base && strlen(base) != 3) {
        plugin_fail(call, "Not a valid currency", "`base` has three characters, such as `EUR`.", "base");
    }
}

// Reads the source, and writes the attributes that are computed.
static void read(struct plugin_call *call) {
    const char *base = plugin_text(plugin_member(call->arguments, "base"));
    const char *date = plugin_text(plugin_member(call->arguments, "date"));
    const char *path = plugin_format("/v1/rates/%s", plugin_encode(base));
    const char *query = date ? plugin_format("date=%s", plugin_encode(date)) : NULL;
    struct plugin_json answer = plugin_get(call, "rates", path, query);
    struct plugin_json found = plugin_required(call, answer, "rates");
    const char *between = "";
    plugin_add(call, "{\"rates\":[");
    for (struct plugin_json one = {0}; plugin_next(found, &one); between = ",") {
        plugin_add(call, "%s{\"currency\":", between);
        plugin_add_json(call, plugin_required(call, one, "currency"));
        plugin_add(call, ",\"rate\":");
        plugin_add_json(call, plugin_required(call, one, "rate"));
        plugin_add(call, "}");
    }
    plugin_add(call, "]}");
}

static const struct plugin_attribute PROVIDER[] = {
    {.name = "endpoint",
     .mode = PLUGIN_OPTIONAL,
     .description = "The origin of the service. Default: `https://rates.example.com`."},
    {.name = "token", .mode = PLUGIN_OPTIONAL, .sensitive = true, .description = "The token of the service."},
    {0},
};

static const struct plugin_attribute RATE[] = {
    {.name = "currency", .mode = PLUGIN_COMPUTED, .description = "The other currency."},
    {.name = "rate",
     .mode = PLUGIN_COMPUTED,
     .type = PLUGIN_NUMBER,
     .description = "How much of it one unit of `base` is."},
    {0},
};

static const struct plugin_attribute RATES[] = {
    {.name = "base", .mode = PLUGIN_REQUIRED, .description = "The currency that is exchanged, such as `EUR`."},
    {.name = "date", .mode = PLUGIN_OPTIONAL, .description = "The day, such as `2026-01-02`. Default: today."},
    {.name = "rates", .mode = PLUGIN_COMPUTED, .object = RATE, .list = true, .description = "The rates."},
    {0},
};

static const struct plugin_request REQUESTS[] = {{"GET", "/v1/rates/{}", {"date"}}, {0}};

const struct plugin PLUGIN = {
    .name = "Rates",
    .description = "Exchange rates of a day.",
    .provider = PROVIDER,
    .headers = (const struct plugin_header[]){{"x-token", "", "token"}, {0}},
    .endpoints = (const struct plugin_endpoint[]){{"rates", "endpoint", "https://rates.example.com", REQUESTS}, {0}},
    .sources = (const struct plugin_source[]){
        {"rates", "The exchange rates of a currency.", RATES, check, read},
        {0},
    },
};
