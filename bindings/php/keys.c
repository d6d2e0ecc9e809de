/* KeySet, TokenVerifier, Token. */
#include "php_adarga.h"

#include "zend_smart_str.h"
#include "ext/json/php_json.h"

typedef struct {
    adarga_key_set *set;
    adarga_keys keys;
    zend_object std;
} keyset;
ADARGA_CLASS(keyset)

typedef struct {
    zend_object *keys;
    zend_string *issuer, *audience, *type;
    uint32_t algorithms;
    uint64_t leeway_ms;
    adarga_revocations *list;
    adarga_revoked revoked;
    adarga_buffer memory; /* in which tokens are judged: of this verifier alone, since what they say stays in it until it goes */
    zend_object std;
} verifier;
ADARGA_CLASS(verifier)

enum { TOKEN_VALID, TOKEN_REASON, TOKEN_SUBJECT, TOKEN_EXPIRES };

static void keyset_free(zend_object *object)
{
    adarga_key_set_close(keyset_of(object)->set);
    zend_object_std_dtor(object);
}

static void let(zend_string *text)
{
    if (text != NULL)
        zend_string_release(text);
}

static void token_memory_free(adarga_buffer *memory);

static void verifier_free(zend_object *object)
{
    verifier *own = verifier_of(object);
    if (own->memory.ptr != NULL)
        token_memory_free(&own->memory);
    if (own->keys != NULL)
        OBJ_RELEASE(own->keys);
    let(own->issuer);
    let(own->audience);
    let(own->type);
    adarga_revocations_close(own->list);
    zend_object_std_dtor(object);
}

void adarga_keys_classes(void)
{
    ADARGA_CLASS_INIT(keyset, adarga_keyset_ce, keyset_free);
    ADARGA_CLASS_INIT(verifier, adarga_verifier_ce, verifier_free);
}

const adarga_keys *adarga_keys_of(zend_object *set)
{
    return &keyset_of(set)->keys;
}

ZEND_METHOD(Adarga_Token, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }

ZEND_METHOD(Adarga_KeySet, __construct)
{
    zend_string *document;
    bool strict = false;
    keyset *own = keyset_of(Z_OBJ_P(ZEND_THIS));
    adarga_output error;
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_STR(document)
        Z_PARAM_OPTIONAL
        Z_PARAM_BOOL(strict)
    ZEND_PARSE_PARAMETERS_END();
    if (own->set != NULL) {
        zend_throw_error(NULL, "a key set is constructed once");
        RETURN_THROWS();
    }
    error = adarga_error();
    if (adarga_must(adarga_key_set_read(adarga_of(document), strict ? ADARGA_KEYS_STRICT : ADARGA_KEYS_LENIENT, &own->set, &error), &error))
        adarga_must(adarga_key_set_keys(own->set, &own->keys), NULL);
    adarga_error_free(&error);
}

ZEND_METHOD(Adarga_KeySet, fromImage)
{
    zend_string *image;
    keyset *own;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_STR(image)
    ZEND_PARSE_PARAMETERS_END();
    object_init_ex(return_value, adarga_keyset_ce);
    own = keyset_of(Z_OBJ_P(return_value));
    if (adarga_must(adarga_key_set_load(adarga_of(image), &own->set), NULL))
        adarga_must(adarga_key_set_keys(own->set, &own->keys), NULL);
}

static bool algorithms(HashTable *list, uint32_t *all)
{
    zval *name;
    uint32_t one;
    *all = list == NULL ? ADARGA_ALGORITHMS_ALL : 0;
    if (list == NULL)
        return true;
    ZEND_HASH_FOREACH_VAL(list, name) {
        ZVAL_DEREF(name);
        if (Z_TYPE_P(name) != IS_STRING) {
            zend_type_error("$algorithms must be a list of strings");
            return false;
        }
        if (adarga_algorithm(adarga_of(Z_STR_P(name)), &one) != ADARGA_OK) {
            zend_value_error("unknown algorithm `%s`", Z_STRVAL_P(name));
            return false;
        }
        *all |= one;
    } ZEND_HASH_FOREACH_END();
    return true;
}

