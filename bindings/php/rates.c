/* RateTable, Charge. */
#include "php_adarga.h"

#include <sys/mman.h>

#include "ext/standard/php_random.h"

typedef struct {
    bool ready, in_file;
    adarga_limit limit;
    adarga_rates rates;
    adarga_shared memory;
    zend_object std;
} ratetable;
ADARGA_CLASS(ratetable)

enum { CHARGE_ALLOWED, CHARGE_REASON, CHARGE_RETRY };

static void ratetable_free(zend_object *object)
{
    ratetable *own = ratetable_of(object);
    if (own->in_file)
        adarga_shared_close(&own->memory);
    else if (own->memory.memory.ptr != NULL)
        munmap(own->memory.memory.ptr, own->memory.memory.len);
    zend_object_std_dtor(object);
}

void adarga_rates_class(void)
{
    ADARGA_CLASS_INIT(ratetable, adarga_ratetable_ce, ratetable_free);
}

ZEND_METHOD(Adarga_Charge, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }

/* Whose file it is: that of this limit and no other. */
static void identity_of(const adarga_limit *limit, zend_long clients, unsigned char identity[32])
{
    uint64_t numbers[4] = {limit->kind, (uint64_t)limit->calls << 32 | limit->burst, limit->span_ms, (uint64_t)clients};
    memcpy(identity, numbers, sizeof numbers);
}

static bool make_room(ratetable *own, zend_long clients, zend_string *file)
{
    uint32_t kind = file != NULL ? ADARGA_RATES_SHARED : ADARGA_RATES_LOCAL;
    uint32_t width = own->limit.kind == ADARGA_LIMIT_WINDOW ? own->limit.calls : 0;
    unsigned char identity[32];
    size_t bytes;
    if (!adarga_must(adarga_table_size(kind, (uint32_t)clients, width, &bytes), NULL))
        return false;
    if (file != NULL) {
        own->in_file = true;
        identity_of(&own->limit, clients, identity);
        if (!adarga_shared_open(&own->memory, ZSTR_VAL(file), bytes, identity))
            return false;
    } else {
        /* zeroes; pages that no client needs take no memory, and large ones spare a lookup for each call */
        void *room = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (room == MAP_FAILED) {
            zend_throw_exception(adarga_fault_ce, "no memory for so many clients under so large a limit", 0);
            return false;
        }
        own->memory.memory.ptr = room;
        own->memory.memory.len = bytes;
#ifdef MADV_HUGEPAGE
        madvise(room, bytes, MADV_HUGEPAGE);
#endif
        if (php_random_bytes_throw(own->memory.seed, sizeof own->memory.seed) != SUCCESS)
            return false;
    }
    return adarga_must(adarga_table_init(&own->rates, kind, (uint32_t)clients, width, own->memory.memory, own->memory.seed), NULL);
}

static bool may_be(zend_long clients, uint32_t argument, zend_string *file)
{
    if (clients < 1 || clients > 1 << 30) {
        zend_argument_value_error(argument, "must be between 1 and 2^30");
        return false;
    }
    if (file != NULL && php_check_open_basedir(ZSTR_VAL(file))) {
        zend_throw_exception(adarga_fault_ce, "open_basedir does not allow this file", 0);
        return false;
    }
    return true;
}

ZEND_METHOD(Adarga_RateTable, __construct)
{
    zend_string *limit, *file = NULL;
    zend_long burst = 0, clients = 65536;
    bool no_burst = true;
    ratetable *own = ratetable_of(Z_OBJ_P(ZEND_THIS));
    adarga_output error;
    bool right;
    ZEND_PARSE_PARAMETERS_START(1, 4)
        Z_PARAM_STR(limit)
        Z_PARAM_OPTIONAL
        Z_PARAM_LONG_OR_NULL(burst, no_burst)
        Z_PARAM_LONG(clients)
        Z_PARAM_PATH_STR_OR_NULL(file)
    ZEND_PARSE_PARAMETERS_END();
    if (own->memory.memory.ptr != NULL || own->ready) {
        zend_throw_error(NULL, "a table is constructed once");
        RETURN_THROWS();
    }
    if (!no_burst && burst < 0) {
        zend_argument_value_error(2, "must not be negative");
        RETURN_THROWS();
    }
    if (!may_be(clients, 3, file))
        RETURN_THROWS();
    error = adarga_error();
    own->limit.size = sizeof own->limit;
    right = adarga_must(adarga_limit_parse(adarga_of(limit), no_burst ? ADARGA_LIMIT_WINDOW : ADARGA_LIMIT_GCRA,
                                           burst > UINT32_MAX ? UINT32_MAX : (uint32_t)burst, &own->limit, &error), &error);
    adarga_error_free(&error);
    own->ready = right && make_room(own, clients, file);
}

