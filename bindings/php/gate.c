/* Gate, Decision, Released. */
#include "php_adarga.h"

#include <time.h>

typedef struct {
    adarga_engine *engine;
    zend_string *path, *table;
    zend_object std;
} gate;
ADARGA_CLASS(gate)

typedef struct {
    adarga_ticket *ticket;
    zend_string *peer; /* for the line of its answer */
    zend_object std;
} decision;
ADARGA_CLASS(decision)

/* The properties of Decision and Released, in the order of adarga.stub.php. */
enum { ALLOWED, REASON, STATUS, REPLY, CHALLENGE, SUBJECT, ROUTE, POINTER, KEYWORD, RETRY, THREATS, KIND, ITEMS, OBSERVED };
enum { RELEASED_BODY = 2, RELEASED_EDITED };

static void gate_free(zend_object *object)
{
    gate *own = gate_of(object);
    adarga_engine_let(own->engine);
    if (own->path != NULL)
        zend_string_release(own->path);
    if (own->table != NULL)
        zend_string_release(own->table);
    zend_object_std_dtor(object);
}

static void decision_free(zend_object *object)
{
    decision *own = decision_of(object);
    if (own->ticket != NULL)
        efree(own->ticket);
    if (own->peer != NULL)
        zend_string_release(own->peer);
    zend_object_std_dtor(object);
}

enum { KINDS = 5 };
static zend_string *kinds[KINDS];

void adarga_gate_class(void)
{
    static const char *const names[KINDS] = {"", "request", "notification", "response", "batch"};
    size_t i;
    for (i = 0; i < KINDS; i++)
        kinds[i] = zend_string_init_interned(names[i], strlen(names[i]), 1);
    ADARGA_CLASS_INIT(gate, adarga_gate_ce, gate_free);
    ADARGA_CLASS_INIT(decision, adarga_decision_ce, decision_free);
}

adarga_engine *adarga_engine_of_gate(zend_object *object)
{
    return gate_of(object)->engine;
}

ZEND_METHOD(Adarga_Gate, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }
ZEND_METHOD(Adarga_Decision, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }
ZEND_METHOD(Adarga_Released, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }

static void new_gate(zval *to, adarga_engine *engine, zend_string *path, zend_string *table)
{
    gate *own;
    if (engine == NULL)
        return;
    object_init_ex(to, adarga_gate_ce);
    own = gate_of(Z_OBJ_P(to));
    own->engine = engine;
    own->path = path != NULL ? zend_string_copy(path) : NULL;
    own->table = table != NULL ? zend_string_copy(table) : NULL;
}

ZEND_METHOD(Adarga_Gate, fromFile)
{
    zend_string *path, *table = NULL;
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_PATH_STR(path)
        Z_PARAM_OPTIONAL
        Z_PARAM_PATH_STR_OR_NULL(table)
    ZEND_PARSE_PARAMETERS_END();
    if (php_check_open_basedir(ZSTR_VAL(path)) || (table != NULL && php_check_open_basedir(ZSTR_VAL(table)))) {
        zend_throw_exception(adarga_fault_ce, "open_basedir does not allow this file", 0);
        RETURN_THROWS();
    }
    new_gate(return_value, adarga_engine_of_file(path, table, false), path, table);
}

ZEND_METHOD(Adarga_Gate, fromConfiguration)
{
    zend_string *path, *table;
    ZEND_PARSE_PARAMETERS_NONE();
    if (ADARGA_G(policy) == NULL || *ADARGA_G(policy) == 0) {
        zend_throw_exception(adarga_fault_ce, "php.ini names no policy: set adarga.policy", 0);
        RETURN_THROWS();
    }
    path = zend_string_init(ADARGA_G(policy), strlen(ADARGA_G(policy)), 0);
    table = ADARGA_G(table) != NULL && *ADARGA_G(table) != 0 ? zend_string_init(ADARGA_G(table), strlen(ADARGA_G(table)), 0) : NULL;
    new_gate(return_value, adarga_engine_of_file(path, table, false), path, table);
    zend_string_release(path);
    if (table != NULL)
        zend_string_release(table);
}

