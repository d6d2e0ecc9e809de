/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: d6b55992c3e707bd01daba6fcec46447c19e9335 */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Adarga_Reason_code, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Adarga_Reason_message arginfo_class_Adarga_Reason_code


ZEND_METHOD(Adarga_Reason, code);
ZEND_METHOD(Adarga_Reason, message);


static const zend_function_entry class_Adarga_Reason_methods[] = {
	ZEND_ME(Adarga_Reason, code, arginfo_class_Adarga_Reason_code, ZEND_ACC_PUBLIC)
	ZEND_ME(Adarga_Reason, message, arginfo_class_Adarga_Reason_message, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Adarga_Reason(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Adarga\\Reason", IS_LONG, class_Adarga_Reason_methods);

	zval enum_case_Undecided_value;
	ZVAL_LONG(&enum_case_Undecided_value, 0);
	zend_enum_add_case_cstr(class_entry, "Undecided", &enum_case_Undecided_value);

	zval enum_case_Allowed_value;
	ZVAL_LONG(&enum_case_Allowed_value, 1);
	zend_enum_add_case_cstr(class_entry, "Allowed", &enum_case_Allowed_value);

	zval enum_case_HttpMethod_value;
	ZVAL_LONG(&enum_case_HttpMethod_value, 1001);
	zend_enum_add_case_cstr(class_entry, "HttpMethod", &enum_case_HttpMethod_value);

	zval enum_case_HttpOrigin_value;
	ZVAL_LONG(&enum_case_HttpOrigin_value, 1002);
	zend_enum_add_case_cstr(class_entry, "HttpOrigin", &enum_case_HttpOrigin_value);

	zval enum_case_HttpHost_value;
	ZVAL_LONG(&enum_case_HttpHost_value, 1003);
	zend_enum_add_case_cstr(class_entry, "HttpHost", &enum_case_HttpHost_value);

	zval enum_case_HttpContentType_value;
	ZVAL_LONG(&enum_case_HttpContentType_value, 1004);
	zend_enum_add_case_cstr(class_entry, "HttpContentType", &enum_case_HttpContentType_value);

	zval enum_case_HttpAccept_value;
	ZVAL_LONG(&enum_case_HttpAccept_value, 1005);
	zend_enum_add_case_cstr(class_entry, "HttpAccept", &enum_case_HttpAccept_value);

	zval enum_case_HttpRepeated_value;
	ZVAL_LONG(&enum_case_HttpRepeated_value, 1006);
	zend_enum_add_case_cstr(class_entry, "HttpRepeated", &enum_case_HttpRepeated_value);

	zval enum_case_HttpMissing_value;
	ZVAL_LONG(&enum_case_HttpMissing_value, 1007);
	zend_enum_add_case_cstr(class_entry, "HttpMissing", &enum_case_HttpMissing_value);

	zval enum_case_HttpMismatch_value;
	ZVAL_LONG(&enum_case_HttpMismatch_value, 1008);
	zend_enum_add_case_cstr(class_entry, "HttpMismatch", &enum_case_HttpMismatch_value);

	zval enum_case_HttpEncoding_value;
	ZVAL_LONG(&enum_case_HttpEncoding_value, 1009);
	zend_enum_add_case_cstr(class_entry, "HttpEncoding", &enum_case_HttpEncoding_value);

	zval enum_case_HttpVersion_value;
	ZVAL_LONG(&enum_case_HttpVersion_value, 1010);
	zend_enum_add_case_cstr(class_entry, "HttpVersion", &enum_case_HttpVersion_value);

	zval enum_case_HttpSession_value;
	ZVAL_LONG(&enum_case_HttpSession_value, 1011);
	zend_enum_add_case_cstr(class_entry, "HttpSession", &enum_case_HttpSession_value);

	zval enum_case_HttpSessionEnded_value;
	ZVAL_LONG(&enum_case_HttpSessionEnded_value, 1012);
	zend_enum_add_case_cstr(class_entry, "HttpSessionEnded", &enum_case_HttpSessionEnded_value);

	zval enum_case_BodySize_value;
	ZVAL_LONG(&enum_case_BodySize_value, 1013);
	zend_enum_add_case_cstr(class_entry, "BodySize", &enum_case_BodySize_value);

	zval enum_case_BodyLine_value;
	ZVAL_LONG(&enum_case_BodyLine_value, 1014);
	zend_enum_add_case_cstr(class_entry, "BodyLine", &enum_case_BodyLine_value);

	zval enum_case_JsonSyntax_value;
	ZVAL_LONG(&enum_case_JsonSyntax_value, 1101);
	zend_enum_add_case_cstr(class_entry, "JsonSyntax", &enum_case_JsonSyntax_value);

	zval enum_case_JsonEncoding_value;
	ZVAL_LONG(&enum_case_JsonEncoding_value, 1102);
	zend_enum_add_case_cstr(class_entry, "JsonEncoding", &enum_case_JsonEncoding_value);

	zval enum_case_JsonUtf8_value;
	ZVAL_LONG(&enum_case_JsonUtf8_value, 1103);
	zend_enum_add_case_cstr(class_entry, "JsonUtf8", &enum_case_JsonUtf8_value);

	zval enum_case_JsonEscape_value;
	ZVAL_LONG(&enum_case_JsonEscape_value, 1104);
	zend_enum_add_case_cstr(class_entry, "JsonEscape", &enum_case_JsonEscape_value);

	zval enum_case_JsonSurrogate_value;
	ZVAL_LONG(&enum_case_JsonSurrogate_value, 1105);
	zend_enum_add_case_cstr(class_entry, "JsonSurrogate", &enum_case_JsonSurrogate_value);

	zval enum_case_JsonControl_value;
	ZVAL_LONG(&enum_case_JsonControl_value, 1106);
	zend_enum_add_case_cstr(class_entry, "JsonControl", &enum_case_JsonControl_value);

	zval enum_case_JsonNumber_value;
	ZVAL_LONG(&enum_case_JsonNumber_value, 1107);
	zend_enum_add_case_cstr(class_entry, "JsonNumber", &enum_case_JsonNumber_value);

	zval enum_case_JsonNan_value;
	ZVAL_LONG(&enum_case_JsonNan_value, 1108);
	zend_enum_add_case_cstr(class_entry, "JsonNan", &enum_case_JsonNan_value);

	zval enum_case_JsonTrailing_value;
	ZVAL_LONG(&enum_case_JsonTrailing_value, 1109);
	zend_enum_add_case_cstr(class_entry, "JsonTrailing", &enum_case_JsonTrailing_value);

	zval enum_case_JsonDuplicate_value;
	ZVAL_LONG(&enum_case_JsonDuplicate_value, 1110);
	zend_enum_add_case_cstr(class_entry, "JsonDuplicate", &enum_case_JsonDuplicate_value);

	zval enum_case_JsonDepth_value;
	ZVAL_LONG(&enum_case_JsonDepth_value, 1111);
	zend_enum_add_case_cstr(class_entry, "JsonDepth", &enum_case_JsonDepth_value);

	zval enum_case_JsonValues_value;
	ZVAL_LONG(&enum_case_JsonValues_value, 1112);
	zend_enum_add_case_cstr(class_entry, "JsonValues", &enum_case_JsonValues_value);

	zval enum_case_MessageType_value;
	ZVAL_LONG(&enum_case_MessageType_value, 1201);
	zend_enum_add_case_cstr(class_entry, "MessageType", &enum_case_MessageType_value);

	zval enum_case_MessageBatch_value;
	ZVAL_LONG(&enum_case_MessageBatch_value, 1202);
	zend_enum_add_case_cstr(class_entry, "MessageBatch", &enum_case_MessageBatch_value);

	zval enum_case_MessageVersion_value;
	ZVAL_LONG(&enum_case_MessageVersion_value, 1203);
	zend_enum_add_case_cstr(class_entry, "MessageVersion", &enum_case_MessageVersion_value);

	zval enum_case_MessageId_value;
	ZVAL_LONG(&enum_case_MessageId_value, 1204);
	zend_enum_add_case_cstr(class_entry, "MessageId", &enum_case_MessageId_value);

	zval enum_case_MessageMember_value;
	ZVAL_LONG(&enum_case_MessageMember_value, 1205);
	zend_enum_add_case_cstr(class_entry, "MessageMember", &enum_case_MessageMember_value);

	zval enum_case_MessageCase_value;
	ZVAL_LONG(&enum_case_MessageCase_value, 1206);
	zend_enum_add_case_cstr(class_entry, "MessageCase", &enum_case_MessageCase_value);

	zval enum_case_MessageShape_value;
	ZVAL_LONG(&enum_case_MessageShape_value, 1207);
	zend_enum_add_case_cstr(class_entry, "MessageShape", &enum_case_MessageShape_value);

	zval enum_case_MessageNul_value;
	ZVAL_LONG(&enum_case_MessageNul_value, 1208);
	zend_enum_add_case_cstr(class_entry, "MessageNul", &enum_case_MessageNul_value);

	zval enum_case_MessageMethod_value;
	ZVAL_LONG(&enum_case_MessageMethod_value, 1209);
	zend_enum_add_case_cstr(class_entry, "MessageMethod", &enum_case_MessageMethod_value);

	zval enum_case_MessageParams_value;
	ZVAL_LONG(&enum_case_MessageParams_value, 1210);
	zend_enum_add_case_cstr(class_entry, "MessageParams", &enum_case_MessageParams_value);

	zval enum_case_MessageMeta_value;
	ZVAL_LONG(&enum_case_MessageMeta_value, 1211);
	zend_enum_add_case_cstr(class_entry, "MessageMeta", &enum_case_MessageMeta_value);

	zval enum_case_MessageProtocol_value;
	ZVAL_LONG(&enum_case_MessageProtocol_value, 1212);
	zend_enum_add_case_cstr(class_entry, "MessageProtocol", &enum_case_MessageProtocol_value);

	zval enum_case_MessageCapability_value;
	ZVAL_LONG(&enum_case_MessageCapability_value, 1213);
	zend_enum_add_case_cstr(class_entry, "MessageCapability", &enum_case_MessageCapability_value);

	zval enum_case_MessageResponse_value;
	ZVAL_LONG(&enum_case_MessageResponse_value, 1214);
	zend_enum_add_case_cstr(class_entry, "MessageResponse", &enum_case_MessageResponse_value);

	zval enum_case_LifecycleOrder_value;
	ZVAL_LONG(&enum_case_LifecycleOrder_value, 1215);
	zend_enum_add_case_cstr(class_entry, "LifecycleOrder", &enum_case_LifecycleOrder_value);

	zval enum_case_LifecycleOwner_value;
	ZVAL_LONG(&enum_case_LifecycleOwner_value, 1216);
	zend_enum_add_case_cstr(class_entry, "LifecycleOwner", &enum_case_LifecycleOwner_value);

	zval enum_case_LifecycleRepeated_value;
	ZVAL_LONG(&enum_case_LifecycleRepeated_value, 1217);
	zend_enum_add_case_cstr(class_entry, "LifecycleRepeated", &enum_case_LifecycleRepeated_value);

	zval enum_case_MessageSibling_value;
	ZVAL_LONG(&enum_case_MessageSibling_value, 1218);
	zend_enum_add_case_cstr(class_entry, "MessageSibling", &enum_case_MessageSibling_value);

	zval enum_case_IdentityMissing_value;
	ZVAL_LONG(&enum_case_IdentityMissing_value, 2001);
	zend_enum_add_case_cstr(class_entry, "IdentityMissing", &enum_case_IdentityMissing_value);

	zval enum_case_IdentityNoRole_value;
	ZVAL_LONG(&enum_case_IdentityNoRole_value, 2002);
	zend_enum_add_case_cstr(class_entry, "IdentityNoRole", &enum_case_IdentityNoRole_value);

	zval enum_case_IdentityRole_value;
	ZVAL_LONG(&enum_case_IdentityRole_value, 2003);
	zend_enum_add_case_cstr(class_entry, "IdentityRole", &enum_case_IdentityRole_value);

	zval enum_case_IdentityRights_value;
	ZVAL_LONG(&enum_case_IdentityRights_value, 2004);
	zend_enum_add_case_cstr(class_entry, "IdentityRights", &enum_case_IdentityRights_value);

	zval enum_case_IdentityUnavailable_value;
	ZVAL_LONG(&enum_case_IdentityUnavailable_value, 2005);
	zend_enum_add_case_cstr(class_entry, "IdentityUnavailable", &enum_case_IdentityUnavailable_value);

	zval enum_case_TokenMalformed_value;
	ZVAL_LONG(&enum_case_TokenMalformed_value, 2101);
	zend_enum_add_case_cstr(class_entry, "TokenMalformed", &enum_case_TokenMalformed_value);

	zval enum_case_TokenSize_value;
	ZVAL_LONG(&enum_case_TokenSize_value, 2102);
	zend_enum_add_case_cstr(class_entry, "TokenSize", &enum_case_TokenSize_value);

	zval enum_case_TokenHeader_value;
	ZVAL_LONG(&enum_case_TokenHeader_value, 2103);
	zend_enum_add_case_cstr(class_entry, "TokenHeader", &enum_case_TokenHeader_value);

	zval enum_case_TokenAlgorithm_value;
	ZVAL_LONG(&enum_case_TokenAlgorithm_value, 2104);
	zend_enum_add_case_cstr(class_entry, "TokenAlgorithm", &enum_case_TokenAlgorithm_value);

	zval enum_case_TokenKey_value;
	ZVAL_LONG(&enum_case_TokenKey_value, 2105);
	zend_enum_add_case_cstr(class_entry, "TokenKey", &enum_case_TokenKey_value);

	zval enum_case_TokenSignature_value;
	ZVAL_LONG(&enum_case_TokenSignature_value, 2106);
	zend_enum_add_case_cstr(class_entry, "TokenSignature", &enum_case_TokenSignature_value);

	zval enum_case_TokenType_value;
	ZVAL_LONG(&enum_case_TokenType_value, 2107);
	zend_enum_add_case_cstr(class_entry, "TokenType", &enum_case_TokenType_value);

	zval enum_case_TokenRequest_value;
	ZVAL_LONG(&enum_case_TokenRequest_value, 2108);
	zend_enum_add_case_cstr(class_entry, "TokenRequest", &enum_case_TokenRequest_value);

	zval enum_case_TokenClaims_value;
	ZVAL_LONG(&enum_case_TokenClaims_value, 2109);
	zend_enum_add_case_cstr(class_entry, "TokenClaims", &enum_case_TokenClaims_value);

	zval enum_case_TokenExpired_value;
	ZVAL_LONG(&enum_case_TokenExpired_value, 2110);
	zend_enum_add_case_cstr(class_entry, "TokenExpired", &enum_case_TokenExpired_value);

	zval enum_case_TokenEarly_value;
	ZVAL_LONG(&enum_case_TokenEarly_value, 2111);
	zend_enum_add_case_cstr(class_entry, "TokenEarly", &enum_case_TokenEarly_value);

	zval enum_case_TokenIssuer_value;
	ZVAL_LONG(&enum_case_TokenIssuer_value, 2112);
	zend_enum_add_case_cstr(class_entry, "TokenIssuer", &enum_case_TokenIssuer_value);

	zval enum_case_TokenAudience_value;
	ZVAL_LONG(&enum_case_TokenAudience_value, 2113);
	zend_enum_add_case_cstr(class_entry, "TokenAudience", &enum_case_TokenAudience_value);

	zval enum_case_TokenSubject_value;
	ZVAL_LONG(&enum_case_TokenSubject_value, 2114);
	zend_enum_add_case_cstr(class_entry, "TokenSubject", &enum_case_TokenSubject_value);

	zval enum_case_TokenRevoked_value;
	ZVAL_LONG(&enum_case_TokenRevoked_value, 2115);
	zend_enum_add_case_cstr(class_entry, "TokenRevoked", &enum_case_TokenRevoked_value);

	zval enum_case_TokenBinding_value;
	ZVAL_LONG(&enum_case_TokenBinding_value, 2116);
	zend_enum_add_case_cstr(class_entry, "TokenBinding", &enum_case_TokenBinding_value);

	zval enum_case_TokenInactive_value;
	ZVAL_LONG(&enum_case_TokenInactive_value, 2117);
	zend_enum_add_case_cstr(class_entry, "TokenInactive", &enum_case_TokenInactive_value);

	zval enum_case_TokenClock_value;
	ZVAL_LONG(&enum_case_TokenClock_value, 2118);
	zend_enum_add_case_cstr(class_entry, "TokenClock", &enum_case_TokenClock_value);

	zval enum_case_RouteTool_value;
	ZVAL_LONG(&enum_case_RouteTool_value, 3001);
	zend_enum_add_case_cstr(class_entry, "RouteTool", &enum_case_RouteTool_value);

	zval enum_case_RoutePrompt_value;
	ZVAL_LONG(&enum_case_RoutePrompt_value, 3002);
	zend_enum_add_case_cstr(class_entry, "RoutePrompt", &enum_case_RoutePrompt_value);

	zval enum_case_RouteResource_value;
	ZVAL_LONG(&enum_case_RouteResource_value, 3003);
	zend_enum_add_case_cstr(class_entry, "RouteResource", &enum_case_RouteResource_value);

	zval enum_case_RouteMethod_value;
	ZVAL_LONG(&enum_case_RouteMethod_value, 3004);
	zend_enum_add_case_cstr(class_entry, "RouteMethod", &enum_case_RouteMethod_value);

	zval enum_case_RouteCancelled_value;
	ZVAL_LONG(&enum_case_RouteCancelled_value, 3005);
	zend_enum_add_case_cstr(class_entry, "RouteCancelled", &enum_case_RouteCancelled_value);

	zval enum_case_PermissionDenied_value;
	ZVAL_LONG(&enum_case_PermissionDenied_value, 3101);
	zend_enum_add_case_cstr(class_entry, "PermissionDenied", &enum_case_PermissionDenied_value);

	zval enum_case_PermissionCondition_value;
	ZVAL_LONG(&enum_case_PermissionCondition_value, 3102);
	zend_enum_add_case_cstr(class_entry, "PermissionCondition", &enum_case_PermissionCondition_value);

	zval enum_case_PermissionScope_value;
	ZVAL_LONG(&enum_case_PermissionScope_value, 3103);
	zend_enum_add_case_cstr(class_entry, "PermissionScope", &enum_case_PermissionScope_value);

	zval enum_case_ArgumentsSchema_value;
	ZVAL_LONG(&enum_case_ArgumentsSchema_value, 4001);
	zend_enum_add_case_cstr(class_entry, "ArgumentsSchema", &enum_case_ArgumentsSchema_value);

	zval enum_case_ArgumentsBudget_value;
	ZVAL_LONG(&enum_case_ArgumentsBudget_value, 4002);
	zend_enum_add_case_cstr(class_entry, "ArgumentsBudget", &enum_case_ArgumentsBudget_value);

	zval enum_case_ArgumentsFormat_value;
	ZVAL_LONG(&enum_case_ArgumentsFormat_value, 4003);
	zend_enum_add_case_cstr(class_entry, "ArgumentsFormat", &enum_case_ArgumentsFormat_value);

	zval enum_case_PathEscape_value;
	ZVAL_LONG(&enum_case_PathEscape_value, 5001);
	zend_enum_add_case_cstr(class_entry, "PathEscape", &enum_case_PathEscape_value);

	zval enum_case_PathAbsolute_value;
	ZVAL_LONG(&enum_case_PathAbsolute_value, 5002);
	zend_enum_add_case_cstr(class_entry, "PathAbsolute", &enum_case_PathAbsolute_value);

	zval enum_case_PathOutside_value;
	ZVAL_LONG(&enum_case_PathOutside_value, 5003);
	zend_enum_add_case_cstr(class_entry, "PathOutside", &enum_case_PathOutside_value);

	zval enum_case_PathEmpty_value;
	ZVAL_LONG(&enum_case_PathEmpty_value, 5004);
	zend_enum_add_case_cstr(class_entry, "PathEmpty", &enum_case_PathEmpty_value);

	zval enum_case_PathSize_value;
	ZVAL_LONG(&enum_case_PathSize_value, 5005);
	zend_enum_add_case_cstr(class_entry, "PathSize", &enum_case_PathSize_value);

	zval enum_case_PathEncoding_value;
	ZVAL_LONG(&enum_case_PathEncoding_value, 5006);
	zend_enum_add_case_cstr(class_entry, "PathEncoding", &enum_case_PathEncoding_value);

	zval enum_case_PathSeparator_value;
	ZVAL_LONG(&enum_case_PathSeparator_value, 5007);
	zend_enum_add_case_cstr(class_entry, "PathSeparator", &enum_case_PathSeparator_value);

	zval enum_case_PathCharacter_value;
	ZVAL_LONG(&enum_case_PathCharacter_value, 5008);
	zend_enum_add_case_cstr(class_entry, "PathCharacter", &enum_case_PathCharacter_value);

	zval enum_case_PathName_value;
	ZVAL_LONG(&enum_case_PathName_value, 5009);
	zend_enum_add_case_cstr(class_entry, "PathName", &enum_case_PathName_value);

	zval enum_case_PathDevice_value;
	ZVAL_LONG(&enum_case_PathDevice_value, 5010);
	zend_enum_add_case_cstr(class_entry, "PathDevice", &enum_case_PathDevice_value);

	zval enum_case_PathUri_value;
	ZVAL_LONG(&enum_case_PathUri_value, 5011);
	zend_enum_add_case_cstr(class_entry, "PathUri", &enum_case_PathUri_value);

	zval enum_case_PathAbsent_value;
	ZVAL_LONG(&enum_case_PathAbsent_value, 5012);
	zend_enum_add_case_cstr(class_entry, "PathAbsent", &enum_case_PathAbsent_value);

	zval enum_case_PathKind_value;
	ZVAL_LONG(&enum_case_PathKind_value, 5013);
	zend_enum_add_case_cstr(class_entry, "PathKind", &enum_case_PathKind_value);

	zval enum_case_PathType_value;
	ZVAL_LONG(&enum_case_PathType_value, 5014);
	zend_enum_add_case_cstr(class_entry, "PathType", &enum_case_PathType_value);

	zval enum_case_PathLink_value;
	ZVAL_LONG(&enum_case_PathLink_value, 5015);
	zend_enum_add_case_cstr(class_entry, "PathLink", &enum_case_PathLink_value);

	zval enum_case_ThreatSql_value;
	ZVAL_LONG(&enum_case_ThreatSql_value, 6001);
	zend_enum_add_case_cstr(class_entry, "ThreatSql", &enum_case_ThreatSql_value);

	zval enum_case_ThreatHtml_value;
	ZVAL_LONG(&enum_case_ThreatHtml_value, 6002);
	zend_enum_add_case_cstr(class_entry, "ThreatHtml", &enum_case_ThreatHtml_value);

	zval enum_case_ThreatShell_value;
	ZVAL_LONG(&enum_case_ThreatShell_value, 6003);
	zend_enum_add_case_cstr(class_entry, "ThreatShell", &enum_case_ThreatShell_value);

	zval enum_case_ThreatTraversal_value;
	ZVAL_LONG(&enum_case_ThreatTraversal_value, 6004);
	zend_enum_add_case_cstr(class_entry, "ThreatTraversal", &enum_case_ThreatTraversal_value);

	zval enum_case_RateExceeded_value;
	ZVAL_LONG(&enum_case_RateExceeded_value, 7001);
	zend_enum_add_case_cstr(class_entry, "RateExceeded", &enum_case_RateExceeded_value);

	zval enum_case_RateFull_value;
	ZVAL_LONG(&enum_case_RateFull_value, 7002);
	zend_enum_add_case_cstr(class_entry, "RateFull", &enum_case_RateFull_value);

	zval enum_case_RateUnavailable_value;
	ZVAL_LONG(&enum_case_RateUnavailable_value, 7003);
	zend_enum_add_case_cstr(class_entry, "RateUnavailable", &enum_case_RateUnavailable_value);

	zval enum_case_ReleaseMessage_value;
	ZVAL_LONG(&enum_case_ReleaseMessage_value, 8001);
	zend_enum_add_case_cstr(class_entry, "ReleaseMessage", &enum_case_ReleaseMessage_value);

	zval enum_case_SealForm_value;
	ZVAL_LONG(&enum_case_SealForm_value, 8002);
	zend_enum_add_case_cstr(class_entry, "SealForm", &enum_case_SealForm_value);

	zval enum_case_SealKey_value;
	ZVAL_LONG(&enum_case_SealKey_value, 8003);
	zend_enum_add_case_cstr(class_entry, "SealKey", &enum_case_SealKey_value);

	zval enum_case_SealTag_value;
	ZVAL_LONG(&enum_case_SealTag_value, 8004);
	zend_enum_add_case_cstr(class_entry, "SealTag", &enum_case_SealTag_value);

	zval enum_case_ReleaseElicitation_value;
	ZVAL_LONG(&enum_case_ReleaseElicitation_value, 8005);
	zend_enum_add_case_cstr(class_entry, "ReleaseElicitation", &enum_case_ReleaseElicitation_value);

	zval enum_case_ReleasePin_value;
	ZVAL_LONG(&enum_case_ReleasePin_value, 8006);
	zend_enum_add_case_cstr(class_entry, "ReleasePin", &enum_case_ReleasePin_value);

	zval enum_case_ReleaseOutput_value;
	ZVAL_LONG(&enum_case_ReleaseOutput_value, 8007);
	zend_enum_add_case_cstr(class_entry, "ReleaseOutput", &enum_case_ReleaseOutput_value);

	zval enum_case_AuditLine_value;
	ZVAL_LONG(&enum_case_AuditLine_value, 8101);
	zend_enum_add_case_cstr(class_entry, "AuditLine", &enum_case_AuditLine_value);

	zval enum_case_AuditChanged_value;
	ZVAL_LONG(&enum_case_AuditChanged_value, 8102);
	zend_enum_add_case_cstr(class_entry, "AuditChanged", &enum_case_AuditChanged_value);

	zval enum_case_AuditMissing_value;
	ZVAL_LONG(&enum_case_AuditMissing_value, 8103);
	zend_enum_add_case_cstr(class_entry, "AuditMissing", &enum_case_AuditMissing_value);

	zval enum_case_AuditOrder_value;
	ZVAL_LONG(&enum_case_AuditOrder_value, 8104);
	zend_enum_add_case_cstr(class_entry, "AuditOrder", &enum_case_AuditOrder_value);

	zval enum_case_AuditSplice_value;
	ZVAL_LONG(&enum_case_AuditSplice_value, 8105);
	zend_enum_add_case_cstr(class_entry, "AuditSplice", &enum_case_AuditSplice_value);

	zval enum_case_AuditTorn_value;
	ZVAL_LONG(&enum_case_AuditTorn_value, 8106);
	zend_enum_add_case_cstr(class_entry, "AuditTorn", &enum_case_AuditTorn_value);

	zval enum_case_HostScratch_value;
	ZVAL_LONG(&enum_case_HostScratch_value, 9001);
	zend_enum_add_case_cstr(class_entry, "HostScratch", &enum_case_HostScratch_value);

	zval enum_case_HostTimeout_value;
	ZVAL_LONG(&enum_case_HostTimeout_value, 9002);
	zend_enum_add_case_cstr(class_entry, "HostTimeout", &enum_case_HostTimeout_value);

	zval enum_case_HostBusy_value;
	ZVAL_LONG(&enum_case_HostBusy_value, 9003);
	zend_enum_add_case_cstr(class_entry, "HostBusy", &enum_case_HostBusy_value);

	zval enum_case_HostGone_value;
	ZVAL_LONG(&enum_case_HostGone_value, 9004);
	zend_enum_add_case_cstr(class_entry, "HostGone", &enum_case_HostGone_value);

	zval enum_case_HostIdInUse_value;
	ZVAL_LONG(&enum_case_HostIdInUse_value, 9005);
	zend_enum_add_case_cstr(class_entry, "HostIdInUse", &enum_case_HostIdInUse_value);

	zval enum_case_HostFile_value;
	ZVAL_LONG(&enum_case_HostFile_value, 9006);
	zend_enum_add_case_cstr(class_entry, "HostFile", &enum_case_HostFile_value);

	zval enum_case_HostAudit_value;
	ZVAL_LONG(&enum_case_HostAudit_value, 9020);
	zend_enum_add_case_cstr(class_entry, "HostAudit", &enum_case_HostAudit_value);

	return class_entry;
}
