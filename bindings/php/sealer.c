/* Sealer: fields that only a key's holder reads. */
#include "php_adarga.h"

#include "ext/standard/php_random.h"

typedef struct {
    bool ready;
    uint32_t key_id;
    unsigned char key[ADARGA_SEAL_KEY_LEN];
    zend_object std;
} sealer;
ADARGA_CLASS(sealer)

static void sealer_free(zend_object *object)
{
    ZEND_SECURE_ZERO(sealer_of(object)->key, ADARGA_SEAL_KEY_LEN);
    zend_object_std_dtor(object);
}

void adarga_sealer_class(void)
{
    ADARGA_CLASS_INIT(sealer, adarga_sealer_ce, sealer_free);
}

ZEND_METHOD(Adarga_Sealer, __construct)
{
    zend_string *key;
    zend_long key_id = 1;
    sealer *own = sealer_of(Z_OBJ_P(ZEND_THIS));
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_STR(key)
        Z_PARAM_OPTIONAL
        Z_PARAM_LONG(key_id)
    ZEND_PARSE_PARAMETERS_END();
    if (own->ready) {
        zend_throw_error(NULL, "a sealer is constructed once");
        RETURN_THROWS();
    }
    if (ZSTR_LEN(key) != ADARGA_SEAL_KEY_LEN) {
        zend_argument_value_error(1, "must be 32 bytes");
        RETURN_THROWS();
    }
    if (key_id < 0 || key_id > UINT32_MAX) {
        zend_argument_value_error(2, "must be below 2^32");
        RETURN_THROWS();
    }
    memcpy(own->key, ZSTR_VAL(key), sizeof own->key);
    own->key_id = (uint32_t)key_id;
    own->ready = true;
}

static adarga_view about(const zend_string *aad)
{
    return aad != NULL ? adarga_of(aad) : adarga_text("");
}

ZEND_METHOD(Adarga_Sealer, seal)
{
    zend_string *plain, *aad = NULL, *given = NULL;
    unsigned char random[ADARGA_SEAL_NONCE_LEN];
    sealer *own = sealer_of(Z_OBJ_P(ZEND_THIS));
    adarga_view key = adarga_bytes(own->key, sizeof own->key), nonce = adarga_bytes(random, sizeof random);
    adarga_output out = {0};
    int32_t status;
    ZEND_PARSE_PARAMETERS_START(1, 3)
        Z_PARAM_STR(plain)
        Z_PARAM_OPTIONAL
        Z_PARAM_STR(aad)
        Z_PARAM_STR_OR_NULL(given)
    ZEND_PARSE_PARAMETERS_END();
    if (given != NULL && ZSTR_LEN(given) != ADARGA_SEAL_NONCE_LEN) {
        zend_argument_value_error(3, "must be 24 random bytes that are never used again");
        RETURN_THROWS();
    }
    if (given != NULL)
        nonce = adarga_of(given);
    else if (php_random_bytes_throw(random, sizeof random) != SUCCESS)
        RETURN_THROWS();
    status = adarga_seal(own->key_id, key, nonce, about(aad), adarga_of(plain), &out);
    if (status == ADARGA_ERROR_ROOM) {
        out.capacity = out.len;
        out.ptr = ecalloc(1, out.capacity + 1);
        status = adarga_seal(own->key_id, key, nonce, about(aad), adarga_of(plain), &out);
    }
    if (adarga_must(status, NULL))
        RETVAL_STRINGL(out.ptr, out.len);
    if (out.ptr != NULL)
        efree(out.ptr);
}

/* What was opened, or why not. The memory that it was in is overwritten. */
static void put_opened(zval *to, int32_t status, uint16_t reason, adarga_output *out)
{
    if (adarga_must(status, NULL)) {
        if (reason == ADARGA_REASON_ALLOWED)
            ZVAL_STRINGL(to, out->ptr != NULL ? out->ptr : "", out->len);
        else
            adarga_deny(reason);
    }
    if (out->ptr != NULL) {
        ZEND_SECURE_ZERO(out->ptr, out->capacity);
        efree(out->ptr);
    }
}

ZEND_METHOD(Adarga_Sealer, open)
{
    zend_string *sealed, *aad = NULL;
    sealer *own = sealer_of(Z_OBJ_P(ZEND_THIS));
    adarga_view key = adarga_bytes(own->key, sizeof own->key);
    adarga_output out = {0};
    uint16_t reason;
    int32_t status;
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_STR(sealed)
        Z_PARAM_OPTIONAL
        Z_PARAM_STR(aad)
    ZEND_PARSE_PARAMETERS_END();
    status = adarga_unseal(own->key_id, key, about(aad), adarga_of(sealed), &out, &reason);
    if (status == ADARGA_ERROR_ROOM) {
        out.capacity = out.len;
        out.ptr = ecalloc(1, out.capacity + 1);
        status = adarga_unseal(own->key_id, key, about(aad), adarga_of(sealed), &out, &reason);
    }
    put_opened(return_value, status, reason, &out);
}

ZEND_METHOD(Adarga_Sealer, openAesGcm)
{
    zend_string *key, *nonce, *aad, *sealed;
    adarga_output out = {0};
    uint16_t reason = ADARGA_REASON_UNDECIDED;
    int32_t status;
    ZEND_PARSE_PARAMETERS_START(4, 4)
        Z_PARAM_STR(key)
        Z_PARAM_STR(nonce)
        Z_PARAM_STR(aad)
        Z_PARAM_STR(sealed)
    ZEND_PARSE_PARAMETERS_END();
    if (ZSTR_LEN(key) != 32) {
        zend_argument_value_error(1, "must be 32 bytes");
        RETURN_THROWS();
    }
    if (ZSTR_LEN(nonce) != 12) {
        zend_argument_value_error(2, "must be 12 bytes");
        RETURN_THROWS();
    }
    out.capacity = ZSTR_LEN(sealed);
    out.ptr = ecalloc(1, out.capacity + 1);
    status = adarga_aead_open(adarga_of(key), adarga_of(nonce), adarga_of(aad), adarga_of(sealed), &out, &reason);
    put_opened(return_value, status, reason, &out);
}
