/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 991d762b019dbf27065fb1e6c9c27bf014069509 */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_Adarga_escape, 0, 1, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, text, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, for, IS_STRING, 0, "\"html\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_Adarga_scan, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, text, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_Adarga_detect, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, text, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, kinds, IS_STRING, 0, "\"all\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_Adarga_covers, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, granted, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, required, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_Adarga_contain, 0, 1, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, root, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, profile, IS_STRING, 0, "\"portable\"")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, decode, IS_LONG, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_Adarga_match_uri, 0, 2, IS_ARRAY, 1)
	ZEND_ARG_TYPE_INFO(0, template, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, uri, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_Adarga_matches, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, format, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, text, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_Adarga_check_digit, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, kind, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, text, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_Adarga_check_json, 0, 1, Adarga\\Reason, 0)
	ZEND_ARG_TYPE_INFO(0, text, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, depthMax, IS_LONG, 0, "128")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_Adarga_check_message, 0, 2, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, text, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, revision, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, headers, IS_ARRAY, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, fromServer, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Adarga_Gate___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_Gate_fromFile, 0, 1, Adarga\\Gate, 0)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, table, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_Gate_fromText, 0, 1, Adarga\\Gate, 0)
	ZEND_ARG_TYPE_INFO(0, text, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, name, IS_STRING, 0, "\"policy.toml\"")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, connect, _IS_BOOL, 0, "true")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_Gate_fromImage, 0, 1, Adarga\\Gate, 0)
	ZEND_ARG_TYPE_INFO(0, image, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_Gate_fromConfiguration, 0, 0, Adarga\\Gate, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_Gate_decide, 0, 1, Adarga\\Decision, 0)
	ZEND_ARG_TYPE_INFO(0, body, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, headers, IS_ARRAY, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, token, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, peer, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, subject, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, roles, IS_ARRAY, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, scopes, IS_ARRAY, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, certificate, IS_STRING, 1, "null")
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, session, Adarga\\Session, 1, "null")
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, keys, Adarga\\KeySet, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, introspected, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, nowMs, IS_LONG, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, method, IS_STRING, 0, "\"POST\"")
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, trail, Adarga\\AuditTrail, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_Gate_release, 0, 2, Adarga\\Released, 0)
	ZEND_ARG_OBJ_INFO(0, decision, Adarga\\Decision, 0)
	ZEND_ARG_TYPE_INFO(0, response, IS_STRING, 0)
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, session, Adarga\\Session, 1, "null")
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, trail, Adarga\\AuditTrail, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, record, IS_STRING, 0, "\"\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Gate_unseal, 0, 2, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, pointer, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, sealed, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, record, IS_STRING, 0, "\"\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Gate_reload, 0, 0, IS_VOID, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Adarga_Gate_checkConfiguration arginfo_class_Adarga_Gate_reload

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Gate_image, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Adarga_Gate_digest arginfo_class_Adarga_Gate_image

#define arginfo_class_Adarga_Decision___construct arginfo_class_Adarga_Gate___construct

#define arginfo_class_Adarga_Released___construct arginfo_class_Adarga_Gate___construct

