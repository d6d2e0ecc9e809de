//! Lets the linker find the scripts, and says which machine it links for.

fn main() {
    let here = std::env::var("CARGO_MANIFEST_DIR").expect("cargo says it");
    let machine = std::env::var("ADARGA_MACHINE").unwrap_or_else(|_| "mps2".into());
    println!("cargo::rerun-if-env-changed=ADARGA_MACHINE");
    for script in ["sections.x", &format!("{machine}.x")] {
        println!("cargo::rerun-if-changed={script}");
    }
    println!("cargo::rustc-check-cfg=cfg(small, adarga_proof, adarga_canary, adarga_alloc)");
    if machine == "microbit" {
        println!("cargo::rustc-cfg=small");
    }
    println!("cargo::rustc-link-arg=-L{here}");
    println!("cargo::rustc-link-arg=-T{machine}.x");
    println!("cargo::rustc-link-arg=--nmagic");
}
