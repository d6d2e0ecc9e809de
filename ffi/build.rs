//! Names the shared library by its ABI, so that programs ask the loader for the one they were linked with.

fn main() {
    println!("cargo::rerun-if-changed=src/status.rs");
    // what `tests/bare/run` builds the proofs with
    println!("cargo::rustc-check-cfg=cfg(adarga_proof, adarga_canary)");
    let status = std::fs::read_to_string("src/status.rs").expect("src/status.rs is part of the crate");
    let abi = status.lines().find_map(|line| line.strip_prefix("pub const ADARGA_ABI: u32 = ")?.strip_suffix(';'));
    let abi = abi.expect("src/status.rs says what the ABI is");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libadarga.so.{abi}");
    }
}