#define arginfo_class_Adarga_Session___construct arginfo_class_Adarga_Gate___construct

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_Session_restored, 0, 1, Adarga\\Session, 0)
	ZEND_ARG_TYPE_INFO(0, revision, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, owner, IS_STRING, 0, "\"\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Session_revision, 0, 0, IS_STRING, 1)
ZEND_END_ARG_INFO()

#define arginfo_class_Adarga_Session_end arginfo_class_Adarga_Gate_reload

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Adarga_KeySet___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, document, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, strict, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_KeySet_fromImage, 0, 1, Adarga\\KeySet, 0)
	ZEND_ARG_TYPE_INFO(0, image, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_KeySet_verifySignature, 0, 3, Adarga\\Reason, 0)
	ZEND_ARG_TYPE_INFO(0, algorithm, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, message, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, signature, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_KeySet_verifyJws, 0, 1, Adarga\\Reason, 0)
	ZEND_ARG_TYPE_INFO(0, token, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, algorithms, IS_ARRAY, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Adarga_TokenVerifier___construct, 0, 0, 1)
	ZEND_ARG_OBJ_INFO(0, keys, Adarga\\KeySet, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, issuer, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, audience, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, algorithms, IS_ARRAY, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, leeway, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, type, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, revoked, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_TokenVerifier_verify, 0, 1, Adarga\\Token, 0)
	ZEND_ARG_TYPE_INFO(0, token, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, nowMs, IS_LONG, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_Adarga_Token___construct arginfo_class_Adarga_Gate___construct

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Adarga_RateTable___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, limit, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, burst, IS_LONG, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, clients, IS_LONG, 0, "65536")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, file, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_RateTable_ofWindow, 0, 2, Adarga\\RateTable, 0)
	ZEND_ARG_TYPE_INFO(0, calls, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, windowMs, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, clients, IS_LONG, 0, "65536")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, file, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_RateTable_charge, 0, 1, Adarga\\Charge, 0)
	ZEND_ARG_TYPE_INFO(0, client, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, cost, IS_LONG, 0, "1")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, nowMs, IS_LONG, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_RateTable_allows, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, client, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, cost, IS_LONG, 0, "1")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, nowMs, IS_LONG, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_Adarga_Charge___construct arginfo_class_Adarga_Gate___construct

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Adarga_Schema___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, schema, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, formats, _IS_BOOL, 0, "false")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, dialect, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, bundle, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_Schema_ofType, 0, 2, Adarga\\Schema, 0)
	ZEND_ARG_TYPE_INFO(0, revision, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_Schema_check, 0, 1, Adarga\\SchemaResult, 0)
	ZEND_ARG_TYPE_INFO(0, json, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Adarga_SchemaResult___construct arginfo_class_Adarga_Gate___construct

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Adarga_Root___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, directory, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Adarga_Root_open, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Root_read, 0, 1, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, max, IS_LONG, 0, "16777216")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Adarga_Sealer___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, keyId, IS_LONG, 0, "1")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Sealer_seal, 0, 1, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, plain, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, aad, IS_STRING, 0, "\"\"")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, nonce, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Sealer_open, 0, 1, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, sealed, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, aad, IS_STRING, 0, "\"\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Sealer_openAesGcm, 0, 4, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, nonce, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, aad, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, sealed, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Adarga_Redactor___construct, 0, 0, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, fields, IS_ARRAY, 0, "[]")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, pointers, IS_ARRAY, 0, "[]")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, kinds, IS_STRING, 0, "\"none\"")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, mask, IS_STRING, 0, "\"redacted\"")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, key, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Redactor_redact, 0, 1, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, json, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Adarga_Framer___construct, 0, 0, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, lineMax, IS_LONG, 0, "4194304")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Framer_feed, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, chunk, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Framer_dropped, 0, 0, IS_LONG, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Adarga_AuditTrail___construct arginfo_class_Adarga_Gate___construct

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_AuditTrail_of, 0, 1, Adarga\\AuditTrail, 1)
	ZEND_ARG_OBJ_INFO(0, gate, Adarga\\Gate, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_AuditTrail_makeKey, 0, 1, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, file, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_AuditTrail_write, 0, 2, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, event, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, success, _IS_BOOL, 0)
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, reason, Adarga\\Reason, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, subject, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, roles, IS_ARRAY, 0, "[]")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, permissions, IS_ARRAY, 0, "[]")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, request, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, method, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, target, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, pointer, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, arguments, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, durationUs, IS_LONG, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, peer, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, agent, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, note, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, nowMs, IS_LONG, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Adarga_AuditTrail_verify, 0, 2, Adarga\\Reason, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, lines, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Adarga_Vault___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, file, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, key, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_Adarga_Vault_make arginfo_class_Adarga_Gate_reload

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Vault_get, 0, 1, IS_STRING, 1)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Vault_set, 0, 2, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Vault_remove, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Vault_names, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Adarga_Vault_rotate arginfo_class_Adarga_Gate_reload