static bool token_memory(adarga_buffer *memory)
{
    if (!adarga_must(adarga_token_memory_size(&memory->len), NULL))
        return false;
    memory->ptr = ecalloc(1, memory->len);
    return true;
}

/* What a token said is not left in memory that others get. */
static void token_memory_free(adarga_buffer *memory)
{
    ZEND_SECURE_ZERO(memory->ptr, memory->len);
    efree(memory->ptr);
}

ZEND_METHOD(Adarga_KeySet, verifySignature)
{
    zend_string *name, *message, *signature;
    uint32_t algorithm;
    uint16_t reason = ADARGA_REASON_TOKEN_ALGORITHM;
    ZEND_PARSE_PARAMETERS_START(3, 3)
        Z_PARAM_STR(name)
        Z_PARAM_STR(message)
        Z_PARAM_STR(signature)
    ZEND_PARSE_PARAMETERS_END();
    if (adarga_algorithm(adarga_of(name), &algorithm) == ADARGA_OK
        && !adarga_must(adarga_signature_verify(adarga_keys_of(Z_OBJ_P(ZEND_THIS)), algorithm, adarga_of(message), adarga_of(signature), &reason), NULL))
        RETURN_THROWS();
    adarga_zval_reason(return_value, reason);
}

ZEND_METHOD(Adarga_KeySet, verifyJws)
{
    zend_string *token;
    HashTable *names = NULL;
    uint32_t allowed;
    adarga_buffer memory;
    uint16_t reason;
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_STR(token)
        Z_PARAM_OPTIONAL
        Z_PARAM_ARRAY_HT_OR_NULL(names)
    ZEND_PARSE_PARAMETERS_END();
    if (!algorithms(names, &allowed) || !token_memory(&memory))
        RETURN_THROWS();
    if (adarga_must(adarga_jws_verify(adarga_of(token), adarga_keys_of(Z_OBJ_P(ZEND_THIS)), allowed, memory, &reason), NULL))
        adarga_zval_reason(return_value, reason);
    token_memory_free(&memory);
}

/* The document of a revocation list with these `jti`. */
static zend_string *revocations(HashTable *list)
{
    zend_string *text = NULL;
    smart_str document = {0};
    zval *item;
    smart_str_appends(&document, "{\"tokens\":");
    ZEND_HASH_FOREACH_VAL(list, item) {
        ZVAL_DEREF(item);
        if (Z_TYPE_P(item) != IS_STRING) {
            zend_type_error("$revoked must be a list of strings");
            smart_str_free(&document);
            return NULL;
        }
    } ZEND_HASH_FOREACH_END();
    {
        zval array;
        ZVAL_ARR(&array, zend_array_to_list(list));
        if (php_json_encode(&document, &array, PHP_JSON_UNESCAPED_UNICODE | PHP_JSON_UNESCAPED_SLASHES) != SUCCESS)
            zend_value_error("$revoked must hold UTF-8");
        zval_ptr_dtor(&array);
    }
    smart_str_appendc(&document, '}');
    smart_str_0(&document);
    if (EG(exception))
        smart_str_free(&document);
    else
        text = smart_str_extract(&document);
    return text;
}

static bool set_revoked(verifier *own, HashTable *list)
{
    adarga_output error;
    zend_string *document;
    bool right;
    if (zend_hash_num_elements(list) == 0)
        return true;
    document = revocations(list);
    if (document == NULL)
        return false;
    error = adarga_error();
    right = adarga_must(adarga_revocations_read(adarga_text("revoked.json"), adarga_of(document), &own->list, &error), &error)
        && adarga_must(adarga_revocations_list(own->list, &own->revoked), NULL);
    adarga_error_free(&error);
    zend_string_release(document);
    return right;
}

