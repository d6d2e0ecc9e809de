/* JSON texts and messages: check_json, check_message, Redactor, Framer, AuditTrail. */
#include "php_adarga.h"

typedef struct {
    bool ready;
    zend_array *names, *pointers;
    adarga_detect_kinds kinds;
    uint32_t mask;
    bool keyed;
    unsigned char key[32];
    zend_object std;
} redactor;
ADARGA_CLASS(redactor)

typedef struct {
    adarga_framer framer;
    adarga_buffer buffer;
    zend_object std;
} framer;
ADARGA_CLASS(framer)

static void redactor_free(zend_object *object)
{
    redactor *own = redactor_of(object);
    ZEND_SECURE_ZERO(own->key, sizeof own->key);
    if (own->names != NULL)
        zend_array_release(own->names);
    if (own->pointers != NULL)
        zend_array_release(own->pointers);
    zend_object_std_dtor(object);
}

static void framer_free(zend_object *object)
{
    if (framer_of(object)->buffer.ptr != NULL)
        efree(framer_of(object)->buffer.ptr);
    zend_object_std_dtor(object);
}

void adarga_text_classes(void)
{
    ADARGA_CLASS_INIT(redactor, adarga_redactor_ce, redactor_free);
    ADARGA_CLASS_INIT(framer, adarga_framer_ce, framer_free);
}

ZEND_FUNCTION(Adarga_check_json)
{
    zend_string *text;
    zend_long depth = 128;
    adarga_limits limits;
    adarga_buffer memory;
    adarga_parsed parsed = {0};
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_STR(text)
        Z_PARAM_OPTIONAL
        Z_PARAM_LONG(depth)
    ZEND_PARSE_PARAMETERS_END();
    if (depth < 0 || depth > 65535) {
        zend_value_error("`depth_max` must be at most 65535");
        RETURN_THROWS();
    }
    memory = adarga_scratch(&limits);
    limits.depth_max = (uint32_t)depth;
    parsed.size = sizeof parsed;
    if (memory.ptr != NULL && adarga_must(adarga_json_check(adarga_of(text), &limits, memory, &parsed), NULL))
        adarga_zval_reason(return_value, parsed.reason);
}

static void put_message(zval *to, const adarga_message *found)
{
    static const char *const kinds[] = {"", "request", "notification", "response", "batch"};
    zval value;
    array_init(to);
    adarga_zval_reason(&value, found->reason);
    add_assoc_zval(to, "reason", &value);
    add_assoc_string(to, "kind", found->kind < 5 ? kinds[found->kind] : "");
    adarga_zval_view(&value, found->kind == ADARGA_KIND_BATCH ? adarga_text(NULL) : found->method);
    add_assoc_zval(to, "method", &value);
    adarga_zval_view(&value, found->id);
    add_assoc_zval(to, "id", &value);
}

ZEND_FUNCTION(Adarga_check_message)
{
    zend_string *text, *revision;
    HashTable *array = NULL;
    bool from_server = false;
    adarga_header *headers = NULL;
    adarga_message_rules rules = {0};
    adarga_message found = {0};
    adarga_limits limits;
    adarga_buffer memory;
    ZEND_PARSE_PARAMETERS_START(2, 4)
        Z_PARAM_STR(text)
        Z_PARAM_STR(revision)
        Z_PARAM_OPTIONAL
        Z_PARAM_ARRAY_HT_OR_NULL(array)
        Z_PARAM_BOOL(from_server)
    ZEND_PARSE_PARAMETERS_END();
    rules.size = sizeof rules;
    rules.revision = adarga_revision(adarga_of(revision));
    rules.from_server = from_server;
    if (rules.revision == 0) {
        zend_value_error("unknown `revision`");
        RETURN_THROWS();
    }
    if (array != NULL && !adarga_headers(array, &headers, &rules.header_count))
        RETURN_THROWS();
    rules.headers = headers;
    found.size = sizeof found;
    memory = adarga_scratch(&limits);
    if (memory.ptr != NULL && adarga_must(adarga_message_check(adarga_of(text), &rules, &limits, memory, &found), NULL))
        put_message(return_value, &found);
    if (headers != NULL)
        efree(headers);
}