ZEND_FUNCTION(Adarga_escape);
ZEND_FUNCTION(Adarga_scan);
ZEND_FUNCTION(Adarga_detect);
ZEND_FUNCTION(Adarga_covers);
ZEND_FUNCTION(Adarga_contain);
ZEND_FUNCTION(Adarga_match_uri);
ZEND_FUNCTION(Adarga_matches);
ZEND_FUNCTION(Adarga_check_digit);
ZEND_FUNCTION(Adarga_check_json);
ZEND_FUNCTION(Adarga_check_message);
ZEND_METHOD(Adarga_Gate, __construct);
ZEND_METHOD(Adarga_Gate, fromFile);
ZEND_METHOD(Adarga_Gate, fromText);
ZEND_METHOD(Adarga_Gate, fromImage);
ZEND_METHOD(Adarga_Gate, fromConfiguration);
ZEND_METHOD(Adarga_Gate, decide);
ZEND_METHOD(Adarga_Gate, release);
ZEND_METHOD(Adarga_Gate, unseal);
ZEND_METHOD(Adarga_Gate, reload);
ZEND_METHOD(Adarga_Gate, checkConfiguration);
ZEND_METHOD(Adarga_Gate, image);
ZEND_METHOD(Adarga_Gate, digest);
ZEND_METHOD(Adarga_Decision, __construct);
ZEND_METHOD(Adarga_Released, __construct);
ZEND_METHOD(Adarga_Session, __construct);
ZEND_METHOD(Adarga_Session, restored);
ZEND_METHOD(Adarga_Session, revision);
ZEND_METHOD(Adarga_Session, end);
ZEND_METHOD(Adarga_KeySet, __construct);
ZEND_METHOD(Adarga_KeySet, fromImage);
ZEND_METHOD(Adarga_KeySet, verifySignature);
ZEND_METHOD(Adarga_KeySet, verifyJws);
ZEND_METHOD(Adarga_TokenVerifier, __construct);
ZEND_METHOD(Adarga_TokenVerifier, verify);
ZEND_METHOD(Adarga_Token, __construct);
ZEND_METHOD(Adarga_RateTable, __construct);
ZEND_METHOD(Adarga_RateTable, ofWindow);
ZEND_METHOD(Adarga_RateTable, charge);
ZEND_METHOD(Adarga_RateTable, allows);
ZEND_METHOD(Adarga_Charge, __construct);
ZEND_METHOD(Adarga_Schema, __construct);
ZEND_METHOD(Adarga_Schema, ofType);
ZEND_METHOD(Adarga_Schema, check);
ZEND_METHOD(Adarga_SchemaResult, __construct);
ZEND_METHOD(Adarga_Root, __construct);
ZEND_METHOD(Adarga_Root, open);
ZEND_METHOD(Adarga_Root, read);
ZEND_METHOD(Adarga_Sealer, __construct);
ZEND_METHOD(Adarga_Sealer, seal);
ZEND_METHOD(Adarga_Sealer, open);
ZEND_METHOD(Adarga_Sealer, openAesGcm);
ZEND_METHOD(Adarga_Redactor, __construct);
ZEND_METHOD(Adarga_Redactor, redact);
ZEND_METHOD(Adarga_Framer, __construct);
ZEND_METHOD(Adarga_Framer, feed);
ZEND_METHOD(Adarga_Framer, dropped);
ZEND_METHOD(Adarga_AuditTrail, __construct);
ZEND_METHOD(Adarga_AuditTrail, of);
ZEND_METHOD(Adarga_AuditTrail, makeKey);
ZEND_METHOD(Adarga_AuditTrail, write);
ZEND_METHOD(Adarga_AuditTrail, verify);
ZEND_METHOD(Adarga_Vault, __construct);
ZEND_METHOD(Adarga_Vault, make);
ZEND_METHOD(Adarga_Vault, get);
ZEND_METHOD(Adarga_Vault, set);
ZEND_METHOD(Adarga_Vault, remove);
ZEND_METHOD(Adarga_Vault, names);
ZEND_METHOD(Adarga_Vault, rotate);


