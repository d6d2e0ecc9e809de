//! The words of SQL, of the dialects of MySQL, PostgreSQL, SQL Server, Oracle, SQLite, DB2 and Firebird, and what they are to a
//! reader of injections.

use crate::threat::bytes::{is_sorted, look_up};

use super::lexer::Lexeme::{self, *};

/// What `word` is, in any case; [`Lexeme::Word`] when it is nothing in particular.
pub(super) fn lexeme(word: &[u8]) -> Lexeme {
    look_up(WORDS, word).unwrap_or(match word {
        // stored procedures of SQL Server
        [b'x' | b's' | b'X' | b'S', b'p' | b'P', b'_', _, ..] => Stored,
        _ => Word,
    })
}

/// A table out of order does not compile.
const _: [(); 1] = [(); if is_sorted(WORDS) { 1 } else { 0 }];

#[rustfmt::skip]
const WORDS: &[(&str, Lexeme)] = &[
    ("abs", Function), ("aes_decrypt", Strong), ("aes_encrypt", Strong), ("aggregate", Object), ("all", All),
    ("all_objects", Catalog), ("all_tab_columns", Catalog), ("all_tables", Catalog), ("all_users", Catalog), ("alter", Alter),
    ("analyse", Analyse), ("and", Logic), ("any", All), ("array_agg", Function), ("as", As), ("asc", Direction),
    ("ascii", Function), ("avg", Function), ("begin", Begin), ("benchmark", Wait), ("between", Like), ("bin", Function),
    ("bin_to_uuid", Strong), ("binary", All), ("bit_and", Function), ("bit_length", Function), ("bit_or", Function),
    ("bitand", Function), ("by", By), ("call", Call), ("case", Case), ("cast", Cast), ("cdbl", Strong), ("ceil", Function),
    ("ceiling", Function), ("char", Char), ("char_length", Function), ("character_length", Function), ("chr", Char),
    ("chr$", Strong), ("coalesce", Function), ("coercibility", Function), ("collate", Collate), ("collation_", Function),
    ("column", Object), ("column_name", Object), ("commit", Commit), ("compress", Function), ("concat", Function),
    ("concat_ws", Strong), ("connection_id", Function), ("conv", Function), ("convert", Convert), ("copy", Copy),
    ("cos", Function), ("count", Function), ("crc32", Function), ("create", Create), ("crypt_key", Strong), ("ctxsys", Strong),
    ("curdate", Function), ("current_date", Constant), ("current_setting", Function), ("current_timestamp", Constant),
    ("current_user", Constant), ("curtime", Function), ("database", Object), ("database_to_xml", Strong), ("databases", Object),
    ("date_add", Function), ("date_format", Function), ("date_sub", Function), ("dateadd", Function), ("datediff", Function),
    ("day", Function), ("dayname", Function), ("db_name", Strong), ("dba_tables", Catalog), ("dba_users", Catalog),
    ("dblink", Strong), ("dblink_connect", Strong), ("dbms_export_extension", Strong), ("dbms_java", Strong),
    ("dbms_ldap", Strong), ("dbms_lock", Wait), ("dbms_pipe", Wait), ("dbms_utility", Strong), ("dbms_xmlgen", Strong),
    ("dbms_xmlquery", Strong), ("declare", Declare), ("decode", Function), ("degrees", Function), ("delay", Delay),
    ("delete", Delete), ("desc", Direction), ("distinct", All), ("distinctrow", All), ("div", Like), ("domain", Catalog),
    ("domains", Catalog), ("drop", Drop), ("dumpfile", File), ("elt", Strong), ("encode", Function), ("encrypt", Function),
    ("end", Final), ("except", Union), ("exec", Exec), ("execute", Exec), ("exists", Exists), ("exp", Function),
    ("extension", Object), ("extractvalue", Strong), ("false", Constant), ("field", Function), ("find_in_set", Function),
    ("floor", Function), ("fn_xe_file_target_read_file", Strong), ("format", Function), ("found_rows", Strong), ("from", From),
    ("from_base64", Function), ("from_days", Function), ("from_unixtime", Function), ("function", Object),
    ("generate_series", Wait), ("geometrycollection", Strong), ("getdate", Function), ("glob", Like), ("grant", Grant),
    ("greatest", Function), ("group", Group), ("group_concat", Strong), ("gtid_subset", Strong), ("gtid_subtract", Strong),
    ("gv$session", Catalog), ("handler", Handler), ("has_dbaccess", Strong), ("having", Having), ("hex", Function),
    ("hextoraw", Function), ("host_name", Function), ("if", If), ("ifnull", Function), ("iif", Function), ("ilike", Like),
    ("in", Like), ("index", Object), ("inet_aton", Function), ("inet_ntoa", Function), ("infile", Infile),
    ("information_schema", Catalog), ("insert", Insert), ("instr", Function), ("intersect", Union), ("into", Into),
    ("is", Like), ("is_member", Strong), ("is_srvrolemember", Strong), ("isdate", Function), ("isnull", Like),
    ("isnumeric", Function), ("json", Function), ("json_array", Function), ("json_extract", Function), ("json_keys", Strong),
    ("json_object", Function), ("jsonb", Function), ("last_insert_id", Strong), ("lcase", Function), ("least", Function),
    ("left", Function), ("len", Function), ("length", Function), ("like", Like), ("limit", Limit), ("linestring", Strong),
    ("ln", Function), ("lo_export", Strong), ("lo_import", Strong), ("load", Load), ("load_extension", Strong),
    ("load_file", Strong), ("locate", Function), ("log", Function), ("log10", Function), ("login", Object), ("lower", Function),
    ("lpad", Function), ("ltrim", Function), ("make_set", Strong), ("max", Function), ("md5", Function), ("merge", Merge),
    ("microsecond", Function), ("mid", Function), ("min", Function), ("minus", Union), ("minute", Function), ("mod", Like),
    ("month", Function), ("monthname", Function), ("msysaccessobjects", Catalog), ("msysobjects", Catalog),
    ("msysqueries", Catalog), ("multilinestring", Strong), ("multipoint", Strong), ("multipolygon", Strong), ("mysql", Catalog),
    ("name_const", Strong), ("nchar", Char), ("newid", Function), ("not", Not), ("notnull", Like), ("now", Function),
    ("null", Constant), ("nullif", Function), ("nvl", Function), ("object_id", Function), ("oct", Function),
    ("octet_length", Function), ("offset", Offset), ("on", On), ("opendatasource", Strong), ("openquery", Strong),
    ("openrowset", Strong), ("or", Logic), ("ord", Function), ("order", Order), ("outfile", File), ("overlaps", Like),
    ("password", Function), ("patindex", Function), ("performance_schema", Catalog), ("pg_catalog", Catalog),
    ("pg_class", Catalog), ("pg_client_encoding", Strong), ("pg_database", Catalog), ("pg_ls_dir", Strong),
    ("pg_read_file", Strong), ("pg_shadow", Catalog), ("pg_sleep", Wait), ("pg_tables", Catalog), ("pg_user", Catalog),
    ("pi", Function), ("position", Function), ("pow", Function), ("power", Function), ("printf", Function),
    ("procedure", Procedure), ("quarter", Function), ("query_to_xml", Strong), ("quote", Function), ("quote_ident", Strong),
    ("quote_literal", Strong), ("radians", Function), ("raise", Function), ("rand", Function), ("randomblob", Wait),
    ("rawtohex", Function), ("rdb$collations", Catalog), ("rdb$database", Catalog), ("rdb$fields", Catalog),
    ("rdb$functions", Catalog), ("rdb$relations", Catalog), ("rdb$types", Catalog), ("regexp", Like),
    ("regexp_substring", Strong), ("rename", Rename), ("repeat", Function), ("replace", Replace), ("reverse", Function),
    ("right", Function), ("rlike", Like), ("role", Object), ("rollback", Rollback), ("round", Function), ("row", Function),
    ("row_count", Strong), ("rpad", Function), ("rtrim", Function), ("schema", Object), ("second", Function),
    ("select", Select), ("sequence", Object), ("serverproperty", Function), ("session_user", Constant), ("set", Set),
    ("sha", Function), ("sha1", Function), ("sha2", Function), ("shutdown", Shutdown), ("sign", Function), ("similar", Like),
    ("sin", Function), ("sleep", Wait), ("sname", Function), ("some", All), ("soundex", Function), ("sounds", Like),
    ("space", Function), ("sqlite_master", Catalog), ("sqlite_schema", Catalog), ("sqlite_version", Strong), ("sqrt", Function),
    ("ssname", Function), ("st_latfromgeohash", Strong), ("stddev", Function), ("str", Function), ("strcmp", Function),
    ("string_agg", Strong), ("stuff", Function), ("substr", Function), ("substring", Function), ("substring_index", Function),
    ("sum", Function), ("sys_config", Catalog), ("sys_context", Strong), ("sys_eval", Strong), ("sys_exec", Strong),
    ("syscat", Catalog), ("syscolumns", Catalog), ("sysdatabases", Catalog), ("sysdate", Function), ("sysibm", Catalog),
    ("sysobjects", Catalog), ("sysprocesses", Catalog), ("system", Function), ("system_user", Constant), ("sysusers", Catalog),
    ("table", Object), ("table_name", Catalog), ("table_schema", Catalog), ("tables", Object), ("tablespace", Object),
    ("tan", Function), ("then", Then), ("time", Time), ("to_base64", Function), ("to_char", Function), ("to_date", Function),
    ("to_number", Function), ("to_timestamp", Function), ("translate", Function), ("trigger", Object), ("trim", Function),
    ("true", Constant), ("truncate", Truncate), ("typeof", Function), ("ucase", Function), ("uncompress", Function),
    ("unhex", Strong), ("unichar", Char), ("unicode", Function), ("union", Union), ("unix_timestamp", Function),
    ("unknown", Constant), ("update", Update), ("updatexml", Strong), ("upper", Function), ("user", Object),
    ("user_lock", Wait), ("user_name", Strong), ("user_objects", Catalog), ("user_tab_columns", Catalog),
    ("user_tables", Catalog), ("user_users", Catalog), ("using", Using), ("utc_date", Function), ("utl_http", Strong),
    ("utl_inaddr", Strong), ("uuid", Function), ("uuid_to_bin", Strong), ("v$session", Catalog), ("v$version", Catalog),
    ("values", Values), ("variance", Function), ("version", Function), ("view", Object), ("waitfor", Waitfor),
    ("week", Function), ("when", When), ("where", Where), ("xmlagg", Strong), ("xmlelement", Function), ("xmlparse", Strong),
    ("xmltype", Strong), ("xor", Logic), ("year", Function), ("zeroblob", Function),
];
