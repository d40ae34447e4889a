// The contract and HTTP of `plugin.h`, over the bindings that `wit-bindgen` makes. Copy this file unchanged.
#include "plugin.h"

#include <stdlib.h>
#include <string.h>

#include "guest.h"

#define OF(name) exports_declarative_plugin_data_source_##name##_t

// The largest answer that is read, in bytes, and the longest message for people.
enum { LARGEST_ANSWER = 16 << 20, LONGEST_MESSAGE = 2000 };

// The names of wasi:http's errors, in their order.
static const char *ERRORS[] = {
    "DNS-timeout", "DNS-error", "destination-not-found", "destination-unavailable", "destination-IP-prohibited",
    "destination-IP-unroutable", "connection-refused", "connection-terminated", "connection-timeout",
    "connection-read-timeout", "connection-write-timeout", "connection-limit-reached", "TLS-protocol-error",
    "TLS-certificate-error", "TLS-alert-received", "HTTP-request-denied", "HTTP-request-length-required",
    "HTTP-request-body-size", "HTTP-request-method-invalid", "HTTP-request-URI-invalid", "HTTP-request-URI-too-long",
    "HTTP-request-header-section-size", "HTTP-request-header-size", "HTTP-request-trailer-section-size",
    "HTTP-request-trailer-size", "HTTP-response-incomplete", "HTTP-response-header-section-size",
    "HTTP-response-header-size", "HTTP-response-body-size", "HTTP-response-trailer-section-size",
    "HTTP-response-trailer-size", "HTTP-response-transfer-coding", "HTTP-response-content-coding",
    "HTTP-response-timeout", "HTTP-upgrade-failed", "HTTP-protocol-error", "loop-detected", "configuration-error",
    "internal-error",
};

// Memory for the host, which frees it.
static void *give(size_t size) {
    void *memory = calloc(1, size ? size : 1);
    if (!memory) abort();
    return memory;
}

// The length of a table, which ends in an entry whose first member is null.
#define COUNT(table) count(table, (table) ? sizeof *(table) : 1)
static size_t count(const void *table, size_t size) {
    size_t entries = 0;
    for (const char *at = table; at && *(const char *const *)at; at += size) entries++;
    return entries;
}

// Makes a list of the contract with room for `size` values.
#define MAKE(list, size) ((list).len = (size), (list).ptr = give((list).len * sizeof *(list).ptr))

static guest_string_t string(const char *text) {
    guest_string_t copy;
    guest_string_dup_n(&copy, text ? text : "", text ? strlen(text) : 0);
    return copy;
}

// The length of the character that begins here, or 0 where the bytes are not UTF-8.
static size_t character(const unsigned char *at) {
    size_t length = *at < 0x80 ? 1 : *at < 0xC2 ? 0 : *at < 0xE0 ? 2 : *at < 0xF0 ? 3 : *at < 0xF5 ? 4 : 0;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) return 0;
    }
    if ((*at == 0xE0 && at[1] < 0xA0) || (*at == 0xED && at[1] > 0x9F)) return 0;
    return (*at == 0xF0 && at[1] < 0x90) || (*at == 0xF4 && at[1] > 0x8F) ? 0 : length;
}

// Whether a text is UTF-8 up to its end.
static bool is_utf8(const char *text) {
    for (size_t length; *text && (length = character((const unsigned char *)text)); text += length) {}
    return !*text;
}

// A message for people: not too long, and UTF-8 whatever a server sent, since a host takes no other text.
static guest_string_t message(const char *text) {
    guest_string_t copy;
    guest_string_dup_n(&copy, text, strnlen(text, LONGEST_MESSAGE));
    for (size_t at = 0, length; at < copy.len; at += length) {
        length = character((const unsigned char *)text + at);
        if (length && at + length <= copy.len) continue;
        copy.ptr[at] = '?';
        length = 1;
    }
    return copy;
}

static const char *text_of(guest_string_t given) { return plugin_format("%.*s", (int)given.len, given.ptr); }

// HTTP.

static struct plugin_json no_answer(struct plugin_call *call, const char *where, const wasi_http_types_error_code_t *code) {
    const char *more = "";
    if (code->tag == WASI_HTTP_TYPES_ERROR_CODE_INTERNAL_ERROR && code->val.internal_error.is_some) {
        more = plugin_format(" (%s)", text_of(code->val.internal_error.val));
    }
    const char *name = code->tag < sizeof ERRORS / sizeof *ERRORS ? ERRORS[code->tag] : "unknown error";
    plugin_fail(call, "The request failed", plugin_format("%s: %s%s", where, name, more), NULL);
    return (struct plugin_json){0};
}