ZEND_METHOD(Adarga_Gate, fromText)
{
    zend_string *text, *name = NULL;
    adarga_output error;
    adarga_policy *policy;
    bool connect = true;
    ZEND_PARSE_PARAMETERS_START(1, 3)
        Z_PARAM_STR(text)
        Z_PARAM_OPTIONAL
        Z_PARAM_STR(name)
        Z_PARAM_BOOL(connect)
    ZEND_PARSE_PARAMETERS_END();
    error = adarga_error();
    if (adarga_must(adarga_policy_compile(name != NULL ? adarga_of(name) : adarga_text("policy.toml"), adarga_of(text), &policy, &error), &error))
        new_gate(return_value, adarga_engine_of_policy(policy, NULL, connect), NULL, NULL);
    adarga_error_free(&error);
}

ZEND_METHOD(Adarga_Gate, fromImage)
{
    zend_string *image;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_STR(image)
    ZEND_PARSE_PARAMETERS_END();
    new_gate(return_value, adarga_engine_of_image(adarga_of(image)), NULL, NULL);
}

ZEND_METHOD(Adarga_Gate, reload)
{
    gate *own = gate_of(Z_OBJ_P(ZEND_THIS));
    adarga_engine *fresh;
    ZEND_PARSE_PARAMETERS_NONE();
    if (own->path == NULL) {
        zend_throw_exception(adarga_fault_ce, "this gate has no file to load again", 0);
        RETURN_THROWS();
    }
    fresh = adarga_engine_of_file(own->path, own->table, true);
    if (fresh != NULL) {
        adarga_engine_let(own->engine);
        own->engine = fresh;
    }
}

ZEND_METHOD(Adarga_Gate, checkConfiguration)
{
    adarga_engine *engine = gate_of(Z_OBJ_P(ZEND_THIS))->engine;
    adarga_output error;
    ZEND_PARSE_PARAMETERS_NONE();
    if (engine->policy == NULL) {
        zend_throw_exception(adarga_fault_ce, "the gate is of an image in memory: open the policy's file to have the configuration checked", 0);
        RETURN_THROWS();
    }
    error = adarga_error();
    adarga_must(adarga_config_check(engine->policy, &error), &error);
    adarga_error_free(&error);
}

ZEND_METHOD(Adarga_Gate, image)
{
    adarga_view image;
    ZEND_PARSE_PARAMETERS_NONE();
    image = gate_of(Z_OBJ_P(ZEND_THIS))->engine->image;
    RETURN_STRINGL(image.ptr, image.len);
}

ZEND_METHOD(Adarga_Gate, digest)
{
    adarga_view digest;
    ZEND_PARSE_PARAMETERS_NONE();
    if (adarga_must(adarga_gate_digest(&gate_of(Z_OBJ_P(ZEND_THIS))->engine->gate, &digest), NULL))
        RETURN_STRINGL(digest.ptr, digest.len);
}

/* What only the host could give, and a store that would have to be asked, are absent: one call does all then. Only where the host has
 * something to answer with the machine is taken through its steps. */
static bool decide(adarga_engine *engine, const adarga_call *call, adarga_view body, adarga_view introspected, adarga_decision *made)
{
    uint32_t step;
    if (introspected.ptr == NULL)
        return adarga_must(adarga_decide(&engine->gate, &engine->machine, call, body, &engine->work, made), NULL);
    if (!adarga_must(adarga_start(&engine->gate, &engine->machine, call, &engine->work, &step), NULL))
        return false;
    while (step != ADARGA_STEP_DONE) {
        adarga_input input;
        memset(&input, 0, sizeof input);
        input.size = sizeof input;
        if (step == ADARGA_STEP_KEYS) {
            input.kind = ADARGA_INPUT_KEYS;
        } else if (step == ADARGA_STEP_IDENTITY) {
            input.kind = ADARGA_INPUT_INTROSPECTED;
            input.bytes = introspected;
        } else {
            input.kind = step == ADARGA_STEP_CHARGE ? ADARGA_INPUT_CHARGED : ADARGA_INPUT_BODY;
            input.bytes = body;
        }
        if (!adarga_must(adarga_resume(&engine->gate, &engine->machine, call, &input, &engine->work, &step), NULL))
            return false;
    }
    return adarga_must(adarga_machine_decision(&engine->gate, &engine->machine, &engine->work, made), NULL);
}

