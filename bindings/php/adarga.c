/* The module: its classes, settings, start and end. */
#include "php_adarga.h"

#include "zend_attributes.h"
#include "ext/spl/spl_exceptions.h"
#include "ext/standard/info.h"
#include "php_ini.h"

#include "adarga_arginfo.h"
#include "reason_arginfo.h"

ZEND_DECLARE_MODULE_GLOBALS(adarga)

zend_class_entry *adarga_fault_ce, *adarga_denied_ce, *adarga_reason_ce, *adarga_gate_ce, *adarga_decision_ce, *adarga_released_ce,
    *adarga_session_ce, *adarga_keyset_ce, *adarga_verifier_ce, *adarga_token_ce, *adarga_ratetable_ce, *adarga_charge_ce, *adarga_schema_ce,
    *adarga_schemaresult_ce, *adarga_root_ce, *adarga_sealer_ce, *adarga_redactor_ce, *adarga_framer_ce,
    *adarga_audittrail_ce, *adarga_vault_ce;

PHP_INI_BEGIN()
    STD_PHP_INI_ENTRY("adarga.policy", "", PHP_INI_SYSTEM, OnUpdateString, policy, zend_adarga_globals, adarga_globals)
    STD_PHP_INI_ENTRY("adarga.table", "", PHP_INI_SYSTEM, OnUpdateString, table, zend_adarga_globals, adarga_globals)
PHP_INI_END()

static void let_engine(zval *engine)
{
    adarga_engine_let(Z_PTR_P(engine));
}

static PHP_GINIT_FUNCTION(adarga)
{
#if defined(COMPILE_DL_ADARGA) && defined(ZTS)
    ZEND_TSRMLS_CACHE_UPDATE();
#endif
    memset(adarga_globals, 0, sizeof *adarga_globals);
    zend_hash_init(&adarga_globals->engines, 8, NULL, let_engine, 1);
}

static PHP_GSHUTDOWN_FUNCTION(adarga)
{
    zend_hash_destroy(&adarga_globals->engines);
    free(adarga_globals->scratch.ptr);
    if (adarga_globals->error != NULL)
        pefree(adarga_globals->error, 1);
}

typedef struct {
    zend_object std;
} result;
ADARGA_CLASS(result)

/* Results are made by the extension alone, and are not copied: PHP makes no object of a final class with a `create_object` by itself. */
static void results(void)
{
    adarga_released_ce = register_class_Adarga_Released();
    ADARGA_CLASS_INIT(result, adarga_released_ce, zend_object_std_dtor);
    (adarga_token_ce = register_class_Adarga_Token())->create_object = result_create;
    (adarga_charge_ce = register_class_Adarga_Charge())->create_object = result_create;
    (adarga_schemaresult_ce = register_class_Adarga_SchemaResult())->create_object = result_create;
}

static PHP_MINIT_FUNCTION(adarga)
{
    if (adarga_abi() != ADARGA_ABI) {
        zend_error(E_CORE_WARNING, "adarga: libadarga has another ABI than the extension was made for");
        return FAILURE;
    }
    REGISTER_INI_ENTRIES();
    adarga_reason_ce = register_class_Adarga_Reason();
    adarga_fault_ce = register_class_Adarga_Fault(spl_ce_RuntimeException);
    adarga_denied_ce = register_class_Adarga_Denied(spl_ce_RuntimeException);
    adarga_gate_ce = register_class_Adarga_Gate();
    adarga_decision_ce = register_class_Adarga_Decision();
    adarga_session_ce = register_class_Adarga_Session();
    adarga_keyset_ce = register_class_Adarga_KeySet();
    adarga_verifier_ce = register_class_Adarga_TokenVerifier();
    adarga_ratetable_ce = register_class_Adarga_RateTable();
    adarga_schema_ce = register_class_Adarga_Schema();
    adarga_root_ce = register_class_Adarga_Root();
    adarga_sealer_ce = register_class_Adarga_Sealer();
    adarga_redactor_ce = register_class_Adarga_Redactor();
    adarga_framer_ce = register_class_Adarga_Framer();
    adarga_audittrail_ce = register_class_Adarga_AuditTrail();
    adarga_vault_ce = register_class_Adarga_Vault();
    results();
    adarga_gate_class();
    adarga_session_class();
    adarga_keys_classes();
    adarga_rates_class();
    adarga_schema_class();
    adarga_root_class();
    adarga_sealer_class();
    adarga_text_classes();
    adarga_trail_class();
    adarga_vault_class();
    return SUCCESS;
}

static PHP_MSHUTDOWN_FUNCTION(adarga)
{
    UNREGISTER_INI_ENTRIES();
    return SUCCESS;
}

static PHP_RINIT_FUNCTION(adarga)
{
#if defined(ZTS) && defined(COMPILE_DL_ADARGA)
    ZEND_TSRMLS_CACHE_UPDATE();
#endif
    ADARGA_G(allowed) = NULL;
    return SUCCESS;
}

/* What an audit trail wants done now and then is done between requests. */
static PHP_RSHUTDOWN_FUNCTION(adarga)
{
    adarga_engine *engine;
    ZEND_HASH_FOREACH_PTR(&ADARGA_G(engines), engine) {
        adarga_trail_due(engine);
    } ZEND_HASH_FOREACH_END();
    return SUCCESS;
}

static PHP_MINFO_FUNCTION(adarga)
{
    php_info_print_table_start();
    php_info_print_table_row(2, "adarga", "enabled");
    php_info_print_table_row(2, "version", PHP_ADARGA_VERSION);
    php_info_print_table_row(2, "SONAME of libadarga", "libadarga.so." ZEND_TOSTR(ADARGA_ABI));
    php_info_print_table_end();
    DISPLAY_INI_ENTRIES();
}

zend_module_entry adarga_module_entry = {
    STANDARD_MODULE_HEADER,
    "adarga",
    ext_functions,
    PHP_MINIT(adarga),
    PHP_MSHUTDOWN(adarga),
    PHP_RINIT(adarga),
    PHP_RSHUTDOWN(adarga),
    PHP_MINFO(adarga),
    PHP_ADARGA_VERSION,
    PHP_MODULE_GLOBALS(adarga),
    PHP_GINIT(adarga),
    PHP_GSHUTDOWN(adarga),
    NULL,
    STANDARD_MODULE_PROPERTIES_EX
};

#ifdef COMPILE_DL_ADARGA
#ifdef ZTS
ZEND_TSRMLS_CACHE_DEFINE()
#endif
ZEND_GET_MODULE(adarga)
#endif