// Reads the rest of a stream into the result of `body`. Returns the error, or null.
static const wasi_http_types_error_code_t *read_body(wasi_http_types_own_input_stream_t stream, struct plugin_call *body) {
    static wasi_http_types_error_code_t code;
    wasi_io_streams_stream_error_t error;
    guest_list_u8_t piece;
    wasi_io_streams_borrow_input_stream_t from = wasi_io_streams_borrow_input_stream(stream);
    while (wasi_io_streams_method_input_stream_blocking_read(from, 1 << 16, &piece, &error)) {
        plugin_add_bytes(body, (const char *)piece.ptr, piece.len);
        guest_list_u8_free(&piece);
        if (body->length > LARGEST_ANSWER) {
            code = (wasi_http_types_error_code_t){.tag = WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_BODY_SIZE};
            return &code;
        }
    }
    if (error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) return NULL;
    code = (wasi_http_types_error_code_t){.tag = WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_INCOMPLETE};
    wasi_http_types_http_error_code(wasi_io_error_borrow_error(error.val.last_operation_failed), &code);
    return &code;
}

// The headers that a host which cannot authenticate leaves to the component. Elsewhere the attributes are null.
static wasi_http_types_own_fields_t headers(struct plugin_call *call) {
    wasi_http_types_own_fields_t fields = wasi_http_types_constructor_fields();
    for (size_t i = 0; i < COUNT(PLUGIN.headers); i++) {
        const struct plugin_header *header = &PLUGIN.headers[i];
        const char *value = plugin_text(plugin_member(call->provider, header->attribute));
        if (!value) continue;
        const char *text = plugin_format("%s%s", header->prefix, value);
        guest_string_t name = string(header->name);
        wasi_http_types_field_value_t bytes = {(uint8_t *)text, strlen(text)};
        wasi_http_types_header_error_t error;
        if (!wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(fields), &name, &bytes, &error)) {
            plugin_fail(call, "The header cannot be set", header->name, NULL);
        }
        break;
    }
    return fields;
}

static const char *origin_of(const OF(list_resolved) *endpoints, const char *role) {
    for (size_t i = 0; i < endpoints->len; i++) {
        const OF(resolved) *endpoint = &endpoints->ptr[i];
        if (!strcmp(text_of(endpoint->role), role) && endpoint->origins.len) return text_of(endpoint->origins.ptr[0]);
    }
    return NULL;
}

struct plugin_json plugin_get(struct plugin_call *call, const char *role, const char *path, const char *query) {
    const char *origin = origin_of(call->endpoints, role);
    const char *authority = origin ? strstr(origin, "://") : NULL;
    if (!authority) plugin_fail(call, plugin_format("The endpoint %s has no origin", role), NULL, NULL);
    if (call->summary) return (struct plugin_json){0};
    const char *where = plugin_format("GET %s%s", origin, path);
    bool plain = !strncmp(origin, "http:", 5);
    wasi_http_types_scheme_t scheme = {.tag = plain ? WASI_HTTP_TYPES_SCHEME_HTTP : WASI_HTTP_TYPES_SCHEME_HTTPS};
    guest_string_t to = string(authority + 3), target = string(query ? plugin_format("%s?%s", path, query) : path);
    wasi_http_types_own_outgoing_request_t request = wasi_http_types_constructor_outgoing_request(headers(call));
    wasi_http_types_borrow_outgoing_request_t set = wasi_http_types_borrow_outgoing_request(request);
    if (!wasi_http_types_method_outgoing_request_set_scheme(set, &scheme) ||
        !wasi_http_types_method_outgoing_request_set_authority(set, &to) ||
        !wasi_http_types_method_outgoing_request_set_path_with_query(set, &target)) {
        plugin_fail(call, "The request cannot be made", where, NULL);
        return (struct plugin_json){0};
    }
    wasi_http_outgoing_handler_own_future_incoming_response_t future;
    wasi_http_types_error_code_t code;
    if (!wasi_http_outgoing_handler_handle(request, NULL, &future, &code)) return no_answer(call, where, &code);
    wasi_http_types_borrow_future_incoming_response_t waiting = wasi_http_types_borrow_future_incoming_response(future);
    wasi_io_poll_own_pollable_t ready = wasi_http_types_method_future_incoming_response_subscribe(waiting);
    wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(ready));
    wasi_http_types_result_result_own_incoming_response_error_code_void_t answer;
    wasi_http_types_method_future_incoming_response_get(waiting, &answer);
    if (answer.val.ok.is_err) return no_answer(call, where, &answer.val.ok.val.err);

    wasi_http_types_borrow_incoming_response_t response = wasi_http_types_borrow_incoming_response(answer.val.ok.val.ok);
    unsigned status = wasi_http_types_method_incoming_response_status(response);
    wasi_http_types_own_incoming_body_t incoming;
    wasi_http_types_own_input_stream_t stream;
    wasi_http_types_method_incoming_response_consume(response, &incoming);
    wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(incoming), &stream);
    struct plugin_call body = {0};
    const wasi_http_types_error_code_t *error = read_body(stream, &body);
    const char *text = plugin_format("%.*s", (int)body.length, body.result ? body.result : "");
    size_t length = body.length;
    free(body.result);
    if (error) return no_answer(call, where, error);
    struct plugin_json json = plugin_parse(text, length);
    if (status != 200) {
        const char *summary = plugin_format("The service answers with status %u", status);
        plugin_fail(call, summary, plugin_format("%s: %.200s", where, text), NULL);
    } else if (!json.at || !is_utf8(text)) {
        plugin_fail(call, "The answer of the service is not JSON", where, NULL);
    }
    return call->summary ? (struct plugin_json){0} : json;
}

