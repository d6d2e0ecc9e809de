/* Header fields, as PHP has them. */
#include "php_adarga.h"

enum { DIGITS_MAX = 24 };

static size_t count_values(HashTable *array, size_t *numeric)
{
    zend_string *name;
    zval *values;
    size_t count = 0;
    ZEND_HASH_FOREACH_STR_KEY_VAL(array, name, values) {
        ZVAL_DEREF(values);
        count += Z_TYPE_P(values) == IS_ARRAY ? zend_hash_num_elements(Z_ARRVAL_P(values)) : 1;
        *numeric += name == NULL;
    } ZEND_HASH_FOREACH_END();
    return count;
}

static bool put(adarga_header *list, size_t *count, adarga_view name, zval *value)
{
    ZVAL_DEREF(value);
    if (Z_TYPE_P(value) != IS_STRING)
        return false;
    list[*count].name = name;
    list[*count].value = adarga_of(Z_STR_P(value));
    *count += 1;
    return true;
}

static bool put_all(adarga_header *list, size_t *count, adarga_view name, zval *values)
{
    zval *value;
    ZVAL_DEREF(values);
    if (Z_TYPE_P(values) != IS_ARRAY)
        return put(list, count, name, values);
    ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(values), value) {
        if (!put(list, count, name, value))
            return false;
    } ZEND_HASH_FOREACH_END();
    return true;
}

bool adarga_headers(HashTable *array, adarga_header **headers, size_t *count)
{
    size_t numeric = 0, values = count_values(array, &numeric);
    /* names of digits, which PHP makes numbers, stand behind the list */
    char *digits = NULL;
    zend_string *name;
    zend_ulong number;
    zval *item;
    *headers = ecalloc(1, values * sizeof **headers + numeric * DIGITS_MAX + 1);
    digits = (char *)(*headers + values);
    *count = 0;
    ZEND_HASH_FOREACH_KEY_VAL(array, number, name, item) {
        adarga_view view = adarga_of(name);
        if (name == NULL) {
            snprintf(digits, DIGITS_MAX, ZEND_LONG_FMT, (zend_long)number);
            view = adarga_text(digits);
            digits += DIGITS_MAX;
        }
        if (!put_all(*headers, count, view, item)) {
            efree(*headers);
            *headers = NULL;
            zend_type_error("$headers must hold names with strings or lists of strings");
            return false;
        }
    } ZEND_HASH_FOREACH_END();
    return true;
}