ZEND_METHOD(Adarga_TokenVerifier, __construct)
{
    zval *keys;
    zend_string *issuer = NULL, *audience = NULL, *type = NULL;
    HashTable *names = NULL, *revoked = NULL;
    zend_long leeway = 0;
    verifier *own = verifier_of(Z_OBJ_P(ZEND_THIS));
    ZEND_PARSE_PARAMETERS_START(1, 7)
        Z_PARAM_OBJECT_OF_CLASS(keys, adarga_keyset_ce)
        Z_PARAM_OPTIONAL
        Z_PARAM_STR_OR_NULL(issuer)
        Z_PARAM_STR_OR_NULL(audience)
        Z_PARAM_ARRAY_HT_OR_NULL(names)
        Z_PARAM_LONG(leeway)
        Z_PARAM_STR_OR_NULL(type)
        Z_PARAM_ARRAY_HT(revoked)
    ZEND_PARSE_PARAMETERS_END();
    if (own->keys != NULL) {
        zend_throw_error(NULL, "a verifier is constructed once");
        RETURN_THROWS();
    }
    if (leeway < 0) {
        zend_argument_value_error(5, "must be a number of seconds");
        RETURN_THROWS();
    }
    if (!algorithms(names, &own->algorithms) || (revoked != NULL && !set_revoked(own, revoked)))
        RETURN_THROWS();
    own->leeway_ms = (uint64_t)leeway > UINT64_MAX / 1000 ? UINT64_MAX : (uint64_t)leeway * 1000;
    own->issuer = issuer != NULL ? zend_string_copy(issuer) : NULL;
    own->audience = audience != NULL ? zend_string_copy(audience) : NULL;
    own->type = type != NULL ? zend_string_copy(type) : NULL;
    own->keys = Z_OBJ_P(keys);
    GC_ADDREF(own->keys);
}

ZEND_METHOD(Adarga_TokenVerifier, verify)
{
    zend_string *text;
    zend_long now_ms = 0;
    bool no_clock = true;
    verifier *own = verifier_of(Z_OBJ_P(ZEND_THIS));
    adarga_token_rules rules = {0};
    adarga_token found = {0};
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_STR(text)
        Z_PARAM_OPTIONAL
        Z_PARAM_LONG_OR_NULL(now_ms, no_clock)
    ZEND_PARSE_PARAMETERS_END();
    rules.size = sizeof rules;
    rules.algorithms = own->algorithms;
    rules.issuer = adarga_of(own->issuer);
    rules.audience = adarga_of(own->audience);
    rules.typ = adarga_of(own->type);
    rules.now_ms = adarga_now(no_clock, now_ms);
    rules.leeway_ms = own->leeway_ms;
    rules.revoked = own->list != NULL ? &own->revoked : NULL;
    found.size = sizeof found;
    if (own->memory.ptr == NULL && !token_memory(&own->memory))
        RETURN_THROWS();
    if (adarga_must(adarga_token_verify(adarga_of(text), adarga_keys_of(own->keys), &rules, own->memory, &found), NULL)) {
        object_init_ex(return_value, adarga_token_ce);
        zend_object *to = Z_OBJ_P(return_value);
        ZVAL_BOOL(OBJ_PROP_NUM(to, TOKEN_VALID), found.reason == ADARGA_REASON_ALLOWED);
        adarga_zval_reason(OBJ_PROP_NUM(to, TOKEN_REASON), found.reason);
        adarga_zval_view(OBJ_PROP_NUM(to, TOKEN_SUBJECT), found.subject);
        if (found.expires_known)
            ZVAL_LONG(OBJ_PROP_NUM(to, TOKEN_EXPIRES), found.expires_ms > ZEND_LONG_MAX ? ZEND_LONG_MAX : (zend_long)found.expires_ms);
        else
            ZVAL_NULL(OBJ_PROP_NUM(to, TOKEN_EXPIRES));
    }
}
