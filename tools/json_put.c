#include "tools/json_put.h"

#include <inttypes.h>
#include <math.h>

#include "tools/utf8.h"

static void quoted(FILE *to, const char *text) {
    fputc('"', to);
    while (*text) {
        uint32_t code;
        size_t length = utf8_next(text, &code);
        if (length == 0) {
            fputs("\xEF\xBF\xBD", to); /* U+FFFD */
            length = 1;
        } else if (code == '"' || code == '\\') {
            fprintf(to, "\\%c", (char)code);
        } else if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
            fprintf(to, "\\u%04x", (unsigned)code);
        } else {
            fwrite(text, 1, length, to);
        }
        text += length;
    }
    fputc('"', to);
}

static void line(struct json_put *json) {
    fprintf(json->to, "\n%*s", (int)(2 * json->depth), "");
}

static void begin(struct json_put *json, const char *key) {
    if (json->begun) fputs(json->flat ? ", " : ",", json->to);
    if (!json->flat && json->depth) line(json);
    json->begun = true;
    if (!key) return;
    quoted(json->to, key);
    fputs(": ", json->to);
}

void json_put_open(struct json_put *json, const char *key, char bracket) {
    begin(json, key);
    fputc(bracket, json->to);
    json->depth++;
    json->begun = false;
}

void json_put_open_flat(struct json_put *json, const char *key, char bracket) {
    json_put_open(json, key, bracket);
    json->flat = true;
}

void json_put_close(struct json_put *json, char bracket) {
    json->depth--;
    if (json->begun && !json->flat) line(json);
    json->flat = false; /* what is flat holds nothing that is open */
    json->begun = true;
    fputc(bracket, json->to);
    if (json->depth == 0) fputc('\n', json->to);
}

void json_put_text(struct json_put *json, const char *key, const char *text) {
    begin(json, key);
    if (text) {
        quoted(json->to, text);
    } else {
        fputs("null", json->to);
    }
}

void json_put_count(struct json_put *json, const char *key, uint64_t count) {
    begin(json, key);
    fprintf(json->to, "%" PRIu64, count);
}

void json_put_bool(struct json_put *json, const char *key, bool value) {
    begin(json, key);
    fputs(value ? "true" : "false", json->to);
}

void json_put_real(struct json_put *json, const char *key, double value) {
    begin(json, key);
    if (isfinite(value)) {
        fprintf(json->to, "%.6f", value);
    } else {
        fputs("null", json->to);
    }
}
