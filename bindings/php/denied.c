/* Faults, denials, reasons: what goes wrong, as PHP sees it; and the little that all files need. */
#include "php_adarga.h"

#include <time.h>

bool adarga_must(int32_t status, const adarga_output *error)
{
    adarga_view text;
    if (status == ADARGA_OK)
        return true;
    if (status == ADARGA_ERROR_DOCUMENT && error != NULL && error->len > 0) {
        size_t len = error->len < error->capacity ? error->len : error->capacity;
        zend_throw_exception_ex(adarga_fault_ce, status, "%.*s", (int)len, (const char *)error->ptr);
        return false;
    }
    if (adarga_status_text(status, &text) != ADARGA_OK)
        text = adarga_text("unknown status");
    zend_throw_exception_ex(adarga_fault_ce, status, "%.*s", (int)text.len, (const char *)text.ptr);
    return false;
}

static zend_object *reason_case(uint16_t reason)
{
#if PHP_VERSION_ID >= 80300
    HashTable *cases = CE_BACKED_ENUM_TABLE(adarga_reason_ce);
#else
    HashTable *cases = adarga_reason_ce->backed_enum_table;
#endif
    zval *name = zend_hash_index_find(cases, reason);
    /* a reason of a newer library: undecided, which denies */
    return name != NULL ? zend_enum_get_case(adarga_reason_ce, Z_STR_P(name)) : zend_enum_get_case_cstr(adarga_reason_ce, "Undecided");
}

void adarga_zval_reason(zval *to, uint16_t reason)
{
    if (reason == ADARGA_REASON_ALLOWED && ADARGA_G(allowed) == NULL)
        ADARGA_G(allowed) = reason_case(reason);
    ZVAL_OBJ_COPY(to, reason == ADARGA_REASON_ALLOWED ? ADARGA_G(allowed) : reason_case(reason));
}

static uint16_t reason_number(zend_object *object)
{
    return (uint16_t)Z_LVAL_P(zend_enum_fetch_case_value(object));
}

ZEND_METHOD(Adarga_Reason, code)
{
    adarga_view name;
    ZEND_PARSE_PARAMETERS_NONE();
    if (adarga_must(adarga_reason_name(reason_number(Z_OBJ_P(ZEND_THIS)), &name), NULL))
        RETURN_STRINGL(name.ptr, name.len);
}

ZEND_METHOD(Adarga_Reason, message)
{
    adarga_view text;
    ZEND_PARSE_PARAMETERS_NONE();
    if (adarga_must(adarga_reason_text(reason_number(Z_OBJ_P(ZEND_THIS)), &text), NULL))
        RETURN_STRINGL(text.ptr, text.len);
}

void adarga_deny(uint16_t reason)
{
    adarga_view name;
    zval value;
    zend_object *denied;
    if (!adarga_must(adarga_reason_name(reason, &name), NULL))
        return;
    denied = zend_throw_exception_ex(adarga_denied_ce, reason, "%.*s", (int)name.len, (const char *)name.ptr);
    adarga_zval_reason(&value, reason);
    zend_update_property(adarga_denied_ce, denied, "reason", sizeof "reason" - 1, &value);
    zval_ptr_dtor(&value);
}

adarga_output adarga_error(void)
{
    adarga_output error = {ADARGA_G(error), ADARGA_ERROR_MAX, 0};
    if (error.ptr == NULL)
        error.ptr = ADARGA_G(error) = pecalloc(1, ADARGA_ERROR_MAX, 1);
    return error;
}

void adarga_error_free(adarga_output *error)
{
    error->len = 0;
}

adarga_buffer adarga_scratch(adarga_limits *limits)
{
    adarga_buffer *memory = &ADARGA_G(scratch);
    memset(limits, 0, sizeof *limits);
    limits->size = sizeof *limits;
    limits->depth_max = 128;
    limits->values_max = 1 << 20;
    limits->input_max = 16 << 20;
    if (memory->ptr == NULL && adarga_must(adarga_scratch_size_of(limits->values_max, limits->input_max, &memory->len), NULL)) {
        /* pages that are never touched take no memory */
        memory->ptr = calloc(1, memory->len);
        if (memory->ptr == NULL)
            zend_throw_exception(adarga_fault_ce, "no memory to judge documents in", 0);
    }
    return *memory;
}

bool adarga_texts(HashTable *list, const char *what, adarga_view **views, size_t *count)
{
    zval *item;
    *count = 0;
    *views = ecalloc(list != NULL ? zend_hash_num_elements(list) + 1 : 1, sizeof **views);
    if (list == NULL)
        return true;
    ZEND_HASH_FOREACH_VAL(list, item) {
        ZVAL_DEREF(item);
        if (Z_TYPE_P(item) != IS_STRING) {
            efree(*views);
            zend_type_error("$%s must be a list of strings", what);
            return false;
        }
        (*views)[(*count)++] = adarga_of(Z_STR_P(item));
    } ZEND_HASH_FOREACH_END();
    return true;
}

uint32_t adarga_revision(adarga_view name)
{
    static const struct { const char *name; uint32_t number; } known[] = {
        {"2024-11-05", 20241105}, {"2025-03-26", 20250326}, {"2025-06-18", 20250618}, {"2025-11-25", 20251125}, {"2026-07-28", 20260728},
    };
    size_t i;
    for (i = 0; i < sizeof known / sizeof *known; i++)
        if (adarga_equal(name, known[i].name))
            return known[i].number;
    return 0;
}

/* In the order of the alphabet, which is not that of the bits. */
void adarga_threats(zval *to, uint32_t threats)
{
    static const uint32_t bits[] = {ADARGA_THREAT_HTML, ADARGA_THREAT_SHELL, ADARGA_THREAT_SQL, ADARGA_THREAT_TRAVERSAL};
    size_t i;
    adarga_view name;
    if (threats == 0) {
        ZVAL_EMPTY_ARRAY(to);
        return;
    }
    array_init(to);
    for (i = 0; i < sizeof bits / sizeof *bits; i++)
        if ((threats & bits[i]) && adarga_threat_name(bits[i], &name) == ADARGA_OK)
            add_next_index_stringl(to, name.ptr, name.len);
}

uint64_t adarga_now(bool absent, zend_long now_ms)
{
    struct timespec now;
    if (!absent)
        return now_ms > 0 ? (uint64_t)now_ms : 0;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec < 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
