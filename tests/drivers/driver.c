/*
 * `adarga driver` once more, through the C ABI: one JSON object a line on standard input, one a line on standard output.
 *
 * What is asked is read with jansson; what is judged is judged by libadarga alone. A line's memory and handles are given back when it is
 * answered; a fault jumps there.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include <jansson.h>

#include "adarga.h"

enum { VALUES_MAX = 1 << 20, INPUT_MAX = 16 << 20, DEPTH_MAX = 128, LINE_MAX_ = 64 << 20, ERROR_MAX = 1 << 16 };

/* --- a line's memory and faults --- */

typedef struct held {
    struct held *next;
    void (*close)(void *);
    void *what;
} held;

static held *everything;
static jmp_buf line_end;
static char fault_text[ERROR_MAX + 256];

static void fault(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault_text, sizeof fault_text, format, arguments);
    va_end(arguments);
    longjmp(line_end, 1);
}

static void keep(void (*close_)(void *), void *what)
{
    held *one = malloc(sizeof *one);
    if (one == NULL)
        abort();
    one->next = everything;
    one->close = close_;
    one->what = what;
    everything = one;
}

static void release_all(void)
{
    while (everything != NULL) {
        held *one = everything;
        everything = one->next;
        one->close(one->what);
        free(one);
    }
}

static void *zeroes(size_t bytes)
{
    void *memory = calloc(1, bytes > 0 ? bytes : 1);
    if (memory == NULL)
        abort();
    keep(free, memory);
    return memory;
}

static adarga_buffer room(size_t bytes)
{
    adarga_buffer buffer = {zeroes(bytes), bytes};
    return buffer;
}

static adarga_output output(size_t bytes)
{
    adarga_output out = {zeroes(bytes), bytes, 0};
    return out;
}

static adarga_view written(const adarga_output *out)
{
    return adarga_bytes(out->ptr, out->len);
}

/* A status that is not the line's own fault: the library was misused, which is said by its text. */
static void must(int32_t status)
{
    adarga_view text;
    if (status == ADARGA_OK)
        return;
    if (adarga_status_text(status, &text) != ADARGA_OK)
        abort();
    fault("%.*s", (int)text.len, (const char *)text.ptr);
}

/* The text of an error output, behind `before`. */
static void must_compile(int32_t status, const char *before, const adarga_output *error)
{
    if (status == ADARGA_ERROR_DOCUMENT) {
        size_t len = error->len < error->capacity ? error->len : error->capacity;
        fault("%s%.*s", before, (int)len, (const char *)error->ptr);
    }
    must(status);
}

/* --- what is answered --- */

static char *answer;
static size_t answer_len, answer_room;

static void put(const char *bytes, size_t len)
{
    if (answer_len + len > answer_room) {
        answer_room = (answer_len + len) * 2 + 256;
        answer = realloc(answer, answer_room);
        if (answer == NULL)
            abort();
    }
    memcpy(answer + answer_len, bytes, len);
    answer_len += len;
}

static void puts_(const char *text)
{
    put(text, strlen(text));
}