/* A list of texts that the object keeps. */
static bool keep(HashTable *list, const char *what, zend_array **kept)
{
    adarga_view *views;
    size_t count;
    if (!adarga_texts(list, what, &views, &count))
        return false;
    efree(views);
    *kept = list != NULL ? zend_array_dup(list) : NULL;
    return true;
}

static bool mask_of(const zend_string *name, uint32_t *mask)
{
    if (name == NULL || adarga_view_is(name, "redacted"))
        *mask = ADARGA_MASK_REDACTED;
    else if (adarga_view_is(name, "last_four"))
        *mask = ADARGA_MASK_LAST_FOUR;
    else if (adarga_view_is(name, "pseudonym"))
        *mask = ADARGA_MASK_PSEUDONYM;
    else
        return false;
    return true;
}

ZEND_METHOD(Adarga_Redactor, __construct)
{
    HashTable *fields = NULL, *pointers = NULL;
    zend_string *kinds = NULL, *mask = NULL, *key = NULL;
    redactor *own = redactor_of(Z_OBJ_P(ZEND_THIS));
    ZEND_PARSE_PARAMETERS_START(0, 5)
        Z_PARAM_OPTIONAL
        Z_PARAM_ARRAY_HT(fields)
        Z_PARAM_ARRAY_HT(pointers)
        Z_PARAM_STR(kinds)
        Z_PARAM_STR(mask)
        Z_PARAM_STR_OR_NULL(key)
    ZEND_PARSE_PARAMETERS_END();
    if (own->ready || own->names != NULL) {
        zend_throw_error(NULL, "a redactor is constructed once");
        RETURN_THROWS();
    }
    if (kinds != NULL && !adarga_view_is(kinds, "none") && adarga_detect_kinds_named(adarga_of(kinds), &own->kinds) != ADARGA_OK) {
        zend_value_error("unknown name in `kinds`");
        RETURN_THROWS();
    }
    if (key != NULL && ZSTR_LEN(key) != sizeof own->key) {
        zend_value_error("`key` must be 32 bytes");
        RETURN_THROWS();
    }
    if (!mask_of(mask, &own->mask)) {
        zend_value_error("unknown `mask`");
        RETURN_THROWS();
    }
    if (own->mask == ADARGA_MASK_PSEUDONYM && key == NULL) {
        zend_value_error("missing `key`");
        RETURN_THROWS();
    }
    own->keyed = key != NULL;
    if (key != NULL)
        memcpy(own->key, ZSTR_VAL(key), sizeof own->key);
    own->ready = keep(fields, "fields", &own->names) && keep(pointers, "pointers", &own->pointers);
}

ZEND_METHOD(Adarga_Redactor, redact)
{
    zend_string *json;
    redactor *own = redactor_of(Z_OBJ_P(ZEND_THIS));
    adarga_redaction rules = {0};
    adarga_released redacted = {0};
    adarga_output out = {0};
    adarga_limits limits;
    adarga_buffer memory;
    adarga_view *names, *pointers;
    int32_t status;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_STR(json)
    ZEND_PARSE_PARAMETERS_END();
    memory = adarga_scratch(&limits);
    if (memory.ptr == NULL || !adarga_texts(own->names, "fields", &names, &rules.name_count))
        RETURN_THROWS();
    if (!adarga_texts(own->pointers, "pointers", &pointers, &rules.pointer_count)) {
        efree(names);
        RETURN_THROWS();
    }
    rules.size = sizeof rules;
    rules.mask = own->mask;
    rules.names = names;
    rules.pointers = pointers;
    rules.kinds = own->kinds;
    if (own->keyed)
        rules.key = adarga_bytes(own->key, sizeof own->key);
    redacted.size = sizeof redacted;
    status = adarga_redact(adarga_of(json), &rules, &limits, memory, &out, &redacted);
    if (status == ADARGA_ERROR_ROOM) {
        out.capacity = out.len;
        out.ptr = ecalloc(1, out.capacity + 1);
        status = adarga_redact(adarga_of(json), &rules, &limits, memory, &out, &redacted);
    }
    if (status == ADARGA_ERROR_VALUE)
        zend_value_error("a name of `fields` is empty or too long");
    else if (adarga_must(status, NULL) && redacted.reason != ADARGA_REASON_ALLOWED)
        adarga_deny(redacted.reason);
    else if (status == ADARGA_OK)
        RETVAL_STRINGL(redacted.bytes.ptr, redacted.bytes.len);
    if (out.ptr != NULL)
        efree(out.ptr);
    efree(names);
    efree(pointers);
}

