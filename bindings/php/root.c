/* Root: files beneath a directory that nothing leaves. */
#include "php_adarga.h"

#include <unistd.h>

#include "php_streams.h"

typedef struct {
    adarga_root *root;
    zend_object std;
} root;
ADARGA_CLASS(root)

static void root_free(zend_object *object)
{
    adarga_root_close(root_of(object)->root);
    zend_object_std_dtor(object);
}

void adarga_root_class(void)
{
    ADARGA_CLASS_INIT(root, adarga_root_ce, root_free);
}

ZEND_METHOD(Adarga_Root, __construct)
{
    zend_string *directory;
    root *own = root_of(Z_OBJ_P(ZEND_THIS));
    adarga_output error;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_PATH_STR(directory)
    ZEND_PARSE_PARAMETERS_END();
    if (own->root != NULL) {
        zend_throw_error(NULL, "a root is constructed once");
        RETURN_THROWS();
    }
    if (php_check_open_basedir(ZSTR_VAL(directory))) {
        zend_throw_exception(adarga_fault_ce, "open_basedir does not allow this directory", 0);
        RETURN_THROWS();
    }
    error = adarga_error();
    adarga_must(adarga_root_open(adarga_of(directory), &own->root, &error), &error);
    adarga_error_free(&error);
}

/* A stream over the very file that was judged: it is not opened by name once more. NULL after a throw. */
static php_stream *open_stream(zend_object *object, zend_string *path)
{
    int32_t fd;
    uint16_t reason;
    php_stream *stream;
    if (!adarga_must(adarga_root_open_file(root_of(object)->root, adarga_of(path), &fd, &reason), NULL))
        return NULL;
    if (reason != ADARGA_REASON_ALLOWED) {
        adarga_deny(reason);
        return NULL;
    }
    stream = php_stream_fopen_from_fd(fd, "rb", NULL);
    if (stream == NULL) {
        close(fd);
        zend_throw_exception(adarga_fault_ce, "no stream for the file", 0);
    }
    return stream;
}

ZEND_METHOD(Adarga_Root, open)
{
    zend_string *path;
    php_stream *stream;
    ZEND_PARSE_PARAMETERS_START(1, 1)
        Z_PARAM_STR(path)
    ZEND_PARSE_PARAMETERS_END();
    stream = open_stream(Z_OBJ_P(ZEND_THIS), path);
    if (stream != NULL)
        php_stream_to_zval(stream, return_value);
}

ZEND_METHOD(Adarga_Root, read)
{
    zend_string *path, *content;
    zend_long max = 16 << 20;
    php_stream *stream;
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_STR(path)
        Z_PARAM_OPTIONAL
        Z_PARAM_LONG(max)
    ZEND_PARSE_PARAMETERS_END();
    if (max < 0) {
        zend_argument_value_error(2, "must not be negative");
        RETURN_THROWS();
    }
    stream = open_stream(Z_OBJ_P(ZEND_THIS), path);
    if (stream == NULL)
        RETURN_THROWS();
    content = php_stream_copy_to_mem(stream, (size_t)max + 1, 0);
    php_stream_close(stream);
    if (content == NULL)
        RETURN_EMPTY_STRING();
    if (ZSTR_LEN(content) > (size_t)max) {
        zend_string_release(content);
        zend_throw_exception_ex(adarga_fault_ce, ADARGA_ERROR_LENGTH, "the file is longer than " ZEND_LONG_FMT " bytes", max);
        RETURN_THROWS();
    }
    RETURN_STR(content);
}
