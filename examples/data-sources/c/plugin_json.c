// The text and JSON of `plugin.h`. Copy this file unchanged.
#include "plugin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The deepest JSON that is read.
enum { DEEPEST = 64 };

// Memory that stays until the next call. What is returned to the host is the host's, and not in it.
static struct block { struct block *next; } *blocks;

void *plugin_keep(size_t size) {
    struct block *block = calloc(1, sizeof *block + size);
    if (!block) abort();
    block->next = blocks;
    blocks = block;
    return block + 1;
}

void plugin_begin(void) {
    while (blocks) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

static char *keep_text(const char *at, size_t length) { return memcpy(plugin_keep(length + 1), at, length); }

const char *plugin_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = plugin_keep(length + 1);
    va_start(arguments, format);
    vsnprintf(text, length + 1, format, arguments);
    va_end(arguments);
    return text;
}

const char *plugin_encode(const char *text) {
    char *to = plugin_keep(3 * strlen(text) + 1), *at = to;
    for (; *text; text++) {
        bool plain = (*text >= '0' && *text <= '9') || ((*text | 32) >= 'a' && (*text | 32) <= 'z') || strchr("-._~", *text);
        at += plain ? sprintf(at, "%c", *text) : sprintf(at, "%%%02X", (unsigned char)*text);
    }
    return to;
}

void plugin_fail(struct plugin_call *call, const char *summary, const char *detail, const char *path) {
    // The first failure is the cause of those after it.
    if (call->summary) return;
    call->summary = summary;
    call->detail = detail ? detail : "";
    call->path = path;
}

// JSON. A value is checked once, whole, so that the rest may trust it.

static const char *blank(const char *at) { return at + strspn(at, " \t\r\n"); }

static const char *skip_digits(const char *at) {
    size_t count = strspn(at, "0123456789");
    return count ? at + count : NULL;
}

static const char *skip_number(const char *at) {
    at += *at == '-';
    at = *at == '0' ? at + 1 : skip_digits(at);
    if (at && *at == '.') at = skip_digits(at + 1);
    if (at && (*at | 32) == 'e') at = skip_digits(at + 1 + (at[1] == '+' || at[1] == '-'));
    return at;
}

static const char *skip_string(const char *at) {
    for (at++; *at != '"'; at++) {
        if ((unsigned char)*at < 0x20) return NULL;
        if (*at != '\\') continue;
        at++;
        if (*at == 'u' ? strspn(at + 1, "0123456789abcdefABCDEF") < 4 : !*at || !strchr("\"\\/bfnrt", *at)) return NULL;
    }
    return at + 1;
}

// Returns the end of the value that begins here, or null where the text is not JSON.
static const char *skip(const char *at, int deep) {
    static const char *WORDS[] = {"true", "false", "null"};
    if (*at == '"') return skip_string(at);
    for (int i = 0; i < 3; i++) {
        if (!strncmp(at, WORDS[i], strlen(WORDS[i]))) return at + strlen(WORDS[i]);
    }
    if (*at != '{' && *at != '[') return skip_number(at);
    bool object = *at == '{';
    char end = object ? '}' : ']';
    if (deep == DEEPEST) return NULL;
    at = blank(at + 1);
    if (*at == end) return at + 1;
    for (;; at = blank(at + 1)) {
        if (object) {
            at = *at == '"' ? skip_string(at) : NULL;
            if (!at || *(at = blank(at)) != ':') return NULL;
            at = blank(at + 1);
        }
        at = skip(at, deep + 1);
        if (!at) return NULL;
        at = blank(at);
        if (*at == end) return at + 1;
        if (*at != ',') return NULL;
    }
}

struct plugin_json plugin_parse(const char *text, size_t length) {
    const char *begin = blank(text), *end = skip(begin, 0);
    // A text with a NUL in it ends there, and is not JSON.
    if (!end || blank(end) != text + length) return (struct plugin_json){0};
    return (struct plugin_json){begin, end - begin};
}

