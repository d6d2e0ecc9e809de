/* Session: what a legacy connection has to remember. */
#include "php_adarga.h"

typedef struct {
    adarga_session session;
    zend_object std;
} session;
ADARGA_CLASS(session)

void adarga_session_class(void)
{
    ADARGA_CLASS_INIT(session, adarga_session_ce, zend_object_std_dtor);
}

adarga_session *adarga_session_of(zend_object *object)
{
    return &session_of(object)->session;
}

ZEND_METHOD(Adarga_Session, __construct)
{
    ZEND_PARSE_PARAMETERS_NONE();
    /* called once more it would undo what was settled */
}

ZEND_METHOD(Adarga_Session, restored)
{
    zend_string *revision, *owner = NULL;
    uint32_t number;
    ZEND_PARSE_PARAMETERS_START(1, 2)
        Z_PARAM_STR(revision)
        Z_PARAM_OPTIONAL
        Z_PARAM_STR(owner)
    ZEND_PARSE_PARAMETERS_END();
    number = adarga_revision(adarga_of(revision));
    if (number == 0) {
        zend_argument_value_error(1, "must be a revision of MCP, such as \"2025-11-25\"");
        RETURN_THROWS();
    }
    object_init_ex(return_value, adarga_session_ce);
    adarga_must(adarga_session_restore(adarga_session_of(Z_OBJ_P(return_value)), number, owner != NULL ? adarga_of(owner) : adarga_text("")), NULL);
}

ZEND_METHOD(Adarga_Session, revision)
{
    uint32_t number;
    ZEND_PARSE_PARAMETERS_NONE();
    if (!adarga_must(adarga_session_revision(adarga_session_of(Z_OBJ_P(ZEND_THIS)), &number), NULL) || number == 0)
        return;
    RETURN_STR(strpprintf(0, "%04u-%02u-%02u", number / 10000, number / 100 % 100, number % 100));
}

ZEND_METHOD(Adarga_Session, end)
{
    ZEND_PARSE_PARAMETERS_NONE();
    adarga_must(adarga_session_end(adarga_session_of(Z_OBJ_P(ZEND_THIS))), NULL);
}