static void put_pointer(zval *to, adarga_engine *engine, const adarga_decision *made, adarga_view body)
{
    adarga_output out = {NULL, 0, 0};
    ZVAL_NULL(to);
    if (made->place_kind == ADARGA_PLACE_OFFSET) {
        ZVAL_STR(to, strpprintf(0, "byte %u", made->place));
    } else if (made->place_kind == ADARGA_PLACE_VALUE) {
        out.capacity = body.len * 2 + 64;
        out.ptr = ecalloc(1, out.capacity);
        if (adarga_must(adarga_place_pointer(&engine->gate, &engine->machine, body, &engine->work, &out), NULL) && out.len > 0)
            ZVAL_STRINGL(to, out.ptr, out.len);
        efree(out.ptr);
    }
}

static void put_decision(zval *to, adarga_engine *engine, const adarga_decision *made, adarga_view body)
{
    zend_object *object;
    object_init_ex(to, adarga_decision_ce);
    object = Z_OBJ_P(to);
    ZVAL_BOOL(OBJ_PROP_NUM(object, ALLOWED), made->allowed);
    adarga_zval_reason(OBJ_PROP_NUM(object, REASON), made->reason);
    ZVAL_LONG(OBJ_PROP_NUM(object, STATUS), made->status);
    ZVAL_STRINGL_FAST(OBJ_PROP_NUM(object, REPLY), made->reply.ptr != NULL ? made->reply.ptr : "", made->reply.len);
    adarga_zval_view(OBJ_PROP_NUM(object, CHALLENGE), made->challenge);
    adarga_zval_view(OBJ_PROP_NUM(object, SUBJECT), made->subject);
    adarga_zval_view(OBJ_PROP_NUM(object, ROUTE), made->route);
    put_pointer(OBJ_PROP_NUM(object, POINTER), engine, made, body);
    adarga_zval_view(OBJ_PROP_NUM(object, KEYWORD), made->keyword);
    if (made->retry_known)
        ZVAL_LONG(OBJ_PROP_NUM(object, RETRY), made->retry_after_ms > ZEND_LONG_MAX ? ZEND_LONG_MAX : (zend_long)made->retry_after_ms);
    else
        ZVAL_NULL(OBJ_PROP_NUM(object, RETRY));
    adarga_threats(OBJ_PROP_NUM(object, THREATS), made->threats);
    ZVAL_INTERNED_STR(OBJ_PROP_NUM(object, KIND), made->kind < KINDS ? kinds[made->kind] : ZSTR_EMPTY_ALLOC());
    ZVAL_LONG(OBJ_PROP_NUM(object, ITEMS), made->items);
    ZVAL_BOOL(OBJ_PROP_NUM(object, OBSERVED), made->observed);
}

/* What the release of the answer needs; for what gets no answer there is nothing. */
static void draw(decision *to, adarga_engine *engine, const adarga_call *call, adarga_view body)
{
    int32_t status;
    /* drawing a ticket clears it first */
    to->ticket = emalloc(sizeof *to->ticket);
    status = adarga_ticket_draw(&engine->gate, &engine->machine, call, body, &engine->work, 0, to->ticket);
    if (status == ADARGA_OK)
        return;
    efree(to->ticket);
    to->ticket = NULL;
    if (status != ADARGA_ERROR_ABSENT)
        adarga_must(status, NULL);
}

static uint64_t now_us(void)
{
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC, &now) == 0 ? (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000 : 0;
}