// The contract.

static void set_failure(const struct plugin_call *call, OF(list_diagnostic) *ret) {
    MAKE(*ret, call->summary ? 1 : 0);
    if (!ret->len) return;
    OF(diagnostic) *diagnostic = ret->ptr;
    diagnostic->severity = EXPORTS_DECLARATIVE_PLUGIN_DATA_SOURCE_SEVERITY_ERROR;
    diagnostic->summary = message(call->summary);
    diagnostic->detail = message(call->detail);
    if (!call->path) return;
    diagnostic->path.is_some = true;
    MAKE(diagnostic->path.val, 1);
    diagnostic->path.val.ptr->val.attribute = string(call->path);
}

static const struct plugin_source *source_of(guest_string_t name) {
    for (size_t i = 0; i < COUNT(PLUGIN.sources); i++) {
        if (!strcmp(PLUGIN.sources[i].name, text_of(name))) return &PLUGIN.sources[i];
    }
    abort();
}

static struct plugin_json values(const OF(values) *given) {
    const char *text = text_of(given->json);
    return plugin_parse(text, strlen(text));
}

// Objects are numbered as they are found: those within others come after them.
static void describe_object(OF(list_object_type) *objects, const struct plugin_attribute *attributes) {
    size_t at = objects->len++;
    objects->ptr = realloc(objects->ptr, objects->len * sizeof *objects->ptr);
    if (!objects->ptr) abort();
    OF(list_attribute) made;
    MAKE(made, COUNT(attributes));
    for (size_t i = 0; i < made.len; i++) {
        const struct plugin_attribute *from = &attributes[i];
        OF(attribute) *to = &made.ptr[i];
        to->name = string(from->name);
        to->description = string(from->description);
        to->mode = from->mode;
        to->sensitive = from->sensitive;
        // A byte of zero is a list.
        MAKE(to->holds.collections, from->list ? 1 : 0);
        to->holds.element.tag = from->object ? EXPORTS_DECLARATIVE_PLUGIN_DATA_SOURCE_ELEMENT_TYPE_OBJECT : from->type;
        to->holds.element.val.object = objects->len;
        if (from->object) describe_object(objects, from->object);
    }
    objects->ptr[at].attributes = made;
}

void exports_declarative_plugin_data_source_describe(OF(description) *ret) {
    plugin_begin();
    *ret = (OF(description)){.name = string(PLUGIN.name), .description = string(PLUGIN.description)};
    describe_object(&ret->objects, PLUGIN.provider);
    MAKE(ret->sources, COUNT(PLUGIN.sources));
    for (size_t i = 0; i < ret->sources.len; i++) {
        const struct plugin_source *from = &PLUGIN.sources[i];
        ret->sources.ptr[i].name = string(from->name);
        ret->sources.ptr[i].description = string(from->description);
        ret->sources.ptr[i].object = ret->objects.len;
        describe_object(&ret->objects, from->attributes);
    }
    MAKE(ret->authentication, COUNT(PLUGIN.headers));
    for (size_t i = 0; i < ret->authentication.len; i++) {
        const struct plugin_header *from = &PLUGIN.headers[i];
        ret->authentication.ptr[i].val.header =
            (OF(header)){string(from->name), string(from->prefix), string(from->attribute)};
    }
    MAKE(ret->endpoints, COUNT(PLUGIN.endpoints));
    for (size_t i = 0; i < ret->endpoints.len; i++) {
        const struct plugin_endpoint *from = &PLUGIN.endpoints[i];
        OF(endpoint) *to = &ret->endpoints.ptr[i];
        *to = (OF(endpoint)){.role = string(from->role), .attribute = string(from->attribute)};
        MAKE(to->defaults, 1);
        *to->defaults.ptr = string(from->origin);
    }
}