static void put_string(const void *bytes, size_t len)
{
    static const char names[] = "btn.fr"; /* 8, 9, 10, 12, 13 */
    const unsigned char *at = bytes;
    size_t i;
    puts_("\"");
    for (i = 0; i < len; i++) {
        char escape[8];
        if (at[i] == '"' || at[i] == '\\') {
            escape[0] = '\\';
            escape[1] = (char)at[i];
            put(escape, 2);
        } else if (at[i] >= 8 && at[i] <= 13 && at[i] != 11) {
            escape[0] = '\\';
            escape[1] = names[at[i] - 8];
            put(escape, 2);
        } else if (at[i] < 0x20) {
            put(escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", at[i]));
        } else {
            put((const char *)at + i, 1);
        }
    }
    puts_("\"");
}

static void put_number(unsigned long long number)
{
    char digits[24];
    put(digits, (size_t)snprintf(digits, sizeof digits, "%llu", number));
}

static void put_json(const json_t *value)
{
    size_t i;
    const char *key;
    json_t *item;
    char digits[40];
    switch (json_typeof(value)) {
    case JSON_OBJECT: {
        const char *comma = "";
        puts_("{");
        json_object_foreach((json_t *)value, key, item) {
            puts_(comma);
            put_string(key, strlen(key));
            puts_(":");
            put_json(item);
            comma = ",";
        }
        puts_("}");
        break;
    }
    case JSON_ARRAY:
        puts_("[");
        json_array_foreach(value, i, item) {
            puts_(i > 0 ? "," : "");
            put_json(item);
        }
        puts_("]");
        break;
    case JSON_STRING:
        put_string(json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        put(digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(value)));
        break;
    case JSON_REAL:
        put(digits, (size_t)snprintf(digits, sizeof digits, "%.17g", json_real_value(value)));
        break;
    default:
        puts_(json_is_true(value) ? "true" : json_is_false(value) ? "false" : "null");
    }
}

static void member(const char *name)
{
    puts_(",");
    put_string(name, strlen(name));
    puts_(":");
}

static void put_text(const char *name, adarga_view text)
{
    member(name);
    put_string(text.ptr, text.len);
}

static void put_verdict(uint16_t reason)
{
    member("ok");
    puts_(reason == ADARGA_REASON_ALLOWED ? "true" : "false");
    if (reason != ADARGA_REASON_ALLOWED) {
        adarga_view name;
        must(adarga_reason_name(reason, &name));
        put_text("reason", name);
    }
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void put_base64(adarga_view bytes)
{
    const unsigned char *at = bytes.ptr;
    size_t i;
    puts_("\"");
    for (i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        unsigned long word = (unsigned long)at[i] << 16;
        char four[4];
        if (left > 1)
            word |= (unsigned long)at[i + 1] << 8;
        if (left > 2)
            word |= at[i + 2];
        four[0] = alphabet[word >> 18];
        four[1] = alphabet[word >> 12 & 63];
        four[2] = left > 1 ? alphabet[word >> 6 & 63] : '=';
        four[3] = left > 2 ? alphabet[word & 63] : '=';
        put(four, 4);
    }
    puts_("\"");
}

/* Base64 with its padding and nothing else (RFC 4648 §4). */
static adarga_view from_base64(const json_t *text, const char *name)
{
    const char *at = json_string_value(text);
    size_t len = json_string_length(text), i, made = 0, pad = 0;
    unsigned char *bytes = zeroes(len / 4 * 3 + 3);
    unsigned long word = 0;
    while (pad < 2 && pad < len && at[len - 1 - pad] == '=')
        pad++;
    if (len % 4 != 0)
        fault("`%s` is not base64", name);
    for (i = 0; i < len; i++) {
        const char *digit = i < len - pad ? memchr(alphabet, at[i], 64) : alphabet;
        if (digit == NULL)
            fault("`%s` is not base64", name);
        word = word << 6 | (unsigned long)(digit - alphabet);
        if (i % 4 == 3) {
            size_t whole = i + 1 == len ? 3 - pad : 3;
            if ((whole == 1 && (word & 0xFFFF) != 0) || (whole == 2 && (word & 0xFF) != 0))
                fault("`%s` is not base64", name);
            bytes[made] = (unsigned char)(word >> 16);
            bytes[made + 1] = (unsigned char)(word >> 8);
            bytes[made + 2] = (unsigned char)word;
            made += whole;
            word = 0;
        }
    }
    return adarga_bytes(bytes, made);
}

/* Whether bytes are UTF-8 (RFC 3629). */
static int is_utf8(adarga_view text)
{
    const unsigned char *at = text.ptr, *end = at + text.len;
    while (at < end) {
        unsigned char first = *at++, low = 0x80, high = 0xBF;
        int more = first < 0x80 ? 0 : first < 0xC2 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : -1;
        if (first == 0xE0) low = 0xA0;
        if (first == 0xED) high = 0x9F;
        if (first == 0xF0) low = 0x90;
        if (first == 0xF4) high = 0x8F;
        if (more < 0)
            return 0;
        for (; more > 0; more--, low = 0x80, high = 0xBF)
            if (at == end || *at < low || *at++ > high)
                return 0;
    }
    return 1;
}

/* Bytes as text, or as base64 under a name that says so. */
static void put_bytes(const char *name, adarga_view bytes)
{
    char encoded[64];
    if (is_utf8(bytes)) {
        put_text(name, bytes);
        return;
    }
    snprintf(encoded, sizeof encoded, "%s_b64", name);
    member(encoded);
    put_base64(bytes);
}

/* --- what is asked --- */

static const json_t *question;
static int ints_are_reals;
static adarga_view whole_line;

static const json_t *asked(const char *name)
{
    const json_t *value = json_object_get(question, name);
    return json_is_null(value) ? NULL : value;
}

static const json_t *optional_string(const char *name)
{
    const json_t *value = asked(name);
    if (value != NULL && !json_is_string(value))
        fault("`%s` must be a string", name);
    return value;
}

static adarga_view of_string(const json_t *value)
{
    return value != NULL ? adarga_bytes(json_string_value(value), json_string_length(value)) : adarga_text(NULL);
}

static adarga_view optional_text(const char *name)
{
    return of_string(optional_string(name));
}

static const json_t *string(const char *name)
{
    const json_t *value = optional_string(name);
    if (value == NULL)
        fault("missing `%s`", name);
    return value;
}

static adarga_view text(const char *name)
{
    return of_string(string(name));
}

static adarga_view base64(const char *name)
{
    return from_base64(string(name), name);
}

/* Whether a value is a whole number that is not negative. Lines that hold one beyond 2^63 were read as reals: see `answer_line`. */
static int whole(const json_t *value, uint64_t *number)
{
    double real = json_real_value(value);
    if (json_is_integer(value) && json_integer_value(value) >= 0) {
        *number = (uint64_t)json_integer_value(value);
        return 1;
    }
    if (!ints_are_reals || !json_is_real(value) || real < 0)
        return 0;
    *number = real >= 18446744073709551615.0 ? UINT64_MAX : (uint64_t)real;
    return (double)*number == real;
}

static int optional_integer(const char *name, uint64_t *number)
{
    const json_t *value = asked(name);
    if (value == NULL)
        return 0;
    if (!whole(value, number))
        fault("`%s` must be a whole number", name);
    return 1;
}

static uint64_t integer(const char *name, uint64_t otherwise)
{
    optional_integer(name, &otherwise);
    return otherwise;
}

static adarga_view bytes(const char *name)
{
    char encoded[64];
    const json_t *plain, *other;
    snprintf(encoded, sizeof encoded, "%s_b64", name);
    plain = optional_string(name);
    other = optional_string(encoded);
    if (plain != NULL && other != NULL)
        fault("`%s` and `%s` together", name, encoded);
    if (plain == NULL && other == NULL)
        fault("missing `%s`", name);
    return plain != NULL ? of_string(plain) : from_base64(other, encoded);
}

static const json_t *texts(const char *name)
{
    const json_t *list = json_object_get(question, name), *item;
    size_t i;
    if (list == NULL)
        fault("missing `%s`", name);
    if (!json_is_array(list))
        fault("`%s` must be a list of strings", name);
    json_array_foreach(list, i, item)
        if (!json_is_string(item))
            fault("`%s` must be a list of strings", name);
    return list;
}

static adarga_view dumped(const json_t *value)
{
    char *text_ = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    if (text_ == NULL)
        abort();
    keep(free, text_);
    return adarga_text(text_);
}

static const adarga_header *headers(size_t *count)
{
    static const char wrong[] = "`headers` must be an object of strings or lists of strings";
    json_t *all = (json_t *)asked("headers"), *values, *value;
    adarga_header *list;
    const char *name;
    size_t i, len = 0;
    *count = 0;
    if (all == NULL)
        return NULL;
    if (!json_is_object(all))
        fault(wrong);
    json_object_foreach(all, name, values)
        len += json_is_array(values) ? json_array_size(values) : 1;
    list = zeroes(len * sizeof *list);
    json_object_foreach(all, name, values) {
        if (!json_is_string(values) && !json_is_array(values))
            fault(wrong);
        for (i = 0; i < (json_is_array(values) ? json_array_size(values) : 1); i++) {
            value = json_is_array(values) ? json_array_get(values, i) : values;
            if (!json_is_string(value))
                fault(wrong);
            list[*count].name = adarga_text(name);
            list[*count].value = of_string(value);
            *count += 1;
        }
    }
    return list;
}

static int is_http(void)
{
    adarga_view transport = text("transport");
    if (adarga_equal(transport, "http"))
        return 1;
    if (!adarga_equal(transport, "stdio"))
        fault("`transport` must be `stdio` or `http`");
    return 0;
}

/* The number of a revision, 0 for none that is known. */
static uint32_t revision(adarga_view name)
{
    static const char *const known[] = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"};
    size_t i;
    for (i = 0; i < sizeof known / sizeof *known; i++) {
        unsigned year, month, day;
        if (adarga_equal(name, known[i]) && sscanf(known[i], "%u-%u-%u", &year, &month, &day) == 3)
            return year * 10000 + month * 100 + day;
    }
    return 0;
}

/* --- ops of one layer --- */

static adarga_buffer shared_scratch;

static adarga_limits limits(void)
{
    adarga_limits limits_ = {0};
    limits_.size = sizeof limits_;
    limits_.depth_max = DEPTH_MAX;
    limits_.values_max = VALUES_MAX;
    limits_.input_max = INPUT_MAX;
    return limits_;
}

static void op_json(void)
{
    adarga_view document = bytes("x");
    adarga_limits limits_ = limits();
    adarga_parsed parsed = {0};
    uint64_t depth = integer("depth_max", DEPTH_MAX);
    if (depth > 65535)
        fault("`depth_max` must be at most 65535");
    limits_.depth_max = (uint32_t)depth;
    parsed.size = sizeof parsed;
    must(adarga_json_check(document, &limits_, shared_scratch, &parsed));
    put_verdict(parsed.reason);
}

static void op_message(void)
{
    static const char *const kinds[] = {"", "request", "notification", "response", "batch"};
    adarga_view message = bytes("x"), from;
    adarga_message_rules rules = {0};
    adarga_limits limits_ = limits();
    adarga_message found = {0};
    rules.size = sizeof rules;
    found.size = sizeof found;
    rules.revision = revision(text("revision"));
    if (rules.revision == 0)
        fault("unknown `revision`");
    from = optional_text("from");
    rules.from_server = adarga_equal(from, "server");
    if (from.ptr != NULL && !rules.from_server && !adarga_equal(from, "client"))
        fault("`from` must be `client` or `server`");
    if (is_http())
        rules.headers = headers(&rules.header_count);
    else
        headers(&(size_t){0});
    must(adarga_message_check(message, &rules, &limits_, shared_scratch, &found));
    put_verdict(found.reason);
    if (found.reason != ADARGA_REASON_ALLOWED)
        return;
    put_text("kind", adarga_text(kinds[found.kind]));
    if (found.kind != ADARGA_KIND_BATCH && found.method.ptr != NULL)
        put_text("method", found.method);
    if (found.id.ptr != NULL) {
        json_t *id = json_loadb(found.id.ptr, found.id.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        member("id");
        if (id != NULL)
            put_json(id);
        else
            put(found.id.ptr, found.id.len); /* a number that C has no type for */
        json_decref(id);
    }
}

static void op_frame(void)
{
    uint64_t line_max = integer("line_max", 4 << 20), dropped;
    adarga_framer framer = {{0}};
    adarga_buffer buffer;
    const json_t *chunks, *chunk;
    const char *comma = "";
    uint32_t mid_line;
    size_t i;
    if (line_max > LINE_MAX_)
        fault("`line_max` is too large");
    buffer = room((size_t)line_max);
    chunks = texts("chunks");
    member("ok");
    puts_("true");
    member("lines");
    puts_("[");
    json_array_foreach(chunks, i, chunk) {
        adarga_view rest = from_base64(chunk, "chunks"), line;
        uint32_t framed;
        do {
            must(adarga_frame(&framer, buffer, &rest, &line, &framed));
            if (framed == ADARGA_FRAMED_LINE) {
                puts_(comma);
                put_base64(line);
                comma = ",";
            }
        } while (framed != ADARGA_FRAMED_MORE);
    }
    puts_("]");
    must(adarga_framer_state(&framer, &dropped, &mid_line));
    member("dropped");
    put_number(dropped);
}

static void op_permission(void)
{
    adarga_view required = text("required");
    const json_t *granted = texts("granted"), *grant;
    uint16_t reason = ADARGA_REASON_PERMISSION_DENIED;
    size_t i;
    json_array_foreach(granted, i, grant)
        if (reason != ADARGA_REASON_ALLOWED)
            must(adarga_permission_covers(of_string(grant), required, &reason));
    put_verdict(reason);
}

static void op_path(void)
{
    adarga_view path = bytes("x"), profile = optional_text("profile"), root, normal;
    adarga_path_rules rules = {0};
    uint64_t decode;
    uint16_t reason;
    rules.size = sizeof rules;
    rules.profile = adarga_equal(profile, "posix") ? ADARGA_PROFILE_POSIX : ADARGA_PROFILE_PORTABLE;
    if (profile.ptr != NULL && rules.profile == ADARGA_PROFILE_PORTABLE && !adarga_equal(profile, "portable"))
        fault("`profile` must be `portable` or `posix`");
    if (optional_integer("decode", &decode)) {
        if (decode > 4)
            fault("`decode` must be at most 4");
        rules.decode = (uint32_t)decode + 1;
    }
    root = optional_text("root");
    must(adarga_path_contain(root, path, &rules, room(ADARGA_PATH_MAX), &normal, &reason));
    put_verdict(reason);
    if (reason == ADARGA_REASON_ALLOWED)
        put_text("path", normal);
}

static void op_uri(void)
{
    adarga_variable variables[ADARGA_VARIABLES_MAX];
    adarga_view template_ = text("template"), uri, why;
    size_t count, i;
    uint16_t reason;
    uri = adarga_text("");
    if (adarga_template_match(template_, uri, variables, &count, &reason, &why) == ADARGA_ERROR_VALUE)
        fault("`template`: %.*s", (int)why.len, (const char *)why.ptr);
    uri = text("uri");
    must(adarga_template_match(template_, uri, variables, &count, &reason, NULL));
    put_verdict(reason);
    if (reason != ADARGA_REASON_ALLOWED)
        return;
    member("variables");
    puts_("{");
    for (i = 0; i < count; i++) {
        adarga_output value = output(variables[i].raw.len);
        must(adarga_value_decode(variables[i].raw, &value));
        puts_(i > 0 ? "," : "");
        put_string(variables[i].name.ptr, variables[i].name.len);
        puts_(":");
        put_string(value.ptr, value.len);
    }
    puts_("}");
}

static void op_format(void)
{
    adarga_view name = text("format");
    uint16_t reason;
    int32_t status = adarga_format_check(name, adarga_text(""), &reason);
    if (status == ADARGA_ERROR_VALUE)
        fault("unknown `format`");
    must(adarga_format_check(name, bytes("x"), &reason));
    put_verdict(reason);
}

/* The names of threats, in the order of their bits. */
static size_t threat_names(uint32_t threats, adarga_view names[32])
{
    size_t count = 0;
    uint32_t bit;
    for (bit = 1; bit != 0; bit <<= 1)
        if (threats & bit)
            must(adarga_threat_name(bit, &names[count++]));
    return count;
}

static void put_names(const char *name, const adarga_view *names, size_t count)
{
    size_t i;
    member(name);
    puts_("[");
    for (i = 0; i < count; i++) {
        puts_(i > 0 ? "," : "");
        put_string(names[i].ptr, names[i].len);
    }
    puts_("]");
}

static int by_bytes(const void *a, const void *b)
{
    const adarga_view *left = a, *right = b;
    size_t least = left->len < right->len ? left->len : right->len;
    int order = least > 0 ? memcmp(left->ptr, right->ptr, least) : 0;
    return order != 0 ? order : (left->len > right->len) - (left->len < right->len);
}

static void op_threat(void)
{
    adarga_view names[32];
    uint32_t threats;
    uint16_t reason;
    size_t count;
    must(adarga_threat_scan(bytes("x"), &threats, &reason));
    put_verdict(reason);
    count = threat_names(threats, names);
    qsort(names, count, sizeof *names, by_bytes);
    put_names("kinds", names, count);
}

static void op_check_digit(void)
{
    adarga_view name = text("kind");
    uint16_t reason;
    if (adarga_check_digit(name, adarga_text(""), &reason) == ADARGA_ERROR_VALUE)
        fault("unknown `kind`");
    must(adarga_check_digit(name, bytes("x"), &reason));
    put_verdict(reason);
}

static adarga_detect_kinds kinds(adarga_view names)
{
    adarga_detect_kinds kinds_;
    if (adarga_detect_kinds_named(names, &kinds_) == ADARGA_ERROR_VALUE)
        fault("unknown name in `kinds`");
    return kinds_;
}

static void op_detect(void)
{
    adarga_view plain = bytes("x"), names = optional_text("kinds");
    adarga_detect_kinds sought = kinds(names.ptr != NULL ? names : adarga_text("all"));
    adarga_detect_finding few[8], *findings = few;
    size_t count, i;
    int32_t status = adarga_detect(plain, &sought, findings, sizeof few / sizeof *few, &count);
    if (status == ADARGA_ERROR_ROOM) {
        findings = zeroes(count * sizeof *findings);
        status = adarga_detect(plain, &sought, findings, count, &count);
    }
    must(status);
    put_verdict(ADARGA_REASON_ALLOWED);
    member("spans");
    puts_("[");
    for (i = 0; i < count; i++) {
        adarga_view name;
        must(adarga_detect_kind_name(findings[i].kind, &name));
        puts_(i > 0 ? ",[" : "[");
        put_number(findings[i].start);
        puts_(",");
        put_number(findings[i].end);
        puts_(",");
        put_string(name.ptr, name.len);
        puts_("]");
    }
    puts_("]");
}

static void put_escaped(const char *member_, adarga_view place, adarga_view plain)
{
    adarga_output out = output(0);
    int32_t status = adarga_escape(place, plain, &out);
    if (status == ADARGA_ERROR_VALUE)
        fault("unknown `for`");
    if (status == ADARGA_ERROR_ROOM) {
        out = output(out.len);
        status = adarga_escape(place, plain, &out);
    }
    must(status);
    put_bytes(member_, written(&out));
}

static void op_escape(void)
{
    adarga_view plain = bytes("x"), place = optional_text("for");
    adarga_output none = output(0);
    if (place.ptr != NULL && adarga_escape(place, adarga_text(""), &none) == ADARGA_ERROR_VALUE)
        fault("unknown `for`");
    put_verdict(ADARGA_REASON_ALLOWED);
    put_escaped("x", place.ptr != NULL ? place : adarga_text("html"), plain);
    if (place.ptr == NULL)
        put_escaped("strip", adarga_text("strip-tags"), plain);
}

/* The texts of a list that may be absent. */
static const adarga_view *listed(const char *name, size_t *count)
{
    const json_t *list = json_object_get(question, name) != NULL ? texts(name) : NULL, *item;
    adarga_view *views = zeroes(json_array_size(list) * sizeof *views);
    size_t i;
    json_array_foreach(list, i, item)
        views[i] = of_string(item);
    *count = json_array_size(list);
    return views;
}

static void op_redact(void)
{
    adarga_view message = bytes("json"), names, mask;
    adarga_redaction rules = {0};
    adarga_limits limits_ = limits();
    adarga_released redacted = {0};
    adarga_output out = output(0);
    int32_t status;
    rules.size = sizeof rules;
    redacted.size = sizeof redacted;
    rules.names = listed("fields", &rules.name_count);
    rules.pointers = listed("pointers", &rules.pointer_count);
    names = optional_text("kinds");
    if (names.ptr != NULL && !adarga_equal(names, "none"))
        rules.kinds = kinds(names);
    if (optional_string("key_b64") != NULL)
        rules.key = base64("key_b64");
    if (rules.key.ptr != NULL && rules.key.len != 32)
        fault("`key_b64` must be 32 bytes");
    mask = optional_text("mask");
    if (adarga_equal(mask, "last_four"))
        rules.mask = ADARGA_MASK_LAST_FOUR;
    else if (adarga_equal(mask, "pseudonym"))
        rules.mask = ADARGA_MASK_PSEUDONYM;
    else if (mask.ptr != NULL && !adarga_equal(mask, "redacted"))
        fault("unknown `mask`");
    if (rules.mask == ADARGA_MASK_PSEUDONYM && rules.key.ptr == NULL)
        fault("missing `key_b64`");
    status = adarga_redact(message, &rules, &limits_, shared_scratch, &out, &redacted);
    if (status == ADARGA_ERROR_ROOM) {
        out = output(out.len);
        status = adarga_redact(message, &rules, &limits_, shared_scratch, &out, &redacted);
    }
    if (status == ADARGA_ERROR_VALUE)
        fault("a name of `fields` is empty or too long"); /* or a pointer is none: the Rust driver takes those as they come */
    must(status);
    put_verdict(redacted.reason);
    if (redacted.reason == ADARGA_REASON_ALLOWED)
        put_bytes("json", redacted.bytes);
}

/* --- seals --- */

static uint32_t key_id(void)
{
    uint64_t id = integer("key_id", 1);
    if (id > UINT32_MAX)
        fault("`key_id` must be below 2^32");
    return (uint32_t)id;
}

static adarga_view of_length(const char *name, size_t len)
{
    adarga_view found = base64(name);
    if (found.len != len)
        fault("`%s` must be %zu bytes", name, len);
    return found;
}

static adarga_view aad(void)
{
    adarga_view found = optional_text("aad");
    return found.ptr != NULL ? found : adarga_text("");
}

static void op_seal(void)
{
    uint32_t id = key_id();
    adarga_view key = of_length("key_b64", ADARGA_SEAL_KEY_LEN), nonce, plain;
    adarga_output out = output(0);
    int32_t status;
    if (asked("nonce_b64") != NULL) {
        nonce = of_length("nonce_b64", ADARGA_SEAL_NONCE_LEN);
    } else {
        void *random = zeroes(ADARGA_SEAL_NONCE_LEN);
        if (getrandom(random, ADARGA_SEAL_NONCE_LEN, 0) != ADARGA_SEAL_NONCE_LEN)
            abort();
        nonce = adarga_bytes(random, ADARGA_SEAL_NONCE_LEN);
    }
    plain = bytes("x");
    status = adarga_seal(id, key, nonce, aad(), plain, &out);
    if (status == ADARGA_ERROR_ROOM) {
        out = output(out.len);
        status = adarga_seal(id, key, nonce, aad(), plain, &out);
    }
    must(status);
    put_verdict(ADARGA_REASON_ALLOWED);
    put_text("sealed", written(&out));
}

static void put_opened(uint16_t reason, const adarga_output *out)
{
    put_verdict(reason);
    if (reason == ADARGA_REASON_ALLOWED) {
        member("x_b64");
        put_base64(written(out));
    }
}

static void op_unseal(void)
{
    uint32_t id = key_id();
    adarga_view key = of_length("key_b64", ADARGA_SEAL_KEY_LEN), sealed = text("sealed");
    adarga_output out = output(0);
    uint16_t reason;
    int32_t status = adarga_unseal(id, key, aad(), sealed, &out, &reason);
    if (status == ADARGA_ERROR_ROOM) {
        out = output(out.len);
        status = adarga_unseal(id, key, aad(), sealed, &out, &reason);
    }
    must(status);
    put_opened(reason, &out);
}

static void op_aead(void)
{
    adarga_view key = of_length("key_b64", 32), nonce = of_length("nonce_b64", 12), about = base64("aad_b64"), sealed = bytes("x");
    adarga_output out = output(sealed.len);
    uint16_t reason;
    must(adarga_aead_open(key, nonce, about, sealed, &out, &reason));
    put_opened(reason, &out);
}

/* --- keys and tokens --- */

static void close_keys(void *keys) { adarga_key_set_close(keys); }
static void close_policy(void *policy) { adarga_policy_close(policy); }
static void close_list(void *list) { adarga_revocations_close(list); }
static void close_root(void *root) { adarga_root_close(root); }

/* The keys of a member; NULL when there is none that can be used. */
static const adarga_keys *usable_keys(const char *name, uint32_t mode)
{
    const json_t *document = json_object_get(question, name);
    adarga_key_set *set;
    adarga_keys *keys;
    int32_t status;
    if (document == NULL)
        fault("missing `%s`", name);
    status = json_is_object(document) ? adarga_key_set_read(dumped(document), mode, &set, NULL) : ADARGA_ERROR_DOCUMENT;
    if (status == ADARGA_ERROR_DOCUMENT)
        return NULL;
    must(status);
    keep(close_keys, set);
    keys = zeroes(sizeof *keys);
    must(adarga_key_set_keys(set, keys));
    return keys;
}

static uint32_t algorithms(void)
{
    const json_t *list, *name;
    uint32_t all = 0, one;
    size_t i;
    if (asked("algorithms") == NULL)
        return ADARGA_ALGORITHMS_ALL;
    list = texts("algorithms");
    json_array_foreach(list, i, name) {
        if (adarga_algorithm(of_string(name), &one) != ADARGA_OK)
            fault("unknown algorithm `%s`", json_string_value(name));
        all |= one;
    }
    return all;
}

static adarga_buffer token_memory(void)
{
    size_t size;
    must(adarga_token_memory_size(&size));
    return room(size);
}

static void op_signature(void)
{
    adarga_view name = text("alg"), message = bytes("x"), signature = base64("sig_b64");
    const adarga_keys *keys = usable_keys("key", ADARGA_KEYS_STRICT);
    uint32_t algorithm;
    uint16_t reason = ADARGA_REASON_TOKEN_KEY;
    if (keys != NULL && adarga_algorithm(name, &algorithm) != ADARGA_OK)
        reason = ADARGA_REASON_TOKEN_ALGORITHM;
    else if (keys != NULL)
        must(adarga_signature_verify(keys, algorithm, message, signature, &reason));
    put_verdict(reason);
}

static void op_jws(void)
{
    adarga_view token = text("token");
    uint32_t allowed = algorithms();
    const adarga_keys *keys = usable_keys("keys", ADARGA_KEYS_LENIENT);
    uint16_t reason = ADARGA_REASON_TOKEN_KEY;
    if (keys != NULL)
        must(adarga_jws_verify(token, keys, allowed, token_memory(), &reason));
    put_verdict(reason);
}

static void op_token(void)
{
    adarga_view token = text("token");
    adarga_token_rules rules = {0};
    adarga_token found = {0};
    const adarga_keys *keys;
    adarga_output error = output(ERROR_MAX);
    adarga_revocations *list;
    adarga_revoked revoked;
    json_t *document;
    uint64_t leeway_s;
    rules.size = sizeof rules;
    found.size = sizeof found;
    rules.now_ms = integer("now_ms", 0);
    leeway_s = integer("leeway", 0);
    rules.leeway_ms = leeway_s > UINT64_MAX / 1000 ? UINT64_MAX : leeway_s * 1000;
    rules.audience = optional_text("audience");
    rules.typ = optional_text("type");
    rules.algorithms = algorithms();
    rules.issuer = optional_text("issuer");
    keys = usable_keys("keys", ADARGA_KEYS_LENIENT);
    if (keys == NULL) {
        put_verdict(ADARGA_REASON_TOKEN_KEY);
        return;
    }
    if (json_object_get(question, "revoked") != NULL) {
        document = json_pack("{s:O}", "tokens", texts("revoked"));
        keep((void (*)(void *))json_decref, document);
        must_compile(adarga_revocations_read(adarga_text("revoked.json"), dumped(document), &list, &error), "", &error);
        keep(close_list, list);
        must(adarga_revocations_list(list, &revoked));
        rules.revoked = &revoked;
    }
    must(adarga_token_verify(token, keys, &rules, token_memory(), &found));
    put_verdict(found.reason);
    if (found.subject.ptr != NULL)
        put_text("subject", found.subject);
    if (found.expires_known) {
        member("expires");
        put_number(found.expires_ms);
    }
}

/* --- rates --- */

static adarga_limit limit(void)
{
    static const char wrong[] = "`limit` must be a text or an object of `rate` and `burst`";
    const json_t *asked_ = json_object_get(question, "limit");
    uint64_t burst;
    adarga_output error = output(ERROR_MAX);
    adarga_limit limit_ = {0};
    limit_.size = sizeof limit_;
    if (asked_ == NULL)
        fault("missing `limit`");
    if (json_is_string(asked_)) {
        must_compile(adarga_limit_parse(of_string(asked_), ADARGA_LIMIT_WINDOW, 0, &limit_, &error), "`limit`: ", &error);
        return limit_;
    }
    if (!json_is_object(asked_) || json_object_size(asked_) != 2 || !json_is_string(json_object_get(asked_, "rate"))
        || !whole(json_object_get(asked_, "burst"), &burst))
        fault(wrong);
    must_compile(adarga_limit_parse(of_string(json_object_get(asked_, "rate")), ADARGA_LIMIT_GCRA,
                                    burst > UINT32_MAX ? UINT32_MAX : (uint32_t)burst, &limit_, &error),
                 "`limit`: ", &error);
    return limit_;
}

static void op_rate(void)
{
    static const char wrong[] = "`events` must be a list of `[client, t_ms]`";
    adarga_limit limit_ = limit();
    const json_t *events = json_object_get(question, "events"), *event;
    adarga_view *clients, *sorted;
    adarga_rates rates;
    adarga_charged *charged;
    uint64_t seed[2] = {1, 2}, slots = 64, *times;
    uint32_t width = limit_.kind == ADARGA_LIMIT_WINDOW ? limit_.calls : 0;
    size_t i, count, different = 0, size;
    if (events == NULL)
        fault("missing `events`");
    if (!json_is_array(events))
        fault(wrong);
    count = json_array_size(events);
    clients = zeroes(count * sizeof *clients);
    sorted = zeroes(count * sizeof *sorted);
    charged = zeroes(count * sizeof *charged);
    times = zeroes(count * sizeof *times);
    json_array_foreach(events, i, event) {
        const json_t *client = json_array_get(event, 0), *time = json_array_get(event, 1);
        if (json_array_size(event) != 2 || !(json_is_string(client) || json_is_number(client)) || !whole(time, &times[i]))
            fault(wrong);
        clients[i] = sorted[i] = json_is_string(client) ? of_string(client) : dumped(client);
    }
    qsort(sorted, count, sizeof *sorted, by_bytes);
    for (i = 0; i < count; i++)
        different += i == 0 || by_bytes(&sorted[i - 1], &sorted[i]) != 0;
    while (slots < different * 8)
        slots *= 2;
    if (slots * width > 1 << 27)
        fault("too many clients for so large a window");
    different = different > 0 ? different : 1;
    must(adarga_table_size(ADARGA_RATES_LOCAL, (uint32_t)different * 4, width, &size));
    must(adarga_table_init(&rates, ADARGA_RATES_LOCAL, (uint32_t)different * 4, width, room(size), seed));
    for (i = 0; i < count; i++) {
        charged[i].size = sizeof charged[i];
        must(adarga_rates_charge(&rates, &limit_, 0, clients[i], 1, times[i], &charged[i]));
    }
    put_verdict(ADARGA_REASON_ALLOWED);
    member("allowed");
    puts_("[");
    for (i = 0; i < count; i++) {
        puts_(i > 0 ? "," : "");
        puts_(charged[i].reason == ADARGA_REASON_ALLOWED ? "true" : "false");
    }
    puts_("]");
    member("retry_ms");
    puts_("[");
    for (i = 0; i < count; i++) {
        puts_(i > 0 ? "," : "");
        if (charged[i].retry_known)
            put_number(charged[i].retry_after_ms);
        else
            puts_("null");
    }
    puts_("]");
}

/* --- files --- */

#define ROTATE(x, n) ((x) >> (n) | (x) << (32 - (n)))

/* SHA-256 (FIPS 180-4) of a file that is read to its end. */
static void put_sha256(int fd)
{
    static const uint32_t primes[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
        0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
        0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
        0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
        0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
        0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    unsigned char *content = NULL;
    size_t len = 0, have = 0, at, i;
    char hex[65];
    ssize_t got;
    do {
        if (have - len < 65536 + 128 && (content = realloc(content, have = have * 2 + 131072)) == NULL)
            abort();
        got = read(fd, content + len, 65536);
        len += got > 0 ? (size_t)got : 0;
    } while (got > 0 || (got < 0 && errno == EINTR));
    memset(content + len, 0, 128);
    content[len] = 0x80;
    have = (len + 9 + 63) / 64 * 64;
    for (i = 0; i < 8; i++)
        content[have - 1 - i] = (unsigned char)((uint64_t)len * 8 >> (8 * i));
    for (at = 0; at < have; at += 64) {
        uint32_t w[64], v[8];
        for (i = 0; i < 64; i++) {
            const unsigned char *p = content + at + 4 * i;
            if (i < 16) {
                w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
            } else {
                uint32_t a = w[i - 15], b = w[i - 2];
                w[i] = w[i - 16] + w[i - 7] + (ROTATE(a, 7) ^ ROTATE(a, 18) ^ a >> 3) + (ROTATE(b, 17) ^ ROTATE(b, 19) ^ b >> 10);
            }
        }
        memcpy(v, state, sizeof v);
        for (i = 0; i < 64; i++) {
            uint32_t one = v[7] + (ROTATE(v[4], 6) ^ ROTATE(v[4], 11) ^ ROTATE(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + primes[i] + w[i];
            uint32_t two = (ROTATE(v[0], 2) ^ ROTATE(v[0], 13) ^ ROTATE(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
            memmove(v + 1, v, 7 * sizeof *v);
            v[4] += one;
            v[0] = one + two;
        }
        for (i = 0; i < 8; i++)
            state[i] += v[i];
    }
    free(content);
    for (i = 0; i < 8; i++)
        snprintf(hex + 8 * i, 9, "%08x", (unsigned)state[i]);
    put_text("sha256", adarga_text(hex));
}

static void op_open(void)
{
    adarga_output error = output(ERROR_MAX);
    adarga_root *root;
    uint16_t reason;
    int fd;
    must_compile(adarga_root_open(text("root"), &root, &error), "", &error);
    keep(close_root, root);
    must(adarga_root_open_file(root, bytes("x"), &fd, &reason));
    put_verdict(reason);
    if (reason == ADARGA_REASON_ALLOWED) {
        put_sha256(fd);
        close(fd);
    }
}

/* --- schemas --- */

/* Where the JSON value at `at` ends. The line was read before: it is well-formed. */
static const char *value_end(const char *at, const char *end)
{
    int depth = 0, quoted = 0;
    for (; at < end; at++) {
        if (quoted) {
            if (*at == '\\')
                at++;
            else if (*at == '"')
                quoted = 0;
        } else if (*at == '"') {
            quoted = 1;
        } else if (*at == '{' || *at == '[') {
            depth++;
        } else if (depth > 0 && (*at == '}' || *at == ']')) {
            depth--;
        } else if (depth == 0 && (*at == ',' || *at == '}' || *at == ']' || *at == ':')) {
            return at;
        }
    }
    return end;
}

/* The text of a member as it stands in an object's text, so that numbers stay what they are; absent when there is none. */
static adarga_view raw(adarga_view object, const char *name)
{
    const char *at = object.ptr, *end = at + object.len;
    adarga_view found = adarga_text(NULL);
    at = memchr(at, '{', object.len);
    while (at != NULL && at < end && *at != '}') {
        const char *key = at + 1, *colon = value_end(key, end), *stop = colon < end ? value_end(colon + 1, end) : end;
        size_t len = (size_t)(colon - key);
        for (; len > 0 && strchr(" \t\r\n", *key) != NULL; key++)
            len--;
        for (; len > 0 && strchr(" \t\r\n", key[len - 1]) != NULL;)
            len--;
        if (len >= 2 && adarga_equal(adarga_bytes(key + 1, len - 2), name))
            found = adarga_bytes(colon + 1, (size_t)(stop - colon - 1));
        at = stop;
    }
    return found;
}

/* The `index`th element of an array's text. */
static adarga_view raw_element(adarga_view array, size_t index)
{
    const char *at = memchr(array.ptr, '[', array.len), *end = (const char *)array.ptr + array.len;
    for (; at != NULL && at < end && *at != ']'; index--) {
        const char *stop = value_end(at + 1, end);
        if (index == 0)
            return adarga_bytes(at + 1, (size_t)(stop - at - 1));
        at = stop;
    }
    return adarga_text(NULL);
}

static void close_schema(void *schema) { adarga_schema_close(schema); }

static void put_checked(const adarga_schema *schema, adarga_view value)
{
    adarga_limits limits_ = limits();
    adarga_output pointer = output(value.len * 2 + 64);
    uint16_t reason;
    must(adarga_schema_check(schema, value, &limits_, shared_scratch, &pointer, &reason));
    put_verdict(reason);
    if (reason == ADARGA_REASON_ARGUMENTS_SCHEMA)
        put_text("at", written(&pointer));
}

static void op_schema(void)
{
    static const char wrong[] = "`bundle` must be a list of objects with `id` and `schema`";
    const json_t *bundle = json_object_get(question, "bundle"), *one;
    size_t count = 1 + json_array_size(bundle), i;
    adarga_schema_source *sources = zeroes(count * sizeof *sources);
    adarga_output error = output(ERROR_MAX);
    adarga_view dialect = optional_text("dialect");
    adarga_schema *schema;
    int32_t status;
    size_t at;
    if (bundle != NULL && !json_is_array(bundle))
        fault(wrong);
    json_array_foreach(bundle, i, one) {
        if (!json_is_string(json_object_get(one, "id")) || json_object_get(one, "schema") == NULL)
            fault(wrong);
        sources[i + 1].id = of_string(json_object_get(one, "id"));
        sources[i + 1].text = raw(raw_element(raw(whole_line, "bundle"), i), "schema");
    }
    if (json_object_get(question, "schema") == NULL)
        fault("missing `schema`");
    sources[0].text = raw(whole_line, "schema");
    status = adarga_schema_compile(sources, count, dialect, json_is_true(json_object_get(question, "formats")), &schema, &error);
    for (at = 0; at < error.len && at < error.capacity; at++)
        if (((char *)error.ptr)[at] == '\n')
            ((char *)error.ptr)[at] = ';';
    must_compile(status, "`schema`: ", &error);
    keep(close_schema, schema);
    put_checked(schema, bytes("x"));
}

static void op_mcp(void)
{
    uint32_t number = revision(text("revision"));
    adarga_schema *schema;
    int32_t status;
    if (number == 0)
        fault("unknown `revision`");
    status = adarga_schema_of_type(number, text("definition"), &schema);
    if (status == ADARGA_ERROR_ABSENT)
        fault("unknown `definition`");
    must(status);
    keep(close_schema, schema);
    put_checked(schema, bytes("x"));
}

/* --- audit trails --- */

static void close_audit(void *audit) { adarga_audit_close(audit); }

static void op_audit(void)
{
    adarga_view key = base64("key_b64"), torn = adarga_text(NULL);
    adarga_audit_summary summary = {0};
    adarga_audit_finding finding = {0};
    const json_t *lines, *line;
    adarga_audit *audit;
    size_t i;
    int32_t status;
    summary.size = sizeof summary;
    finding.size = sizeof finding;
    if (key.len != ADARGA_AUDIT_KEY_LEN)
        fault("`key_b64` must be %d bytes", (int)ADARGA_AUDIT_KEY_LEN);
    lines = texts("lines");
    must(adarga_audit_open(0, key, 0, &audit));
    keep(close_audit, audit);
    json_array_foreach(lines, i, line) {
        adarga_view bytes_ = of_string(line);
        const char *at = bytes_.ptr;
        if (i + 1 == json_array_size(lines) && bytes_.len > 0 && at[0] == '{' && at[bytes_.len - 1] != '}')
            torn = bytes_; /* its end is missing */
        else
            must(adarga_audit_line(audit, bytes_));
    }
    must(adarga_audit_end(audit, torn, &summary));
    status = adarga_audit_finding_at(audit, 0, &finding);
    if (status == ADARGA_ERROR_ABSENT)
        finding.reason = ADARGA_REASON_ALLOWED;
    else
        must(status);
    put_verdict(finding.reason);
}

/* --- whole decisions --- */

typedef struct {
    adarga_gate gate;
    adarga_machine machine;
    adarga_session session;
    adarga_rates rates;
    adarga_work work;
    adarga_call call;
    adarga_view body;
    adarga_decision decision;
    int over_http;
} judged;

static void open_gate(adarga_gate *gate)
{
    adarga_output error = output(ERROR_MAX);
    const json_t *document;
    adarga_policy *policy;
    if (optional_string("image_b64") != NULL) {
        must(adarga_gate_open(gate, base64("image_b64")));
        return;
    }
    document = json_object_get(question, "policy");
    if (document == NULL)
        fault("missing `policy`");
    must_compile(adarga_policy_compile(adarga_text("policy.json"), dumped(document), &policy, &error), "", &error);
    keep(close_policy, policy);
    must(adarga_policy_gate(policy, gate));
}

static const adarga_asserted *asserted(void)
{
    const json_t *role = asked("role"), *subject = optional_string("subject"), *peer = optional_string("peer");
    adarga_asserted *caller;
    adarga_view *roles;
    size_t i;
    if (role == NULL)
        return NULL;
    if (!json_is_string(role))
        role = texts("role");
    caller = zeroes(sizeof *caller);
    caller->size = sizeof *caller;
    caller->subject = subject != NULL ? of_string(subject) : peer != NULL ? of_string(peer) : adarga_text("local");
    caller->role_count = json_is_string(role) ? 1 : json_array_size(role);
    caller->roles = roles = zeroes(caller->role_count * sizeof *roles);
    for (i = 0; i < caller->role_count; i++)
        roles[i] = of_string(json_is_string(role) ? role : json_array_get(role, i));
    return caller;
}

static const adarga_keys *decision_keys(void)
{
    adarga_output error = output(ERROR_MAX);
    adarga_key_set *set;
    adarga_keys *keys;
    if (optional_string("keys_b64") != NULL)
        must(adarga_key_set_load(base64("keys_b64"), &set));
    else if (asked("keys") != NULL)
        must_compile(adarga_key_set_read(dumped(asked("keys")), ADARGA_KEYS_LENIENT, &set, &error), "", &error);
    else
        return NULL;
    keep(close_keys, set);
    keys = zeroes(sizeof *keys);
    must(adarga_key_set_keys(set, keys));
    return keys;
}

static adarga_session *session(judged *j)
{
    const json_t *described = json_object_get(question, "session");
    uint32_t number;
    memset(&j->session, 0, sizeof j->session);
    if (!json_is_object(described))
        return j->over_http ? NULL : &j->session;
    if (!json_is_true(json_object_get(described, "initialized")))
        return &j->session;
    number = revision(of_string(json_is_string(json_object_get(described, "revision")) ? json_object_get(described, "revision") : NULL));
    if (number == 0)
        fault("unknown `session.revision`");
    {
        const json_t *owner = json_object_get(described, "owner");
        must(adarga_session_restore(&j->session, number, of_string(json_is_string(owner) ? owner : NULL)));
    }
    return &j->session;
}

/* Decides the question's call, step by step. */
static void decide(judged *j)
{
    adarga_view peer_text, introspected;
    adarga_peer *peer = zeroes(sizeof *peer);
    adarga_certificate *certificate = zeroes(sizeof *certificate);
    uint32_t step;
    memset(&j->call, 0, sizeof j->call);
    j->call.size = sizeof j->call;
    j->body = bytes("body");
    j->call.headers = headers(&j->call.header_count);
    j->over_http = is_http();
    j->call.transport = j->over_http ? ADARGA_TRANSPORT_HTTP : ADARGA_TRANSPORT_STDIO;
    j->call.method = adarga_text("POST");
    j->call.body_len = j->body.len;
    j->call.body_len_known = 1;
    j->call.asserted = asserted();
    j->call.keys = decision_keys();
    j->call.token = optional_text("token");
    if (asked("certificate") != NULL) {
        certificate->size = sizeof *certificate;
        certificate->subject = text("certificate");
        j->call.certificate = certificate;
    }
    peer->size = sizeof *peer;
    peer_text = optional_text("peer");
    if (peer_text.ptr != NULL && adarga_peer_parse(peer_text, peer) == ADARGA_OK)
        j->call.peer = peer; /* a name that is no address is nobody's */
    j->call.now_ms = integer("now_ms", 0);
    introspected = optional_text("introspected");
    j->work.session = session(j);
    must(adarga_start(&j->gate, &j->machine, &j->call, &j->work, &step));
    while (step != ADARGA_STEP_DONE) {
        adarga_input input;
        memset(&input, 0, sizeof input);
        input.size = sizeof input;
        if (step == ADARGA_STEP_KEYS) {
            input.kind = ADARGA_INPUT_KEYS;
        } else if (step == ADARGA_STEP_IDENTITY) {
            input.kind = introspected.ptr != NULL ? ADARGA_INPUT_INTROSPECTED : ADARGA_INPUT_IDENTITY;
            input.bytes = introspected;
        } else if (step == ADARGA_STEP_CHARGE) {
            input.kind = ADARGA_INPUT_CHARGED; /* the store is away */
            input.bytes = j->body;
        } else {
            input.kind = ADARGA_INPUT_BODY;
            input.bytes = j->body;
        }
        must(adarga_resume(&j->gate, &j->machine, &j->call, &input, &j->work, &step));
    }
    j->decision.size = sizeof j->decision;
    must(adarga_machine_decision(&j->gate, &j->machine, &j->work, &j->decision));
}

/* Decides the calls of `before`, then the question's own, under the same counts. */
static judged *judge(void)
{
    static const char wrong[] = "`before` must be a list of objects";
    judged *j = zeroes(sizeof *j);
    const json_t *own = question, *before, *one;
    uint64_t seed[2];
    size_t size, i;
    int32_t status;
    if (getrandom(seed, sizeof seed, 0) != sizeof seed)
        abort();
    open_gate(&j->gate);
    must(adarga_scratch_size(&j->gate, &size));
    j->work.size = sizeof j->work;
    j->work.scratch = room(size);
    j->work.reply = room(ADARGA_REPLY_MAX);
    j->work.seed[0] = seed[0];
    j->work.seed[1] = seed[1];
    status = adarga_rates_size(&j->gate, ADARGA_RATES_LOCAL, 0, &size);
    if (status != ADARGA_ERROR_ABSENT) {
        must(status);
        must(adarga_rates_init(&j->rates, &j->gate, ADARGA_RATES_LOCAL, 0, room(size), seed));
        j->work.rates = &j->rates;
    }
    before = asked("before");
    if (before != NULL && !json_is_array(before))
        fault(wrong);
    json_array_foreach(before, i, one)
        if (!json_is_object(one))
            fault(wrong);
    json_array_foreach(before, i, one) {
        json_t *merged = json_copy((json_t *)own);
        keep((void (*)(void *))json_decref, merged);
        json_object_update(merged, (json_t *)one);
        question = merged;
        decide(j);
    }
    question = own;
    decide(j);
    return j;
}

static void op_decide(void)
{
    judged *j = judge();
    const adarga_decision *decision = &j->decision;
    put_verdict(decision->allowed ? ADARGA_REASON_ALLOWED : decision->reason);
    member("status");
    put_number(decision->status);
    if (decision->place_kind == ADARGA_PLACE_OFFSET) {
        char place[32];
        snprintf(place, sizeof place, "byte %lu", (unsigned long)decision->place);
        put_text("pointer", adarga_text(place));
    } else if (decision->place_kind == ADARGA_PLACE_VALUE) {
        adarga_output pointer = output(j->body.len * 2 + 64);
        must(adarga_place_pointer(&j->gate, &j->machine, j->body, &j->work, &pointer));
        if (pointer.len > 0)
            put_text("pointer", written(&pointer));
    }
    if (decision->subject.ptr != NULL)
        put_text("subject", decision->subject);
    if (decision->route.ptr != NULL)
        put_text("route", decision->route);
    if (decision->threats != 0) {
        adarga_view names[32];
        size_t count = threat_names(decision->threats, names);
        put_names("threats", names, count);
    }
    if (decision->reply.len > 0)
        put_text("reply", decision->reply);
    if (decision->retry_known) {
        member("retry_after_ms");
        put_number(decision->retry_after_ms);
    }
}

static void op_release(void)
{
    adarga_view response = bytes("response");
    judged *j = judge();
    adarga_ticket ticket;
    size_t room;
    adarga_reading reading;
    adarga_read_result read_ = {0};
    adarga_released released = {0};
    adarga_output out;
    int32_t status;
    read_.size = sizeof read_;
    released.size = sizeof released;
    if (!j->decision.allowed) {
        put_verdict(j->decision.reason);
        return;
    }
    status = adarga_ticket_draw(&j->gate, &j->machine, &j->call, j->body, &j->work, 0, &ticket);
    if (status == ADARGA_ERROR_ABSENT)
        fault("the call gets no answer");
    must(status);
    j->work.session = NULL;
    must(adarga_read(&j->gate, response, &j->work, &reading, &read_));
    if (read_.reason != ADARGA_REASON_ALLOWED) {
        put_verdict(read_.reason);
        return;
    }
    must(adarga_released_max(&j->gate, response.len, &room));
    out = output(room);
    must(adarga_release(&j->gate, read_.kind == ADARGA_KIND_RESPONSE ? &ticket : NULL, &reading, response, &j->work, &out, &released));
    put_verdict(released.reason);
    if (released.reason == ADARGA_REASON_ALLOWED)
        put_bytes("response", released.bytes);
}

/* --- lines --- */

static const struct {
    const char *name;
    void (*run)(void);
} ops[] = {
    {"json", op_json},         {"message", op_message}, {"frame", op_frame},   {"jws", op_jws},       {"token", op_token},
    {"signature", op_signature}, {"permission", op_permission}, {"path", op_path}, {"open", op_open},   {"uri", op_uri},
    {"format", op_format},     {"rate", op_rate},       {"escape", op_escape}, {"seal", op_seal},     {"unseal", op_unseal},
    {"aead", op_aead},         {"schema", op_schema},   {"mcp", op_mcp},       {"decide", op_decide}, {"release", op_release},
    {"threat", op_threat},     {"detect", op_detect},   {"check_digit", op_check_digit}, {"redact", op_redact},
    {"audit", op_audit},
};

static void run(void)
{
    adarga_view name = text("op");
    size_t i;
    for (i = 0; i < sizeof ops / sizeof *ops; i++)
        if (adarga_equal(name, ops[i].name)) {
            ops[i].run();
            return;
        }
    fault("op");
}

static void answer_line(const char *line, size_t len)
{
    json_t *read_ = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
    size_t head;
    /* jansson has no unsigned numbers: a line with one beyond 2^63 is read once more, its numbers exact up to 2^53 */
    ints_are_reals = read_ == NULL;
    if (ints_are_reals)
        read_ = json_loadb(line, len, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    answer_len = 0;
    puts_("{\"n\":");
    if (!json_is_object(read_)) {
        puts_("null,\"fault\":\"line\"}\n");
        json_decref(read_);
        return;
    }
    question = read_;
    whole_line = adarga_bytes(line, len);
    if (json_object_get(read_, "n") != NULL)
        put_json(json_object_get(read_, "n"));
    else
        puts_("null");
    head = answer_len;
    if (setjmp(line_end) == 0) {
        run();
    } else {
        answer_len = head;
        put_text("fault", adarga_text(fault_text));
    }
    puts_("}\n");
    release_all();
    json_decref(read_);
}

int main(void)
{
    char *line = NULL;
    size_t have = 0, size;
    ssize_t len;
    if (adarga_abi() != ADARGA_ABI || adarga_scratch_size_of(VALUES_MAX, INPUT_MAX, &size) != ADARGA_OK) {
        fprintf(stderr, "driver: the library has another ABI than the header\n");
        return 1;
    }
    shared_scratch.ptr = calloc(1, size);
    shared_scratch.len = size;
    if (shared_scratch.ptr == NULL)
        return 1;
    while ((len = getline(&line, &have, stdin)) > 0) {
        if (strspn(line, " \t\r\n\f") == (size_t)len)
            continue;
        answer_line(line, (size_t)len);
        if (fwrite(answer, 1, answer_len, stdout) != answer_len || fflush(stdout) != 0)
            return 1;
    }
    free(line);
    free(answer);
    free(shared_scratch.ptr);
    return 0;
}