ZEND_METHOD(Adarga_Framer, __construct)
{
    zend_long line_max = 4 << 20;
    framer *own = framer_of(Z_OBJ_P(ZEND_THIS));
    ZEND_PARSE_PARAMETERS_START(0, 1)
        Z_PARAM_OPTIONAL
        Z_PARAM_LONG(line_max)
    ZEND_PARSE_PARAMETERS_END();
    if (own->buffer.ptr != NULL) {
        zend_throw_error(NULL, "a framer is constructed once");
        RETURN_THROWS();
    }
    if (line_max < 0 || line_max > 64 << 20) {
        zend_value_error("`line_max` is too large");
        RETURN_THROWS();
    }
    own->buffer.len = (size_t)line_max;
    own->buffer.ptr = ecalloc(1, own->buffer.len + 1);
}

ZEND_METHOD(Adarga_Framer, feed)
{
    zend_string *chunk;
    framer *own = framer_of(Z_OBJ_P(ZEND_THIS));
    adarga_view rest, line;
    uint32_t framed;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_STR(chunk)
    ZEND_PARSE_PARAMETERS_END();
    rest = adarga_of(chunk);
    array_init(return_value);
    do {
        if (!adarga_must(adarga_frame(&own->framer, own->buffer, &rest, &line, &framed), NULL))
            RETURN_THROWS();
        if (framed == ADARGA_FRAMED_LINE)
            add_next_index_stringl(return_value, line.ptr != NULL ? line.ptr : "", line.len);
    } while (framed != ADARGA_FRAMED_MORE);
}

ZEND_METHOD(Adarga_Framer, dropped)
{
    uint64_t dropped;
    uint32_t mid_line;
    ZEND_PARSE_PARAMETERS_NONE();
    if (adarga_must(adarga_framer_state(&framer_of(Z_OBJ_P(ZEND_THIS))->framer, &dropped, &mid_line), NULL))
        RETURN_LONG((zend_long)dropped);
}

/* Gives the lines; a last one whose end is missing is what stands behind the last line feed. */
static bool give_lines(adarga_audit *audit, const adarga_view *lines, size_t count, adarga_view *torn)
{
    size_t i;
    for (i = 0; i < count; i++) {
        const char *at = lines[i].ptr;
        if (i + 1 == count && lines[i].len > 0 && at[0] == '{' && at[lines[i].len - 1] != '}')
            *torn = lines[i];
        else if (!adarga_must(adarga_audit_line(audit, lines[i]), NULL))
            return false;
    }
    return true;
}

ZEND_METHOD(Adarga_AuditTrail, verify)
{
    zend_string *key;
    HashTable *list;
    adarga_view *lines, torn = adarga_text(NULL);
    adarga_audit_summary summary = {0};
    adarga_audit_finding finding = {0};
    adarga_audit *audit;
    size_t count;
    ZEND_PARSE_PARAMETERS_START(2, 2)
        Z_PARAM_STR(key)
        Z_PARAM_ARRAY_HT(list)
    ZEND_PARSE_PARAMETERS_END();
    if (ZSTR_LEN(key) != ADARGA_AUDIT_KEY_LEN) {
        zend_argument_value_error(1, "must be 32 bytes");
        RETURN_THROWS();
    }
    if (!adarga_texts(list, "lines", &lines, &count))
        RETURN_THROWS();
    summary.size = sizeof summary;
    finding.size = sizeof finding;
    if (adarga_must(adarga_audit_open(0, adarga_of(key), 0, &audit), NULL)) {
        if (give_lines(audit, lines, count, &torn) && adarga_must(adarga_audit_end(audit, torn, &summary), NULL)) {
            int32_t status = adarga_audit_finding_at(audit, 0, &finding);
            if (status == ADARGA_ERROR_ABSENT)
                adarga_zval_reason(return_value, ADARGA_REASON_ALLOWED);
            else if (adarga_must(status, NULL))
                adarga_zval_reason(return_value, finding.reason);
        }
        adarga_audit_close(audit);
    }
    efree(lines);
}