static const zend_function_entry ext_functions[] = {
	ZEND_NS_FALIAS("Adarga", escape, Adarga_escape, arginfo_Adarga_escape)
	ZEND_NS_FALIAS("Adarga", scan, Adarga_scan, arginfo_Adarga_scan)
	ZEND_NS_FALIAS("Adarga", detect, Adarga_detect, arginfo_Adarga_detect)
	ZEND_NS_FALIAS("Adarga", covers, Adarga_covers, arginfo_Adarga_covers)
	ZEND_NS_FALIAS("Adarga", contain, Adarga_contain, arginfo_Adarga_contain)
	ZEND_NS_FALIAS("Adarga", match_uri, Adarga_match_uri, arginfo_Adarga_match_uri)
	ZEND_NS_FALIAS("Adarga", matches, Adarga_matches, arginfo_Adarga_matches)
	ZEND_NS_FALIAS("Adarga", check_digit, Adarga_check_digit, arginfo_Adarga_check_digit)
	ZEND_NS_FALIAS("Adarga", check_json, Adarga_check_json, arginfo_Adarga_check_json)
	ZEND_NS_FALIAS("Adarga", check_message, Adarga_check_message, arginfo_Adarga_check_message)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Fault_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Denied_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Gate_methods[] = {
	ZEND_ME(Adarga_Gate, __construct, arginfo_class_Adarga_Gate___construct, ZEND_ACC_PRIVATE)
	ZEND_ME(Adarga_Gate, fromFile, arginfo_class_Adarga_Gate_fromFile, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Adarga_Gate, fromText, arginfo_class_Adarga_Gate_fromText, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Adarga_Gate, fromImage, arginfo_class_Adarga_Gate_fromImage, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Adarga_Gate, fromConfiguration, arginfo_class_Adarga_Gate_fromConfiguration, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Adarga_Gate, decide, arginfo_class_Adarga_Gate_decide, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Gate, release, arginfo_class_Adarga_Gate_release, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Gate, unseal, arginfo_class_Adarga_Gate_unseal, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Gate, reload, arginfo_class_Adarga_Gate_reload, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Gate, checkConfiguration, arginfo_class_Adarga_Gate_checkConfiguration, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Gate, image, arginfo_class_Adarga_Gate_image, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Gate, digest, arginfo_class_Adarga_Gate_digest, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Decision_methods[] = {
	ZEND_ME(Adarga_Decision, __construct, arginfo_class_Adarga_Decision___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Released_methods[] = {
	ZEND_ME(Adarga_Released, __construct, arginfo_class_Adarga_Released___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Session_methods[] = {
	ZEND_ME(Adarga_Session, __construct, arginfo_class_Adarga_Session___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Session, restored, arginfo_class_Adarga_Session_restored, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Adarga_Session, revision, arginfo_class_Adarga_Session_revision, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Session, end, arginfo_class_Adarga_Session_end, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_KeySet_methods[] = {
	ZEND_ME(Adarga_KeySet, __construct, arginfo_class_Adarga_KeySet___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_KeySet, fromImage, arginfo_class_Adarga_KeySet_fromImage, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Adarga_KeySet, verifySignature, arginfo_class_Adarga_KeySet_verifySignature, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_KeySet, verifyJws, arginfo_class_Adarga_KeySet_verifyJws, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_TokenVerifier_methods[] = {
	ZEND_ME(Adarga_TokenVerifier, __construct, arginfo_class_Adarga_TokenVerifier___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_TokenVerifier, verify, arginfo_class_Adarga_TokenVerifier_verify, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Token_methods[] = {
	ZEND_ME(Adarga_Token, __construct, arginfo_class_Adarga_Token___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_RateTable_methods[] = {
	ZEND_ME(Adarga_RateTable, __construct, arginfo_class_Adarga_RateTable___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_RateTable, ofWindow, arginfo_class_Adarga_RateTable_ofWindow, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Adarga_RateTable, charge, arginfo_class_Adarga_RateTable_charge, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_RateTable, allows, arginfo_class_Adarga_RateTable_allows, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Charge_methods[] = {
	ZEND_ME(Adarga_Charge, __construct, arginfo_class_Adarga_Charge___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Schema_methods[] = {
	ZEND_ME(Adarga_Schema, __construct, arginfo_class_Adarga_Schema___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Schema, ofType, arginfo_class_Adarga_Schema_ofType, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Adarga_Schema, check, arginfo_class_Adarga_Schema_check, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_SchemaResult_methods[] = {
	ZEND_ME(Adarga_SchemaResult, __construct, arginfo_class_Adarga_SchemaResult___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Root_methods[] = {
	ZEND_ME(Adarga_Root, __construct, arginfo_class_Adarga_Root___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Root, open, arginfo_class_Adarga_Root_open, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Root, read, arginfo_class_Adarga_Root_read, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Sealer_methods[] = {
	ZEND_ME(Adarga_Sealer, __construct, arginfo_class_Adarga_Sealer___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Sealer, seal, arginfo_class_Adarga_Sealer_seal, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Sealer, open, arginfo_class_Adarga_Sealer_open, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Sealer, openAesGcm, arginfo_class_Adarga_Sealer_openAesGcm, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Redactor_methods[] = {
	ZEND_ME(Adarga_Redactor, __construct, arginfo_class_Adarga_Redactor___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Redactor, redact, arginfo_class_Adarga_Redactor_redact, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Framer_methods[] = {
	ZEND_ME(Adarga_Framer, __construct, arginfo_class_Adarga_Framer___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Framer, feed, arginfo_class_Adarga_Framer_feed, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Framer, dropped, arginfo_class_Adarga_Framer_dropped, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_AuditTrail_methods[] = {
	ZEND_ME(Adarga_AuditTrail, __construct, arginfo_class_Adarga_AuditTrail___construct, ZEND_ACC_PRIVATE)
	ZEND_ME(Adarga_AuditTrail, of, arginfo_class_Adarga_AuditTrail_of, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Adarga_AuditTrail, makeKey, arginfo_class_Adarga_AuditTrail_makeKey, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Adarga_AuditTrail, write, arginfo_class_Adarga_AuditTrail_write, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_AuditTrail, verify, arginfo_class_Adarga_AuditTrail_verify, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};


static const zend_function_entry class_Adarga_Vault_methods[] = {
	ZEND_ME(Adarga_Vault, __construct, arginfo_class_Adarga_Vault___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Vault, make, arginfo_class_Adarga_Vault_make, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Vault, get, arginfo_class_Adarga_Vault_get, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Vault, set, arginfo_class_Adarga_Vault_set, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Vault, remove, arginfo_class_Adarga_Vault_remove, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Vault, names, arginfo_class_Adarga_Vault_names, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Vault, rotate, arginfo_class_Adarga_Vault_rotate, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Adarga_Fault(zend_class_entry *class_entry_RuntimeException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Fault", class_Adarga_Fault_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_RuntimeException);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Denied(zend_class_entry *class_entry_RuntimeException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Denied", class_Adarga_Denied_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_RuntimeException);
	class_entry->ce_flags |= ZEND_ACC_NO_DYNAMIC_PROPERTIES;

	zend_string *property_reason_class_Adarga_Reason = zend_string_init("Adarga\\Reason", sizeof("Adarga\\Reason")-1, 1);
	zval property_reason_default_value;
	ZVAL_UNDEF(&property_reason_default_value);
	zend_string *property_reason_name = zend_string_init("reason", sizeof("reason") - 1, 1);
	zend_declare_typed_property(class_entry, property_reason_name, &property_reason_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_reason_class_Adarga_Reason, 0, 0));
	zend_string_release(property_reason_name);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Gate(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Gate", class_Adarga_Gate_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;


	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "decide", sizeof("decide") - 1), 2, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "decide", sizeof("decide") - 1), 10, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Decision(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Decision", class_Adarga_Decision_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_allowed_default_value;
	ZVAL_UNDEF(&property_allowed_default_value);
	zend_string *property_allowed_name = zend_string_init("allowed", sizeof("allowed") - 1, 1);
	zend_declare_typed_property(class_entry, property_allowed_name, &property_allowed_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL));
	zend_string_release(property_allowed_name);

	zend_string *property_reason_class_Adarga_Reason = zend_string_init("Adarga\\Reason", sizeof("Adarga\\Reason")-1, 1);
	zval property_reason_default_value;
	ZVAL_UNDEF(&property_reason_default_value);
	zend_string *property_reason_name = zend_string_init("reason", sizeof("reason") - 1, 1);
	zend_declare_typed_property(class_entry, property_reason_name, &property_reason_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_reason_class_Adarga_Reason, 0, 0));
	zend_string_release(property_reason_name);

	zval property_status_default_value;
	ZVAL_UNDEF(&property_status_default_value);
	zend_string *property_status_name = zend_string_init("status", sizeof("status") - 1, 1);
	zend_declare_typed_property(class_entry, property_status_name, &property_status_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG));
	zend_string_release(property_status_name);

	zval property_reply_default_value;
	ZVAL_UNDEF(&property_reply_default_value);
	zend_string *property_reply_name = zend_string_init("reply", sizeof("reply") - 1, 1);
	zend_declare_typed_property(class_entry, property_reply_name, &property_reply_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_reply_name);

	zval property_challenge_default_value;
	ZVAL_UNDEF(&property_challenge_default_value);
	zend_string *property_challenge_name = zend_string_init("challenge", sizeof("challenge") - 1, 1);
	zend_declare_typed_property(class_entry, property_challenge_name, &property_challenge_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_challenge_name);

	zval property_subject_default_value;
	ZVAL_UNDEF(&property_subject_default_value);
	zend_string *property_subject_name = zend_string_init("subject", sizeof("subject") - 1, 1);
	zend_declare_typed_property(class_entry, property_subject_name, &property_subject_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_subject_name);

	zval property_route_default_value;
	ZVAL_UNDEF(&property_route_default_value);
	zend_string *property_route_name = zend_string_init("route", sizeof("route") - 1, 1);
	zend_declare_typed_property(class_entry, property_route_name, &property_route_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_route_name);

	zval property_pointer_default_value;
	ZVAL_UNDEF(&property_pointer_default_value);
	zend_string *property_pointer_name = zend_string_init("pointer", sizeof("pointer") - 1, 1);
	zend_declare_typed_property(class_entry, property_pointer_name, &property_pointer_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_pointer_name);

	zval property_keyword_default_value;
	ZVAL_UNDEF(&property_keyword_default_value);
	zend_string *property_keyword_name = zend_string_init("keyword", sizeof("keyword") - 1, 1);
	zend_declare_typed_property(class_entry, property_keyword_name, &property_keyword_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_keyword_name);

	zval property_retryAfterMs_default_value;
	ZVAL_UNDEF(&property_retryAfterMs_default_value);
	zend_string *property_retryAfterMs_name = zend_string_init("retryAfterMs", sizeof("retryAfterMs") - 1, 1);
	zend_declare_typed_property(class_entry, property_retryAfterMs_name, &property_retryAfterMs_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_retryAfterMs_name);

	zval property_threats_default_value;
	ZVAL_UNDEF(&property_threats_default_value);
	zend_string *property_threats_name = zend_string_init("threats", sizeof("threats") - 1, 1);
	zend_declare_typed_property(class_entry, property_threats_name, &property_threats_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_threats_name);

	zval property_kind_default_value;
	ZVAL_UNDEF(&property_kind_default_value);
	zend_string *property_kind_name = zend_string_init("kind", sizeof("kind") - 1, 1);
	zend_declare_typed_property(class_entry, property_kind_name, &property_kind_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_kind_name);

	zval property_items_default_value;
	ZVAL_UNDEF(&property_items_default_value);
	zend_string *property_items_name = zend_string_init("items", sizeof("items") - 1, 1);
	zend_declare_typed_property(class_entry, property_items_name, &property_items_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG));
	zend_string_release(property_items_name);

	zval property_observed_default_value;
	ZVAL_UNDEF(&property_observed_default_value);
	zend_string *property_observed_name = zend_string_init("observed", sizeof("observed") - 1, 1);
	zend_declare_typed_property(class_entry, property_observed_name, &property_observed_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL));
	zend_string_release(property_observed_name);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Released(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Released", class_Adarga_Released_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_allowed_default_value;
	ZVAL_UNDEF(&property_allowed_default_value);
	zend_string *property_allowed_name = zend_string_init("allowed", sizeof("allowed") - 1, 1);
	zend_declare_typed_property(class_entry, property_allowed_name, &property_allowed_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL));
	zend_string_release(property_allowed_name);

	zend_string *property_reason_class_Adarga_Reason = zend_string_init("Adarga\\Reason", sizeof("Adarga\\Reason")-1, 1);
	zval property_reason_default_value;
	ZVAL_UNDEF(&property_reason_default_value);
	zend_string *property_reason_name = zend_string_init("reason", sizeof("reason") - 1, 1);
	zend_declare_typed_property(class_entry, property_reason_name, &property_reason_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_reason_class_Adarga_Reason, 0, 0));
	zend_string_release(property_reason_name);

	zval property_body_default_value;
	ZVAL_UNDEF(&property_body_default_value);
	zend_string *property_body_name = zend_string_init("body", sizeof("body") - 1, 1);
	zend_declare_typed_property(class_entry, property_body_name, &property_body_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_body_name);

	zval property_edited_default_value;
	ZVAL_UNDEF(&property_edited_default_value);
	zend_string *property_edited_name = zend_string_init("edited", sizeof("edited") - 1, 1);
	zend_declare_typed_property(class_entry, property_edited_name, &property_edited_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL));
	zend_string_release(property_edited_name);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Session(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Session", class_Adarga_Session_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Adarga_KeySet(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "KeySet", class_Adarga_KeySet_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;


	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "__construct", sizeof("__construct") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "fromimage", sizeof("fromimage") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "verifyjws", sizeof("verifyjws") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_TokenVerifier(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "TokenVerifier", class_Adarga_TokenVerifier_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;


	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "verify", sizeof("verify") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Token(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Token", class_Adarga_Token_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_valid_default_value;
	ZVAL_UNDEF(&property_valid_default_value);
	zend_string *property_valid_name = zend_string_init("valid", sizeof("valid") - 1, 1);
	zend_declare_typed_property(class_entry, property_valid_name, &property_valid_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL));
	zend_string_release(property_valid_name);

	zend_string *property_reason_class_Adarga_Reason = zend_string_init("Adarga\\Reason", sizeof("Adarga\\Reason")-1, 1);
	zval property_reason_default_value;
	ZVAL_UNDEF(&property_reason_default_value);
	zend_string *property_reason_name = zend_string_init("reason", sizeof("reason") - 1, 1);
	zend_declare_typed_property(class_entry, property_reason_name, &property_reason_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_reason_class_Adarga_Reason, 0, 0));
	zend_string_release(property_reason_name);

	zval property_subject_default_value;
	ZVAL_UNDEF(&property_subject_default_value);
	zend_string *property_subject_name = zend_string_init("subject", sizeof("subject") - 1, 1);
	zend_declare_typed_property(class_entry, property_subject_name, &property_subject_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_subject_name);

	zval property_expiresMs_default_value;
	ZVAL_UNDEF(&property_expiresMs_default_value);
	zend_string *property_expiresMs_name = zend_string_init("expiresMs", sizeof("expiresMs") - 1, 1);
	zend_declare_typed_property(class_entry, property_expiresMs_name, &property_expiresMs_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_expiresMs_name);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_RateTable(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "RateTable", class_Adarga_RateTable_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Charge(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Charge", class_Adarga_Charge_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_allowed_default_value;
	ZVAL_UNDEF(&property_allowed_default_value);
	zend_string *property_allowed_name = zend_string_init("allowed", sizeof("allowed") - 1, 1);
	zend_declare_typed_property(class_entry, property_allowed_name, &property_allowed_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL));
	zend_string_release(property_allowed_name);

	zend_string *property_reason_class_Adarga_Reason = zend_string_init("Adarga\\Reason", sizeof("Adarga\\Reason")-1, 1);
	zval property_reason_default_value;
	ZVAL_UNDEF(&property_reason_default_value);
	zend_string *property_reason_name = zend_string_init("reason", sizeof("reason") - 1, 1);
	zend_declare_typed_property(class_entry, property_reason_name, &property_reason_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_reason_class_Adarga_Reason, 0, 0));
	zend_string_release(property_reason_name);

	zval property_retryAfterMs_default_value;
	ZVAL_UNDEF(&property_retryAfterMs_default_value);
	zend_string *property_retryAfterMs_name = zend_string_init("retryAfterMs", sizeof("retryAfterMs") - 1, 1);
	zend_declare_typed_property(class_entry, property_retryAfterMs_name, &property_retryAfterMs_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_retryAfterMs_name);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Schema(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Schema", class_Adarga_Schema_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Adarga_SchemaResult(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "SchemaResult", class_Adarga_SchemaResult_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_valid_default_value;
	ZVAL_UNDEF(&property_valid_default_value);
	zend_string *property_valid_name = zend_string_init("valid", sizeof("valid") - 1, 1);
	zend_declare_typed_property(class_entry, property_valid_name, &property_valid_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL));
	zend_string_release(property_valid_name);

	zend_string *property_reason_class_Adarga_Reason = zend_string_init("Adarga\\Reason", sizeof("Adarga\\Reason")-1, 1);
	zval property_reason_default_value;
	ZVAL_UNDEF(&property_reason_default_value);
	zend_string *property_reason_name = zend_string_init("reason", sizeof("reason") - 1, 1);
	zend_declare_typed_property(class_entry, property_reason_name, &property_reason_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_reason_class_Adarga_Reason, 0, 0));
	zend_string_release(property_reason_name);

	zval property_pointer_default_value;
	ZVAL_UNDEF(&property_pointer_default_value);
	zend_string *property_pointer_name = zend_string_init("pointer", sizeof("pointer") - 1, 1);
	zend_declare_typed_property(class_entry, property_pointer_name, &property_pointer_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_pointer_name);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Root(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Root", class_Adarga_Root_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Sealer(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Sealer", class_Adarga_Sealer_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;


	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "__construct", sizeof("__construct") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "seal", sizeof("seal") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "openaesgcm", sizeof("openaesgcm") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Redactor(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Redactor", class_Adarga_Redactor_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;


	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "__construct", sizeof("__construct") - 1), 4, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Framer(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Framer", class_Adarga_Framer_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Adarga_AuditTrail(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "AuditTrail", class_Adarga_AuditTrail_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;


	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "write", sizeof("write") - 1), 10, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "verify", sizeof("verify") - 1), 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	return class_entry;
}

static zend_class_entry *register_class_Adarga_Vault(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Adarga", "Vault", class_Adarga_Vault_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;


	zend_add_parameter_attribute(zend_hash_str_find_ptr(&class_entry->function_table, "set", sizeof("set") - 1), 1, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);

	return class_entry;
}
