// Makes a component of `declarative:plugin/data-source` from a table of data sources. Copy this file, `plugin.c`
// and `plugin_json.c` unchanged, and define `PLUGIN` in your own file. Tables end in an entry that is all zero: `{0}`.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum plugin_mode { PLUGIN_REQUIRED, PLUGIN_OPTIONAL, PLUGIN_COMPUTED, PLUGIN_OPTIONAL_COMPUTED };
enum plugin_type { PLUGIN_TEXT, PLUGIN_NUMBER, PLUGIN_TRUTH_VALUE };

// An attribute. With `object`, its value is an object with these attributes. With `list`, it is a list of values.
struct plugin_attribute {
    const char *name;
    enum plugin_mode mode;
    enum plugin_type type;
    const struct plugin_attribute *object;
    bool list, sensitive;
    const char *description;
};

// A kind of request. In `path`, `{}` stands for one segment. `query` holds up to three names of its query.
struct plugin_request {
    const char *method, *path, *query[4];
};

// Where requests of a role go: to the origin that the provider's `attribute` names, or else to `origin`.
struct plugin_endpoint {
    const char *role, *attribute, *origin;
    const struct plugin_request *requests;
};

// A header that the host sets to the value of the provider's attribute. The component does not see that value.
struct plugin_header {
    const char *name, *prefix, *attribute;
};

// A JSON value, as its text. One that is absent has no text.
struct plugin_json {
    const char *at;
    size_t length;
};

// A call of a source.
struct plugin_call {
    struct plugin_json arguments, provider;
    // The rest is for the functions below.
    const void *endpoints;
    const char *summary, *detail, *path;
    char *result;
    size_t length, room;
};

// A data source. `check` and `read` end early after `plugin_fail`. In `check`, an argument that is null may be unknown.
struct plugin_source {
    const char *name, *description;
    const struct plugin_attribute *attributes;
    void (*check)(struct plugin_call *);
    void (*read)(struct plugin_call *);
};

struct plugin {
    const char *name, *description;
    const struct plugin_attribute *provider;
    const struct plugin_header *headers;
    const struct plugin_endpoint *endpoints;
    const struct plugin_source *sources;
};

extern const struct plugin PLUGIN;

// Ends the call with an error. `detail` and `path`, which names the argument at fault, may be null.
void plugin_fail(struct plugin_call *, const char *summary, const char *detail, const char *path);

// Makes a GET request in a role, and returns the JSON of the answer. If it fails, so does the call, and nothing is
// returned. `path` and `query` are encoded already. `query` may be null.
struct plugin_json plugin_get(struct plugin_call *, const char *role, const char *path, const char *query);

// Returns a member of an object, or nothing.
struct plugin_json plugin_member(struct plugin_json, const char *name);

// Returns a member of an object. If it is missing, the call fails with a message that names it.
struct plugin_json plugin_required(struct plugin_call *, struct plugin_json, const char *name);

// Goes on to the next value of an array, from nothing to the first. Returns whether there is one.
bool plugin_next(struct plugin_json array, struct plugin_json *value);

// Returns the text of a JSON string, or null if it is not one. It stays until the call ends.
const char *plugin_text(struct plugin_json);

// Adds to the result of the call: text as `printf` makes it, and a JSON value as it is, so that numbers stay exact.
void plugin_add(struct plugin_call *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void plugin_add_json(struct plugin_call *, struct plugin_json);

// Return text that stays until the call ends: as `printf` makes it, and encoded for a path or a query.
const char *plugin_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *plugin_encode(const char *text);

// For `plugin.c`: memory until the next call begins, and JSON that is checked, or nothing where the text is not JSON.
void plugin_begin(void);
void *plugin_keep(size_t size);
void plugin_add_bytes(struct plugin_call *, const char *, size_t);
struct plugin_json plugin_parse(const char *text, size_t length);