void exports_declarative_plugin_data_source_needs(OF(list_need) *ret) {
    plugin_begin();
    *ret = (OF(list_need)){0};
    for (size_t i = 0; i < COUNT(PLUGIN.endpoints); i++) {
        const struct plugin_endpoint *endpoint = &PLUGIN.endpoints[i];
        for (size_t j = 0; j < COUNT(endpoint->requests); j++) {
            const struct plugin_request *from = &endpoint->requests[j];
            ret->ptr = realloc(ret->ptr, ++ret->len * sizeof *ret->ptr);
            if (!ret->ptr) abort();
            OF(need) *need = &ret->ptr[ret->len - 1];
            *need = (OF(need)){string(endpoint->role), string(from->method), string(from->path), {0}};
            MAKE(need->query, COUNT(from->query));
            for (size_t k = 0; k < need->query.len; k++) need->query.ptr[k] = string(from->query[k]);
        }
    }
}

void exports_declarative_plugin_data_source_validate_provider(OF(values) *configuration, OF(list_diagnostic) *ret) {
    exports_declarative_plugin_data_source_values_free(configuration);
    MAKE(*ret, 0);
}

void exports_declarative_plugin_data_source_validate_arguments(
    guest_string_t *source, OF(values) *arguments, OF(list_diagnostic) *ret) {
    plugin_begin();
    const struct plugin_source *of = source_of(*source);
    struct plugin_call call = {.arguments = values(arguments)};
    if (of->check) of->check(&call);
    set_failure(&call, ret);
    guest_string_free(source);
    exports_declarative_plugin_data_source_values_free(arguments);
}

bool exports_declarative_plugin_data_source_read_at(
    guest_string_t *source, OF(values) *provider, OF(values) *arguments, OF(list_resolved) *endpoints,
    OF(reading) *ret, OF(list_diagnostic) *err) {
    plugin_begin();
    const struct plugin_source *of = source_of(*source);
    struct plugin_call call = {.arguments = values(arguments), .provider = values(provider), .endpoints = endpoints};
    if (of->check) of->check(&call);
    if (!call.summary) of->read(&call);
    set_failure(&call, call.summary ? err : &ret->diagnostics);
    if (!call.summary) guest_string_dup_n(&ret->json, call.result, call.length);
    free(call.result);
    guest_string_free(source);
    exports_declarative_plugin_data_source_values_free(provider);
    exports_declarative_plugin_data_source_values_free(arguments);
    exports_declarative_plugin_data_source_list_resolved_free(endpoints);
    return !call.summary;
}

// The origin of an endpoint, for a host that does not complete it.
static const char *resolve(const struct plugin_endpoint *endpoint, struct plugin_json provider, struct plugin_json arguments) {
    const char *set = plugin_text(plugin_member(provider, endpoint->attribute));
    if (set) return set;
    const char *origin = endpoint->origin, *open, *close;
    while ((open = strchr(origin, '{')) && (close = strchr(open, '}'))) {
        const char *name = plugin_format("%.*s", (int)(close - open - 1), open + 1);
        const char *value = plugin_text(plugin_member(arguments, name));
        if (!value) value = plugin_text(plugin_member(provider, name));
        // Another text could lead to another host.
        if (!value || !*value || value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-")]) return NULL;
        origin = plugin_format("%.*s%s%s", (int)(open - origin), origin, value, close + 1);
    }
    return origin;
}

bool exports_declarative_plugin_data_source_read(
    guest_string_t *source, OF(values) *provider, OF(values) *arguments, OF(reading) *ret, OF(list_diagnostic) *err) {
    plugin_begin();
    struct plugin_json configuration = values(provider), given = values(arguments);
    OF(list_resolved) endpoints;
    MAKE(endpoints, COUNT(PLUGIN.endpoints));
    for (size_t i = 0; i < endpoints.len; i++) {
        endpoints.ptr[i].role = string(PLUGIN.endpoints[i].role);
        const char *origin = resolve(&PLUGIN.endpoints[i], configuration, given);
        MAKE(endpoints.ptr[i].origins, origin ? 1 : 0);
        if (origin) *endpoints.ptr[i].origins.ptr = string(origin);
    }
    return exports_declarative_plugin_data_source_read_at(source, provider, arguments, &endpoints, ret, err);
}