// Goes on to the next value of an array or a member of an object, whose name is returned.
static bool next(struct plugin_json in, const char **name, struct plugin_json *value) {
    if (!in.at || (*in.at != '{' && *in.at != '[')) return false;
    const char *at = blank(value->at ? value->at + value->length : in.at);
    if (value->at && *at != ',') return false;
    at = blank(at + 1);
    if (*at == '}' || *at == ']') return false;
    *name = at;
    if (*in.at == '{') at = blank(blank(skip_string(at)) + 1);
    *value = (struct plugin_json){at, skip(at, 0) - at};
    return true;
}

bool plugin_next(struct plugin_json array, struct plugin_json *value) {
    const char *name;
    return array.at && *array.at == '[' && next(array, &name, value);
}

struct plugin_json plugin_member(struct plugin_json object, const char *name) {
    struct plugin_json value = {0}, found = {0};
    const char *at;
    if (!object.at || *object.at != '{') return found;
    while (next(object, &at, &value)) {
        if (!strncmp(at + 1, name, strlen(name)) && at[1 + strlen(name)] == '"') found = value;
    }
    return found;
}

struct plugin_json plugin_required(struct plugin_call *call, struct plugin_json object, const char *name) {
    struct plugin_json member = plugin_member(object, name);
    if (!member.at) plugin_fail(call, "The answer of the service is incomplete", plugin_format("It has no `%s`.", name), NULL);
    return member;
}

static char *add_utf8(char *to, unsigned code) {
    if (code < 0x80) return to + sprintf(to, "%c", code);
    if (code < 0x800) return to + sprintf(to, "%c%c", 0xC0 | code >> 6, 0x80 | (code & 63));
    if (code < 0x10000) return to + sprintf(to, "%c%c%c", 0xE0 | code >> 12, 0x80 | (code >> 6 & 63), 0x80 | (code & 63));
    return to + sprintf(to, "%c%c%c%c", 0xF0 | code >> 18, 0x80 | (code >> 12 & 63), 0x80 | (code >> 6 & 63), 0x80 | (code & 63));
}

static unsigned hex(const char *at) { return strtoul(keep_text(at, 4), NULL, 16); }

const char *plugin_text(struct plugin_json json) {
    static const char FROM[] = "bfnrt", TO[] = "\b\f\n\r\t";
    if (!json.at || *json.at != '"') return NULL;
    char *text = plugin_keep(json.length + 1), *to = text;
    for (const char *at = json.at + 1, *end = json.at + json.length - 1; at < end; at++) {
        if (*at != '\\') {
            *to++ = *at;
        } else if (*++at == 'u') {
            unsigned code = hex(at + 1);
            at += 4;
            if (code >> 10 == 0x36 && at[1] == '\\' && at[2] == 'u' && hex(at + 3) >> 10 == 0x37) {
                code = 0x10000 + ((code & 0x3FF) << 10) + (hex(at + 3) & 0x3FF);
                at += 6;
            }
            // Half a pair is not a character, and NUL would end the text.
            to = add_utf8(to, code >> 11 == 0x1B || !code ? 0xFFFD : code);
        } else {
            const char *special = strchr(FROM, *at);
            *to++ = special ? TO[special - FROM] : *at;
        }
    }
    return text;
}

void plugin_add_bytes(struct plugin_call *call, const char *text, size_t length) {
    if (call->length + length > call->room) {
        call->room = 2 * (call->length + length);
        call->result = realloc(call->result, call->room);
        if (!call->result) abort();
    }
    memcpy(call->result + call->length, text, length);
    call->length += length;
}

void plugin_add(struct plugin_call *call, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof text) plugin_fail(call, "The component is at fault", "plugin_add adds 511 bytes at most.", NULL);
    else plugin_add_bytes(call, text, length);
}

void plugin_add_json(struct plugin_call *call, struct plugin_json json) {
    if (json.at) plugin_add_bytes(call, json.at, json.length);
    else plugin_add_bytes(call, "null", 4);
}
