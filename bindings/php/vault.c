/* Vault: secrets in a file of their own; and whether the server is configured as its policy asks. */
#include "php_adarga.h"

#define SECRET_MAX 65536

typedef struct {
    zend_string *file, *key;
    zend_object std;
} vault;
ADARGA_CLASS(vault)

static void vault_free(zend_object *object)
{
    vault *own = vault_of(object);
    if (own->file != NULL)
        zend_string_release(own->file);
    if (own->key != NULL)
        zend_string_release(own->key);
    zend_object_std_dtor(object);
}

void adarga_vault_class(void)
{
    ADARGA_CLASS_INIT(vault, adarga_vault_ce, vault_free);
}

/* Throws what is wrong with a call of the vault; `error` is given back. */
static bool done(int32_t status, adarga_output *error)
{
    bool right;
    if (status == ADARGA_ERROR_VALUE) {
        zend_throw_exception(adarga_fault_ce, "the key of a vault lies at `file:PATH`, `env:NAME` or `credential:NAME`", status);
        right = false;
    } else {
        right = adarga_must(status, error);
    }
    adarga_error_free(error);
    return right;
}

ZEND_METHOD(Adarga_Vault, __construct)
{
    zend_string *file, *key = NULL;
    vault *own = vault_of(Z_OBJ_P(ZEND_THIS));
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_PATH_STR(file)
        Z_PARAM_OPTIONAL
        Z_PARAM_PATH_STR_OR_NULL(key)
    ZEND_PARSE_PARAMETERS_END();
    if (own->file != NULL) {
        zend_throw_error(NULL, "a vault is constructed once");
        RETURN_THROWS();
    }
    if (php_check_open_basedir(ZSTR_VAL(file))
        || (key != NULL && zend_string_starts_with_literal(key, "file:") && php_check_open_basedir(ZSTR_VAL(key) + sizeof "file:" - 1))) {
        zend_throw_exception(adarga_fault_ce, "open_basedir does not allow this file", 0);
        RETURN_THROWS();
    }
    own->file = zend_string_copy(file);
    own->key = key != NULL ? zend_string_copy(key) : strpprintf(0, "file:%s.key", ZSTR_VAL(file));
}

ZEND_METHOD(Adarga_Vault, make)
{
    vault *own = vault_of(Z_OBJ_P(ZEND_THIS));
    adarga_output error;
    ZEND_PARSE_PARAMETERS_NONE();
    error = adarga_error();
    done(adarga_vault_make(adarga_of(own->file), adarga_of(own->key), &error), &error);
}

ZEND_METHOD(Adarga_Vault, get)
{
    zend_string *name;
    vault *own = vault_of(Z_OBJ_P(ZEND_THIS));
    adarga_output error, value = {0};
    int32_t status;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_STR(name)
    ZEND_PARSE_PARAMETERS_END();
    error = adarga_error();
    value.capacity = SECRET_MAX;
    value.ptr = ecalloc(1, value.capacity);
    status = adarga_vault_get(adarga_of(own->file), adarga_of(own->key), adarga_of(name), &value, &error);
    if (status == ADARGA_ERROR_ABSENT)
        adarga_error_free(&error);
    else if (done(status, &error))
        RETVAL_STRINGL(value.ptr, value.len);
    ZEND_SECURE_ZERO(value.ptr, value.capacity);
    efree(value.ptr);
}

ZEND_METHOD(Adarga_Vault, set)
{
    zend_string *name, *value;
    vault *own = vault_of(Z_OBJ_P(ZEND_THIS));
    adarga_output error;
    ZEND_PARSE_PARAMETERS_START(2, 2)
        Z_PARAM_STR(name)
        Z_PARAM_STR(value)
    ZEND_PARSE_PARAMETERS_END();
    error = adarga_error();
    done(adarga_vault_set(adarga_of(own->file), adarga_of(own->key), adarga_of(name), adarga_of(value), adarga_now(true, 0), &error), &error);
}

ZEND_METHOD(Adarga_Vault, remove)
{
    zend_string *name;
    vault *own = vault_of(Z_OBJ_P(ZEND_THIS));
    adarga_output error;
    int32_t status;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_STR(name)
    ZEND_PARSE_PARAMETERS_END();
    error = adarga_error();
    status = adarga_vault_remove(adarga_of(own->file), adarga_of(own->key), adarga_of(name), &error);
    if (status != ADARGA_ERROR_ABSENT) {
        RETURN_BOOL(done(status, &error));
    }
    adarga_error_free(&error);
    RETURN_FALSE;
}

static void put_names(zval *to, adarga_view names)
{
    const char *at = names.ptr, *end = at + names.len;
    array_init(to);
    while (at < end) {
        const char *line = memchr(at, '\n', end - at);
        if (line == NULL)
            break;
        add_next_index_stringl(to, at, line - at);
        at = line + 1;
    }
}

ZEND_METHOD(Adarga_Vault, names)
{
    vault *own = vault_of(Z_OBJ_P(ZEND_THIS));
    adarga_output error, names = {0};
    int32_t status;
    ZEND_PARSE_PARAMETERS_NONE();
    error = adarga_error();
    status = adarga_vault_names(adarga_of(own->file), adarga_of(own->key), &names, &error);
    /* others may add some in between */
    while (status == ADARGA_ERROR_ROOM) {
        names.capacity = names.len + 4096;
        names.ptr = names.ptr != NULL ? erealloc(names.ptr, names.capacity) : emalloc(names.capacity);
        memset(names.ptr, 0, names.capacity);
        status = adarga_vault_names(adarga_of(own->file), adarga_of(own->key), &names, &error);
    }
    if (done(status, &error))
        put_names(return_value, adarga_bytes(names.ptr, names.len));
    if (names.ptr != NULL)
        efree(names.ptr);
}

ZEND_METHOD(Adarga_Vault, rotate)
{
    vault *own = vault_of(Z_OBJ_P(ZEND_THIS));
    adarga_output error;
    ZEND_PARSE_PARAMETERS_NONE();
    error = adarga_error();
    done(adarga_vault_rotate(adarga_of(own->file), adarga_of(own->key), &error), &error);
}
