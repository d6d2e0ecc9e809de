/* AuditTrail: one for each policy and process, whatever number of requests writes to it. */
#include "php_adarga.h"

#include <unistd.h>

typedef struct {
    adarga_engine *engine;
    zend_object std;
} trail;
ADARGA_CLASS(trail)

static void trail_free(zend_object *object)
{
    adarga_engine_let(trail_of(object)->engine);
    zend_object_std_dtor(object);
}

void adarga_trail_class(void)
{
    ADARGA_CLASS_INIT(trail, adarga_audittrail_ce, trail_free);
}

ZEND_METHOD(Adarga_AuditTrail, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }

/* The trail of this process; false after a throw. One that was opened before a fork stays its parent's. */
static bool ready(adarga_engine *engine)
{
    zend_string *note;
    adarga_output error;
    int32_t status;
    if (engine->trail != NULL && engine->trail_process == getpid())
        return true;
    engine->trail = NULL;
    error = adarga_error();
    note = strpprintf(0, "php %d", (int)getpid());
    status = adarga_trail_open(&engine->gate, adarga_of(note), &engine->trail, &error);
    engine->trail_process = getpid();
    zend_string_release(note);
    if (status != ADARGA_ERROR_ABSENT)
        adarga_must(status, &error);
    adarga_error_free(&error);
    return engine->trail != NULL;
}

ZEND_METHOD(Adarga_AuditTrail, of)
{
    zval *gate;
    adarga_engine *engine;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_OBJECT_OF_CLASS(gate, adarga_gate_ce)
    ZEND_PARSE_PARAMETERS_END();
    engine = adarga_engine_of_gate(Z_OBJ_P(gate));
    if (!ready(engine))
        return;
    object_init_ex(return_value, adarga_audittrail_ce);
    trail_of(Z_OBJ_P(return_value))->engine = engine;
    engine->holders++;
}

ZEND_METHOD(Adarga_AuditTrail, makeKey)
{
    zend_string *file;
    adarga_output error;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_PATH_STR(file)
    ZEND_PARSE_PARAMETERS_END();
    if (php_check_open_basedir(ZSTR_VAL(file))) {
        zend_throw_exception(adarga_fault_ce, "open_basedir does not allow this file", 0);
        RETURN_THROWS();
    }
    error = adarga_error();
    adarga_must(adarga_trail_key(adarga_of(file), &error), &error);
    adarga_error_free(&error);
}

adarga_trail *adarga_trail_of(zend_object *object)
{
    adarga_engine *engine = trail_of(object)->engine;
    return ready(engine) ? engine->trail : NULL;
}

void adarga_trail_due(adarga_engine *engine)
{
    adarga_output error;
    if (engine->trail == NULL || engine->trail_process != getpid())
        return;
    error = adarga_error();
    /* every line is in the file: nothing has to be denied for it */
    if (adarga_trail_keep(engine->trail, &error) == ADARGA_ERROR_DOCUMENT)
        php_error_docref(NULL, E_WARNING, "%.*s", (int)(error.len < error.capacity ? error.len : error.capacity), (const char *)error.ptr);
    adarga_error_free(&error);
}

static bool event_of(const zend_string *name, uint32_t *event)
{
    static const struct { const char *name; uint32_t event; } known[] = {
        {"decision", ADARGA_EVENT_DECISION}, {"authentication", ADARGA_EVENT_AUTHENTICATION}, {"release", ADARGA_EVENT_RELEASE},
        {"configuration", ADARGA_EVENT_CONFIGURATION},
    };
    size_t i;
    for (i = 0; i < sizeof known / sizeof *known; i++)
        if (adarga_view_is(name, known[i].name)) {
            *event = known[i].event;
            return true;
        }
    zend_argument_value_error(1, "must be \"decision\", \"authentication\", \"release\" or \"configuration\"");
    return false;
}

ZEND_METHOD(Adarga_AuditTrail, write)
{
    zend_string *name, *pointer = NULL, *request = NULL, *method = NULL, *target = NULL, *subject = NULL, *arguments = NULL, *peer = NULL,
                       *agent = NULL, *note = NULL;
    HashTable *role_list = NULL, *permission_list = NULL;
    zval *reason = NULL;
    bool success, no_duration = true, no_clock = true;
    zend_long duration = 0, now_ms = 0;
    adarga_engine *engine = trail_of(Z_OBJ_P(ZEND_THIS))->engine;
    adarga_view *roles, *permissions;
    adarga_event event = {0};
    adarga_output error;
    ZEND_PARSE_PARAMETERS_START(2, 16)
        Z_PARAM_STR(name)
        Z_PARAM_BOOL(success)
        Z_PARAM_OPTIONAL
        Z_PARAM_OBJECT_OF_CLASS_OR_NULL(reason, adarga_reason_ce)
        Z_PARAM_STR_OR_NULL(subject)
        Z_PARAM_ARRAY_HT(role_list)
        Z_PARAM_ARRAY_HT(permission_list)
        Z_PARAM_STR_OR_NULL(request)
        Z_PARAM_STR_OR_NULL(method)
        Z_PARAM_STR_OR_NULL(target)
        Z_PARAM_STR_OR_NULL(pointer)
        Z_PARAM_STR_OR_NULL(arguments)
        Z_PARAM_LONG_OR_NULL(duration, no_duration)
        Z_PARAM_STR_OR_NULL(peer)
        Z_PARAM_STR_OR_NULL(agent)
        Z_PARAM_STR_OR_NULL(note)
        Z_PARAM_LONG_OR_NULL(now_ms, no_clock)
    ZEND_PARSE_PARAMETERS_END();
    event.size = sizeof event;
    if (!event_of(name, &event.event) || !ready(engine))
        RETURN_THROWS();
    event.time_ms = adarga_now(no_clock, now_ms);
    event.success = success;
    event.reason = reason != NULL ? (uint32_t)Z_LVAL_P(zend_enum_fetch_case_value(Z_OBJ_P(reason))) : 0;
    event.pointer = adarga_of(pointer);
    event.request = adarga_of(request);
    event.method = adarga_of(method);
    event.target = adarga_of(target);
    event.subject = adarga_of(subject);
    event.arguments = adarga_of(arguments);
    event.duration_us = duration > 0 ? (uint64_t)duration : 0;
    event.duration_known = !no_duration;
    event.peer = adarga_of(peer);
    event.agent = adarga_of(agent);
    event.note = adarga_of(note);
    if (!adarga_texts(role_list, "roles", &roles, &event.role_count))
        RETURN_THROWS();
    if (!adarga_texts(permission_list, "permissions", &permissions, &event.permission_count)) {
        efree(roles);
        RETURN_THROWS();
    }
    event.roles = roles;
    event.permissions = permissions;
    error = adarga_error();
    if (adarga_must(adarga_trail_write(engine->trail, &event, &error), &error))
        adarga_trail_due(engine);
    adarga_error_free(&error);
    efree(roles);
    efree(permissions);
}
