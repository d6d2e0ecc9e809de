/* Functions over texts: places to write to, what they look like, what is in them, paths, URIs, formats. */
#include "php_adarga.h"

typedef int32_t named_check(adarga_view name, adarga_view text, uint16_t *reason);

ZEND_FUNCTION(Adarga_escape)
{
    zend_string *text, *place = NULL;
    adarga_view name;
    adarga_output out = {0};
    int32_t status;
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_STR(text)
        Z_PARAM_OPTIONAL
        Z_PARAM_STR(place)
    ZEND_PARSE_PARAMETERS_END();
    name = place != NULL ? adarga_of(place) : adarga_text("html");
    status = adarga_escape(name, adarga_of(text), &out);
    if (status == ADARGA_ERROR_VALUE) {
        zend_argument_value_error(2, "must be a place, such as \"html\"");
        RETURN_THROWS();
    }
    if (status == ADARGA_ERROR_ROOM) {
        zend_string *written = zend_string_alloc(out.len, 0);
        memset(ZSTR_VAL(written), 0, out.len + 1);
        out.capacity = out.len;
        out.ptr = ZSTR_VAL(written);
        status = adarga_escape(name, adarga_of(text), &out);
        if (status == ADARGA_OK) {
            ZSTR_LEN(written) = out.len;
            ZSTR_VAL(written)[out.len] = 0;
            RETURN_NEW_STR(written);
        }
        zend_string_efree(written);
    }
    if (adarga_must(status, NULL))
        RETURN_EMPTY_STRING();
}

ZEND_FUNCTION(Adarga_scan)
{
    zend_string *text;
    uint32_t threats;
    uint16_t reason;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_STR(text)
    ZEND_PARSE_PARAMETERS_END();
    if (adarga_must(adarga_threat_scan(adarga_of(text), &threats, &reason), NULL))
        adarga_threats(return_value, threats);
}

static void put_findings(zval *to, const adarga_detect_finding *findings, size_t count)
{
    size_t i;
    array_init_size(to, (uint32_t)count);
    for (i = 0; i < count; i++) {
        zval one;
        adarga_view name;
        if (adarga_detect_kind_name(findings[i].kind, &name) != ADARGA_OK)
            continue;
        array_init_size(&one, 3);
        add_next_index_long(&one, (zend_long)findings[i].start);
        add_next_index_long(&one, (zend_long)findings[i].end);
        add_next_index_stringl(&one, name.ptr, name.len);
        add_next_index_zval(to, &one);
    }
}

ZEND_FUNCTION(Adarga_detect)
{
    zend_string *text, *names = NULL;
    adarga_detect_kinds kinds;
    adarga_detect_finding few[8], *findings = few;
    size_t count;
    int32_t status;
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_STR(text)
        Z_PARAM_OPTIONAL
        Z_PARAM_STR(names)
    ZEND_PARSE_PARAMETERS_END();
    if (adarga_detect_kinds_named(names != NULL ? adarga_of(names) : adarga_text("all"), &kinds) != ADARGA_OK) {
        zend_value_error("unknown name in `kinds`");
        RETURN_THROWS();
    }
    memset(few, 0, sizeof few);
    status = adarga_detect(adarga_of(text), &kinds, findings, sizeof few / sizeof *few, &count);
    if (status == ADARGA_ERROR_ROOM) {
        findings = ecalloc(count, sizeof *findings);
        status = adarga_detect(adarga_of(text), &kinds, findings, count, &count);
    }
    if (adarga_must(status, NULL))
        put_findings(return_value, findings, count);
    if (findings != few)
        efree(findings);
}

ZEND_FUNCTION(Adarga_covers)
{
    zend_string *granted, *required;
    uint16_t reason;
    ZEND_PARSE_PARAMETERS_START(2, 2)
        Z_PARAM_STR(granted)
        Z_PARAM_STR(required)
    ZEND_PARSE_PARAMETERS_END();
    if (adarga_must(adarga_permission_covers(adarga_of(granted), adarga_of(required), &reason), NULL))
        RETURN_BOOL(reason == ADARGA_REASON_ALLOWED);
}

