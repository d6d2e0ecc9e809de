/* What the files of the extension share. */
#ifndef PHP_ADARGA_H
#define PHP_ADARGA_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <sys/types.h>

#include "php.h"
#include "zend_exceptions.h"
#include "zend_enum.h"
#include "adarga.h"

#define PHP_ADARGA_VERSION "0.1.0"
#define ADARGA_ERROR_MAX 65536

extern zend_module_entry adarga_module_entry;

ZEND_BEGIN_MODULE_GLOBALS(adarga)
    char *policy; /* adarga.policy */
    char *table;  /* adarga.table */
    HashTable engines;
    adarga_buffer scratch;
    void *error; /* where errors are written, of ADARGA_ERROR_MAX bytes */
    zend_object *allowed; /* the case that most decisions name, of this request */
ZEND_END_MODULE_GLOBALS(adarga)

ZEND_EXTERN_MODULE_GLOBALS(adarga)
#define ADARGA_G(v) ZEND_MODULE_GLOBALS_ACCESSOR(adarga, v)
#if defined(ZTS) && defined(COMPILE_DL_ADARGA)
ZEND_TSRMLS_CACHE_EXTERN()
#endif

extern zend_class_entry *adarga_fault_ce, *adarga_denied_ce, *adarga_reason_ce, *adarga_gate_ce, *adarga_decision_ce, *adarga_released_ce,
    *adarga_session_ce, *adarga_keyset_ce, *adarga_verifier_ce, *adarga_token_ce, *adarga_ratetable_ce, *adarga_charge_ce, *adarga_schema_ce,
    *adarga_schemaresult_ce, *adarga_root_ce, *adarga_sealer_ce, *adarga_redactor_ce, *adarga_framer_ce,
    *adarga_audittrail_ce, *adarga_vault_ce;

/* A class whose objects hold something of C: `std` is the last member of its struct. */
#define ADARGA_CLASS(type)                                                      \
    static zend_object_handlers type##_handlers;                                \
    static zend_object *type##_create(zend_class_entry *ce)                     \
    {                                                                           \
        type *made = zend_object_alloc(sizeof *made, ce);                       \
        zend_object_std_init(&made->std, ce);                                   \
        object_properties_init(&made->std, ce);                                 \
        made->std.handlers = &type##_handlers;                                  \
        return &made->std;                                                      \
    }                                                                           \
    static inline type *type##_of(zend_object *object)                          \
    {                                                                           \
        return (type *)((char *)object - XtOffsetOf(type, std));                \
    }
#define ADARGA_CLASS_INIT(type, ce, free_)                                      \
    memcpy(&type##_handlers, &std_object_handlers, sizeof type##_handlers);     \
    type##_handlers.offset = XtOffsetOf(type, std);                             \
    type##_handlers.free_obj = free_;                                           \
    type##_handlers.clone_obj = NULL;                                           \
    (ce)->create_object = type##_create

void adarga_gate_class(void);
void adarga_session_class(void);
void adarga_keys_classes(void);
void adarga_rates_class(void);
void adarga_schema_class(void);
void adarga_root_class(void);
void adarga_sealer_class(void);
void adarga_text_classes(void);
void adarga_trail_class(void);
void adarga_vault_class(void);

/* --- views --- */

static inline adarga_view adarga_of(const zend_string *text)
{
    return text != NULL ? adarga_bytes(ZSTR_VAL(text), ZSTR_LEN(text)) : adarga_text(NULL);
}

static inline void adarga_zval_view(zval *to, adarga_view view)
{
    if (view.ptr != NULL)
        ZVAL_STRINGL(to, view.ptr, view.len);
    else
        ZVAL_NULL(to);
}

static inline int adarga_view_is(const zend_string *text, const char *name)
{
    return adarga_equal(adarga_of(text), name);
}

/* --- denied.c: faults and reasons --- */

/* Throws Fault for a status that is not OK; returns whether it is. `error`, when the status is that of a document, says what is wrong. */
bool adarga_must(int32_t status, const adarga_output *error);
void adarga_zval_reason(zval *to, uint16_t reason);
void adarga_deny(uint16_t reason);
/* An error output: one at a time, since all are in the same memory. */
adarga_output adarga_error(void);
void adarga_error_free(adarga_output *error);
/* The memory that documents are judged in, of the process; empty after a fault. */
adarga_buffer adarga_scratch(adarga_limits *limits);
/* A text of a list; throws for another value. */
bool adarga_texts(HashTable *list, const char *what, adarga_view **views, size_t *count);
uint32_t adarga_revision(adarga_view name);
void adarga_threats(zval *to, uint32_t threats);
uint64_t adarga_now(bool absent, zend_long now_ms);

/* --- call.c --- */

/* All header fields of an array, which owns their texts; false after a throw. The list is given back by efree. */
bool adarga_headers(HashTable *array, adarga_header **headers, size_t *count);

/* --- table.c --- */

typedef struct {
    void *mapping;
    size_t mapped;
    adarga_buffer memory;
    uint64_t seed[2];
} adarga_shared;

/* Maps the file of a table that `identity` (32 bytes: whose table it is) names; false after a throw. */
bool adarga_shared_open(adarga_shared *shared, const char *path, size_t bytes, const unsigned char identity[32]);
void adarga_shared_close(adarga_shared *shared);

/* --- engine.c --- */

/* A policy with the memory that it is judged in: of a process (of a thread, in ZTS), shared by the objects that name it. */
typedef struct adarga_engine {
    uint32_t holders;
    int64_t stamp[4]; /* of the file: device, inode, size, time */
    adarga_policy *policy; /* NULL: the image is a copy of the engine's own */
    adarga_view image;
    adarga_gate gate;
    adarga_machine machine;
    adarga_work work;
    adarga_rates rates;
    adarga_cache cache;
    void *cache_memory;
    adarga_shared shared;
    bool is_shared;
    adarga_data_keys *data; /* NULL: what would be sealed is masked */
    adarga_trail *trail;  /* of the process that opened it */
    pid_t trail_process;
    uint64_t seed[2];
    unsigned char reply[ADARGA_REPLY_MAX];
} adarga_engine;

/* Each throws and returns NULL on failure; the caller holds what is returned. */
adarga_engine *adarga_engine_of_file(zend_string *path, zend_string *table, bool anew);
/* `connect`: reads the keys of `[data]` as well, which the policy only names. */
adarga_engine *adarga_engine_of_policy(adarga_policy *policy, const char *table, bool connect);
adarga_engine *adarga_engine_of_image(adarga_view image);
void adarga_engine_let(adarga_engine *engine);

/* --- trail.c --- */

/* The trail of an object, of this process; NULL after a throw. */
adarga_trail *adarga_trail_of(zend_object *object);
/* Does what is due for the trail of an engine, if it has one; a warning says what went wrong. */
void adarga_trail_due(adarga_engine *engine);

/* --- gate.c, session.c, keys.c --- */

adarga_engine *adarga_engine_of_gate(zend_object *gate);
adarga_session *adarga_session_of(zend_object *session);
const adarga_keys *adarga_keys_of(zend_object *set);

#endif
