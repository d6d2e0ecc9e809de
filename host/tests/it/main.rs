//! Tests of `adarga-host` from outside: one binary, one module a subject.

mod arguments;
#[cfg(target_os = "linux")]
mod audit;
#[cfg(target_os = "linux")]
mod audit_changes;
#[cfg(target_os = "linux")]
mod audit_processes;
#[cfg(target_os = "linux")]
mod audit_support;
mod bad_config;
#[cfg(feature = "net")]
mod bad_identity;
mod bad_policies;
mod bad_rates;
#[cfg(feature = "net")]
mod callers;
#[cfg(feature = "net")]
mod callers_introspection;
#[cfg(feature = "net")]
mod callers_keys;
#[cfg(feature = "net")]
mod callers_real;
#[cfg(feature = "net")]
mod callers_support;
mod compile;
mod config;
mod corpora;
mod data;
mod escape;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod files_corpora;
#[cfg(target_os = "linux")]
mod files_links;
#[cfg(target_os = "linux")]
mod files_race;
#[cfg(target_os = "linux")]
mod files_support;
mod formats;
mod good_policies;
mod hostile_policies;
mod idna_table;
#[cfg(feature = "net")]
mod issuer_discovery;
#[cfg(feature = "net")]
mod issuer_introspection;
#[cfg(feature = "net")]
mod issuer_keys;
#[cfg(feature = "net")]
mod issuer_real;
#[cfg(feature = "net")]
mod issuer_store;
#[cfg(feature = "net")]
mod issuer_support;
mod keys;
#[cfg(target_os = "linux")]
mod keys_wiped;
#[cfg(unix)]
mod limiter;
#[cfg(unix)]
mod limiter_processes;
#[cfg(unix)]
mod limiter_support;
mod mcp_shapes;
#[cfg(feature = "net")]
mod net_address;
#[cfg(feature = "net")]
mod net_client;
#[cfg(feature = "net")]
mod net_server;
#[cfg(feature = "net")]
mod net_url;
mod pem;
mod php_reasons;
mod python_reasons;
mod rate;
#[cfg(feature = "net")]
mod rates_shared;
mod readme;
mod redact_names;
#[cfg(target_os = "linux")]
mod roots;
mod schema;
mod schema_compiler;
#[cfg(unix)]
#[cfg(feature = "aws-lc")]
mod sealing;
mod secrets;
mod semantic_errors;
mod signature_alloc;
mod signature_attacks;
mod signature_forged;
mod signature_jws;
mod signature_support;
mod signature_tables;
mod signature_wycheproof;
#[cfg(all(feature = "redis", feature = "net"))]
mod store;
#[cfg(all(feature = "redis", feature = "net"))]
mod store_away;
#[cfg(all(feature = "redis", feature = "net"))]
mod store_support;
mod suggest;
mod threat_rates;