ZEND_FUNCTION(Adarga_contain)
{
    zend_string *path, *root = NULL, *profile = NULL;
    zend_long decode = 0;
    bool as_it_stands = true;
    char normal_form[ADARGA_PATH_MAX];
    adarga_path_rules rules = {0};
    adarga_view normal;
    uint16_t reason;
    ZEND_PARSE_PARAMETERS_START(1, 4)
        Z_PARAM_STR(path)
        Z_PARAM_OPTIONAL
        Z_PARAM_STR_OR_NULL(root)
        Z_PARAM_STR(profile)
        Z_PARAM_LONG_OR_NULL(decode, as_it_stands)
    ZEND_PARSE_PARAMETERS_END();
    rules.size = sizeof rules;
    if (profile != NULL && adarga_view_is(profile, "posix")) {
        rules.profile = ADARGA_PROFILE_POSIX;
    } else if (profile != NULL && !adarga_view_is(profile, "portable")) {
        zend_value_error("`profile` must be `portable` or `posix`");
        RETURN_THROWS();
    }
    if (!as_it_stands && (decode < 0 || decode > 4)) {
        zend_value_error("`decode` must be at most 4");
        RETURN_THROWS();
    }
    rules.decode = as_it_stands ? 0 : (uint32_t)decode + 1;
    memset(normal_form, 0, sizeof normal_form);
    if (!adarga_must(adarga_path_contain(adarga_of(root), adarga_of(path), &rules, (adarga_buffer){normal_form, sizeof normal_form}, &normal, &reason), NULL))
        RETURN_THROWS();
    if (reason != ADARGA_REASON_ALLOWED) {
        adarga_deny(reason);
        RETURN_THROWS();
    }
    RETURN_STRINGL(normal.ptr, normal.len);
}

static void put_variable(zval *to, const adarga_variable *variable)
{
    adarga_output out = {ecalloc(1, variable->raw.len + 1), variable->raw.len, 0};
    zend_string *name = zend_string_init(variable->name.ptr, variable->name.len, 0);
    zval value;
    if (adarga_must(adarga_value_decode(variable->raw, &out), NULL)) {
        ZVAL_STRINGL(&value, out.ptr, out.len);
        zend_symtable_update(Z_ARRVAL_P(to), name, &value);
    }
    zend_string_release(name);
    efree(out.ptr);
}

ZEND_FUNCTION(Adarga_match_uri)
{
    zend_string *template_, *uri;
    adarga_variable variables[ADARGA_VARIABLES_MAX];
    adarga_view why = {0};
    uint16_t reason;
    size_t count, i;
    int32_t status;
    ZEND_PARSE_PARAMETERS_START(2, 2)
        Z_PARAM_STR(template_)
        Z_PARAM_STR(uri)
    ZEND_PARSE_PARAMETERS_END();
    memset(variables, 0, sizeof variables);
    status = adarga_template_match(adarga_of(template_), adarga_of(uri), variables, &count, &reason, &why);
    if (status == ADARGA_ERROR_VALUE) {
        zend_value_error("`template`: %.*s", (int)why.len, (const char *)why.ptr);
        RETURN_THROWS();
    }
    if (!adarga_must(status, NULL) || reason != ADARGA_REASON_ALLOWED)
        return;
    array_init(return_value);
    for (i = 0; i < count; i++)
        put_variable(return_value, &variables[i]);
}

static void named(INTERNAL_FUNCTION_PARAMETERS, named_check *check, const char *unknown)
{
    zend_string *name, *text;
    uint16_t reason;
    int32_t status;
    ZEND_PARSE_PARAMETERS_START(2, 2)
        Z_PARAM_STR(name)
        Z_PARAM_STR(text)
    ZEND_PARSE_PARAMETERS_END();
    status = check(adarga_of(name), adarga_of(text), &reason);
    if (status == ADARGA_ERROR_VALUE) {
        zend_value_error("unknown `%s`", unknown);
        RETURN_THROWS();
    }
    if (adarga_must(status, NULL))
        RETURN_BOOL(reason == ADARGA_REASON_ALLOWED);
}

ZEND_FUNCTION(Adarga_matches)
{
    named(INTERNAL_FUNCTION_PARAM_PASSTHRU, adarga_format_check, "format");
}

ZEND_FUNCTION(Adarga_check_digit)
{
    named(INTERNAL_FUNCTION_PARAM_PASSTHRU, adarga_check_digit, "kind");
}
