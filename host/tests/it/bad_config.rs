//! `[secrets]` and `[config]` that can't be what they say: `bad_config.txt`, in the form of `bad_policies.txt`.

use adarga_host::{
    compile::compile,
    policy::{Source, read},
};

use super::bad_policies::agree;

fn said(name: &str, text: &str) -> String {
    match read(Source::new(name, text)).and_then(|loaded| compile(&loaded)) {
        Ok(_) => String::from("accepted"),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn say_what_is_wrong_and_where() {
    agree("bad_config.txt", include_str!("bad_config.txt"), said);
}