/* What only the host knows of a call, for its line in the trail. */
static adarga_event seen_of(const adarga_call *call, const zend_string *peer)
{
    static const char agent[] = "user-agent";
    adarga_event event = {0};
    size_t i;
    event.size = sizeof event;
    event.time_ms = call->now_ms;
    event.peer = peer != NULL ? adarga_of(peer) : call->transport == ADARGA_TRANSPORT_STDIO ? adarga_text("local") : adarga_text(NULL);
    for (i = 0; i < call->header_count; i++)
        if (call->headers[i].name.len == sizeof agent - 1 && strncasecmp(call->headers[i].name.ptr, agent, sizeof agent - 1) == 0)
            event.agent = call->headers[i].value;
    return event;
}

/* Writes the line of a decision; false after a throw. */
static bool tell(adarga_trail *trail, adarga_engine *engine, const adarga_call *call, const zend_string *peer, adarga_view body, uint64_t started)
{
    adarga_event event = seen_of(call, peer);
    adarga_output error = adarga_error();
    bool written;
    event.duration_us = now_us() - started;
    event.duration_known = 1;
    written = adarga_must(adarga_trail_decided(trail, &engine->gate, &engine->machine, body, &engine->work, &event, &error), &error);
    adarga_error_free(&error);
    return written;
}

ZEND_METHOD(Adarga_Gate, decide)
{
    zend_string *body, *token = NULL, *peer_text = NULL, *subject = NULL, *certified = NULL, *introspected = NULL, *method = NULL;
    HashTable *header_array = NULL, *role_list = NULL, *scope_list = NULL;
    zval *session = NULL, *keys = NULL, *trail_object = NULL;
    zend_long now_ms = 0;
    bool no_clock = true;
    adarga_engine *engine = gate_of(Z_OBJ_P(ZEND_THIS))->engine;
    adarga_trail *trail = NULL;
    uint64_t started = 0;
    adarga_header *headers = NULL;
    adarga_view *roles = NULL, *scopes = NULL;
    adarga_call call = {0};
    adarga_asserted asserted = {0};
    adarga_peer peer = {0};
    adarga_certificate certificate = {0};
    adarga_decision made = {0};
    ZEND_PARSE_PARAMETERS_START(1, 14)
        Z_PARAM_STR(body)
        Z_PARAM_OPTIONAL
        Z_PARAM_ARRAY_HT_OR_NULL(header_array)
        Z_PARAM_STR_OR_NULL(token)
        Z_PARAM_STR_OR_NULL(peer_text)
        Z_PARAM_STR_OR_NULL(subject)
        Z_PARAM_ARRAY_HT_OR_NULL(role_list)
        Z_PARAM_ARRAY_HT_OR_NULL(scope_list)
        Z_PARAM_STR_OR_NULL(certified)
        Z_PARAM_OBJECT_OF_CLASS_OR_NULL(session, adarga_session_ce)
        Z_PARAM_OBJECT_OF_CLASS_OR_NULL(keys, adarga_keyset_ce)
        Z_PARAM_STR_OR_NULL(introspected)
        Z_PARAM_LONG_OR_NULL(now_ms, no_clock)
        Z_PARAM_STR(method)
        Z_PARAM_OBJECT_OF_CLASS_OR_NULL(trail_object, adarga_audittrail_ce)
    ZEND_PARSE_PARAMETERS_END();
    if (trail_object != NULL) {
        started = now_us();
        trail = adarga_trail_of(Z_OBJ_P(trail_object));
        if (trail == NULL)
            RETURN_THROWS();
    }
    call.size = sizeof call;
    call.transport = header_array != NULL ? ADARGA_TRANSPORT_HTTP : ADARGA_TRANSPORT_STDIO;
    call.method = method != NULL ? adarga_of(method) : adarga_text("POST");
    call.body_len = ZSTR_LEN(body);
    call.body_len_known = 1;
    call.now_ms = adarga_now(no_clock, now_ms);
    call.token = adarga_of(token);
    call.keys = keys != NULL ? adarga_keys_of(Z_OBJ_P(keys)) : NULL;
    engine->work.session = session != NULL ? adarga_session_of(Z_OBJ_P(session)) : NULL;
    certificate.size = sizeof certificate;
    certificate.subject = adarga_of(certified);
    call.certificate = certified != NULL ? &certificate : NULL;
    peer.size = sizeof peer;
    /* a name that is no address is nobody's */
    if (peer_text != NULL && adarga_peer_parse(adarga_of(peer_text), &peer) == ADARGA_OK)
        call.peer = &peer;
    if (subject != NULL || role_list != NULL || scope_list != NULL) {
        asserted.size = sizeof asserted;
        asserted.scoped = scope_list != NULL;
        asserted.subject = subject != NULL ? adarga_of(subject) : peer_text != NULL ? adarga_of(peer_text) : adarga_text("local");
        if (!adarga_texts(role_list, "roles", &roles, &asserted.role_count))
            RETURN_THROWS();
        if (!adarga_texts(scope_list, "scopes", &scopes, &asserted.scope_count)) {
            efree(roles);
            RETURN_THROWS();
        }
        asserted.roles = roles;
        asserted.scopes = scopes;
        call.asserted = &asserted;
    }
    if ((header_array == NULL || adarga_headers(header_array, &headers, &call.header_count))) {
        call.headers = headers;
        made.size = sizeof made;
        if (decide(engine, &call, adarga_of(body), adarga_of(introspected), &made)
            && (trail == NULL || tell(trail, engine, &call, peer_text, adarga_of(body), started))) {
            put_decision(return_value, engine, &made, adarga_of(body));
            if (trail != NULL && peer_text != NULL)
                decision_of(Z_OBJ_P(return_value))->peer = zend_string_copy(peer_text);
            if (made.allowed && !EG(exception))
                draw(decision_of(Z_OBJ_P(return_value)), engine, &call, adarga_of(body));
        }
    }
    engine->work.session = NULL;
    if (headers != NULL)
        efree(headers);
    if (roles != NULL)
        efree(roles);
    if (scopes != NULL)
        efree(scopes);
}