ZEND_METHOD(Adarga_RateTable, ofWindow)
{
    zend_long calls, window_ms, clients = 65536;
    zend_string *file = NULL;
    ratetable *own;
    ZEND_PARSE_PARAMETERS_START(2, 4)
        Z_PARAM_LONG(calls)
        Z_PARAM_LONG(window_ms)
        Z_PARAM_OPTIONAL
        Z_PARAM_LONG(clients)
        Z_PARAM_PATH_STR_OR_NULL(file)
    ZEND_PARSE_PARAMETERS_END();
    if (calls < 1 || calls > UINT32_MAX || window_ms < 1) {
        zend_value_error("a window has at least one call and one millisecond, and less than 2^32 calls");
        RETURN_THROWS();
    }
    if (!may_be(clients, 3, file))
        RETURN_THROWS();
    object_init_ex(return_value, adarga_ratetable_ce);
    own = ratetable_of(Z_OBJ_P(return_value));
    own->limit.size = sizeof own->limit;
    own->limit.kind = ADARGA_LIMIT_WINDOW;
    own->limit.calls = (uint32_t)calls;
    own->limit.span_ms = (uint64_t)window_ms;
    own->ready = make_room(own, clients, file);
}

/* Charges a call; false after a throw. */
static bool charged_of(INTERNAL_FUNCTION_PARAMETERS, adarga_charged *charged)
{
    zend_string *client;
    zend_long cost = 1, now_ms = 0;
    bool no_clock = true;
    ratetable *own = ratetable_of(Z_OBJ_P(ZEND_THIS));
    ZEND_PARSE_PARAMETERS_START(1, 3)
        Z_PARAM_STR(client)
        Z_PARAM_OPTIONAL
        Z_PARAM_LONG(cost)
        Z_PARAM_LONG_OR_NULL(now_ms, no_clock)
    ZEND_PARSE_PARAMETERS_END_EX(return false);
    if (cost < 1 || cost > UINT32_MAX) {
        zend_argument_value_error(2, "must be at least 1 and below 2^32");
        return false;
    }
    charged->size = sizeof *charged;
    return adarga_must(adarga_rates_charge(&own->rates, &own->limit, 0, adarga_of(client), (uint32_t)cost, adarga_now(no_clock, now_ms), charged), NULL);
}

ZEND_METHOD(Adarga_RateTable, allows)
{
    adarga_charged charged = {0};
    if (charged_of(INTERNAL_FUNCTION_PARAM_PASSTHRU, &charged))
        RETURN_BOOL(charged.reason == ADARGA_REASON_ALLOWED);
}

ZEND_METHOD(Adarga_RateTable, charge)
{
    adarga_charged charged = {0};
    zend_object *to;
    if (!charged_of(INTERNAL_FUNCTION_PARAM_PASSTHRU, &charged))
        RETURN_THROWS();
    object_init_ex(return_value, adarga_charge_ce);
    to = Z_OBJ_P(return_value);
    ZVAL_BOOL(OBJ_PROP_NUM(to, CHARGE_ALLOWED), charged.reason == ADARGA_REASON_ALLOWED);
    adarga_zval_reason(OBJ_PROP_NUM(to, CHARGE_REASON), charged.reason);
    if (charged.retry_known)
        ZVAL_LONG(OBJ_PROP_NUM(to, CHARGE_RETRY), charged.retry_after_ms > ZEND_LONG_MAX ? ZEND_LONG_MAX : (zend_long)charged.retry_after_ms);
    else
        ZVAL_NULL(OBJ_PROP_NUM(to, CHARGE_RETRY));
}
