/* Schema, SchemaResult. */
#include "php_adarga.h"

typedef struct {
    adarga_schema *schema;
    zend_object std;
} schema;
ADARGA_CLASS(schema)

enum { RESULT_VALID, RESULT_REASON, RESULT_POINTER };

static void schema_free(zend_object *object)
{
    adarga_schema_close(schema_of(object)->schema);
    zend_object_std_dtor(object);
}

void adarga_schema_class(void)
{
    ADARGA_CLASS_INIT(schema, adarga_schema_ce, schema_free);
}

ZEND_METHOD(Adarga_SchemaResult, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }

/* The schema, then what it may refer to; NULL after a throw. */
static adarga_schema_source *sources_of(zend_string *text, HashTable *bundle, size_t *count)
{
    adarga_schema_source *sources = ecalloc(1 + (bundle != NULL ? zend_hash_num_elements(bundle) : 0), sizeof *sources);
    zend_string *id;
    zval *document;
    sources[0].text = adarga_of(text);
    *count = 1;
    if (bundle == NULL)
        return sources;
    ZEND_HASH_FOREACH_STR_KEY_VAL(bundle, id, document) {
        ZVAL_DEREF(document);
        if (id == NULL || Z_TYPE_P(document) != IS_STRING) {
            efree(sources);
            zend_type_error("$bundle must hold URIs with JSON texts");
            return NULL;
        }
        sources[*count].id = adarga_of(id);
        sources[(*count)++].text = adarga_of(Z_STR_P(document));
    } ZEND_HASH_FOREACH_END();
    return sources;
}

ZEND_METHOD(Adarga_Schema, __construct)
{
    zend_string *text, *dialect = NULL;
    bool formats = false;
    HashTable *bundle = NULL;
    schema *own = schema_of(Z_OBJ_P(ZEND_THIS));
    adarga_schema_source *sources;
    adarga_output error;
    size_t count;
    ZEND_PARSE_PARAMETERS_START(1, 4)
        Z_PARAM_STR(text)
        Z_PARAM_OPTIONAL
        Z_PARAM_BOOL(formats)
        Z_PARAM_STR_OR_NULL(dialect)
        Z_PARAM_ARRAY_HT(bundle)
    ZEND_PARSE_PARAMETERS_END();
    if (own->schema != NULL) {
        zend_throw_error(NULL, "a schema is constructed once");
        RETURN_THROWS();
    }
    sources = sources_of(text, bundle, &count);
    if (sources == NULL)
        RETURN_THROWS();
    error = adarga_error();
    adarga_must(adarga_schema_compile(sources, count, adarga_of(dialect), formats, &own->schema, &error), &error);
    adarga_error_free(&error);
    efree(sources);
}

ZEND_METHOD(Adarga_Schema, ofType)
{
    zend_string *revision, *name;
    uint32_t number;
    int32_t status;
    adarga_schema *found;
    ZEND_PARSE_PARAMETERS_START(2, 2)
        Z_PARAM_STR(revision)
        Z_PARAM_STR(name)
    ZEND_PARSE_PARAMETERS_END();
    number = adarga_revision(adarga_of(revision));
    if (number == 0) {
        zend_argument_value_error(1, "must be a revision of MCP, such as \"2026-07-28\"");
        RETURN_THROWS();
    }
    status = adarga_schema_of_type(number, adarga_of(name), &found);
    if (status == ADARGA_ERROR_ABSENT) {
        zend_argument_value_error(2, "must be a type of that revision");
        RETURN_THROWS();
    }
    if (!adarga_must(status, NULL))
        RETURN_THROWS();
    object_init_ex(return_value, adarga_schema_ce);
    schema_of(Z_OBJ_P(return_value))->schema = found;
}

ZEND_METHOD(Adarga_Schema, check)
{
    zend_string *json;
    adarga_limits limits;
    adarga_buffer memory;
    adarga_output pointer = {0};
    uint16_t reason;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_STR(json)
    ZEND_PARSE_PARAMETERS_END();
    memory = adarga_scratch(&limits);
    if (memory.ptr == NULL)
        RETURN_THROWS();
    pointer.capacity = ZSTR_LEN(json) * 2 + 64;
    pointer.ptr = ecalloc(1, pointer.capacity);
    if (adarga_must(adarga_schema_check(schema_of(Z_OBJ_P(ZEND_THIS))->schema, adarga_of(json), &limits, memory, &pointer, &reason), NULL)) {
        object_init_ex(return_value, adarga_schemaresult_ce);
        zend_object *to = Z_OBJ_P(return_value);
        ZVAL_BOOL(OBJ_PROP_NUM(to, RESULT_VALID), reason == ADARGA_REASON_ALLOWED);
        adarga_zval_reason(OBJ_PROP_NUM(to, RESULT_REASON), reason);
        if (reason == ADARGA_REASON_ARGUMENTS_SCHEMA)
            ZVAL_STRINGL(OBJ_PROP_NUM(to, RESULT_POINTER), pointer.ptr, pointer.len);
        else
            ZVAL_NULL(OBJ_PROP_NUM(to, RESULT_POINTER));
    }
    efree(pointer.ptr);
}