/* Whether a response is that to the request of the ticket: under the ticket of another, other rules would hold. */
static bool answers(const adarga_ticket *ticket, adarga_view answered)
{
    adarga_view asked;
    return adarga_ticket_id(ticket, &asked) == ADARGA_OK && answered.ptr != NULL && asked.len == answered.len
        && memcmp(asked.ptr, answered.ptr, asked.len) == 0;
}

static void put_released(zval *to, uint16_t reason, bool edited, adarga_view body)
{
    zend_object *object;
    object_init_ex(to, adarga_released_ce);
    object = Z_OBJ_P(to);
    ZVAL_BOOL(OBJ_PROP_NUM(object, ALLOWED), reason == ADARGA_REASON_ALLOWED);
    adarga_zval_reason(OBJ_PROP_NUM(object, REASON), reason);
    ZVAL_STRINGL_FAST(OBJ_PROP_NUM(object, RELEASED_BODY), body.ptr != NULL ? body.ptr : "", body.len);
    ZVAL_BOOL(OBJ_PROP_NUM(object, RELEASED_EDITED), edited);
}

/* Writes the line of an answer; throws when that fails. */
static void tell_released(adarga_trail *trail, const adarga_ticket *ticket, uint16_t reason, const zend_string *peer)
{
    adarga_event event = {0};
    adarga_output error = adarga_error();
    event.size = sizeof event;
    event.time_ms = adarga_now(true, 0);
    event.peer = peer != NULL ? adarga_of(peer) : adarga_text("local");
    adarga_must(adarga_trail_released(trail, ticket, reason, &event, &error), &error);
    adarga_error_free(&error);
}

ZEND_METHOD(Adarga_Gate, release)
{
    zval *decided, *session = NULL, *trail_object = NULL;
    zend_string *response, *record = NULL;
    adarga_engine *engine = gate_of(Z_OBJ_P(ZEND_THIS))->engine;
    adarga_ticket *ticket;
    adarga_trail *trail = NULL;
    adarga_reading reading;
    adarga_read_result found = {0};
    adarga_released released = {0};
    adarga_output out = {0};
    ZEND_PARSE_PARAMETERS_START(2, 5)
        Z_PARAM_OBJECT_OF_CLASS(decided, adarga_decision_ce)
        Z_PARAM_STR(response)
        Z_PARAM_OPTIONAL
        Z_PARAM_OBJECT_OF_CLASS_OR_NULL(session, adarga_session_ce)
        Z_PARAM_OBJECT_OF_CLASS_OR_NULL(trail_object, adarga_audittrail_ce)
        Z_PARAM_STR(record)
    ZEND_PARSE_PARAMETERS_END();
    ticket = decision_of(Z_OBJ_P(decided))->ticket;
    if (ticket == NULL) {
        zend_throw_exception(adarga_fault_ce, "the call gets no answer", ADARGA_ERROR_ABSENT);
        RETURN_THROWS();
    }
    if (trail_object != NULL && (trail = adarga_trail_of(Z_OBJ_P(trail_object))) == NULL)
        RETURN_THROWS();
    found.size = sizeof found;
    released.size = sizeof released;
    engine->work.session = session != NULL ? adarga_session_of(Z_OBJ_P(session)) : NULL;
    if (adarga_must(adarga_read(&engine->gate, adarga_of(response), &engine->work, &reading, &found), NULL)) {
        /* a request or notification of the server's own answers no ticket */
        if (found.reason == ADARGA_REASON_ALLOWED && found.kind != ADARGA_KIND_RESPONSE)
            ticket = NULL;
        if (found.reason == ADARGA_REASON_ALLOWED && ticket != NULL && !answers(ticket, found.answers))
            found.reason = ADARGA_REASON_RELEASE_MESSAGE;
        if (found.reason != ADARGA_REASON_ALLOWED) {
            released.reason = found.reason;
            put_released(return_value, found.reason, false, adarga_text(NULL));
        } else if (adarga_must(adarga_released_max(&engine->gate, ZSTR_LEN(response), &out.capacity), NULL)) {
            out.ptr = ecalloc(1, out.capacity);
            if (adarga_must(adarga_release_sealed(engine->data, adarga_of(record), &engine->gate, ticket, &reading, adarga_of(response), &engine->work,
                                                  &out, &released), NULL))
                put_released(return_value, released.reason, released.edited, released.bytes);
            efree(out.ptr);
        }
    }
    engine->work.session = NULL;
    if (trail != NULL && ticket != NULL && !EG(exception))
        tell_released(trail, ticket, released.reason, decision_of(Z_OBJ_P(decided))->peer);
}

ZEND_METHOD(Adarga_Gate, unseal)
{
    zend_string *pointer, *sealed, *record = NULL;
    adarga_engine *engine = gate_of(Z_OBJ_P(ZEND_THIS))->engine;
    adarga_output value = {0};
    uint16_t reason;
    ZEND_PARSE_PARAMETERS_START(2, 3)
        Z_PARAM_STR(pointer)
        Z_PARAM_STR(sealed)
        Z_PARAM_OPTIONAL
        Z_PARAM_STR(record)
    ZEND_PARSE_PARAMETERS_END();
    if (engine->data == NULL) {
        zend_throw_exception(adarga_fault_ce, "the policy has no `key` in `[data]`, or was loaded without it", 0);
        RETURN_THROWS();
    }
    /* what was sealed is longer than what it is of */
    value.capacity = ZSTR_LEN(sealed);
    value.ptr = ecalloc(1, value.capacity + 1);
    if (adarga_must(adarga_data_unseal(engine->data, &engine->gate, adarga_of(pointer), adarga_of(record), adarga_of(sealed), &value, &reason), NULL)) {
        if (reason == ADARGA_REASON_ALLOWED)
            RETVAL_STRINGL(value.ptr, value.len);
        else
            adarga_deny(reason);
    }
    ZEND_SECURE_ZERO(value.ptr, value.capacity);
    efree(value.ptr);
}
