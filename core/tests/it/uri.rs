//! URIs in normal form, beside the corpora: what passes is what every parser reads as it stands. `uri/templates.jsonl` is asked in
//! `template.rs`; `uri/cidr.jsonl` asks whether a network lies in another, which nothing here needs to know.

use adarga_core::{path::is_file_uri, uri::is_normal};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::corpora::lines;

/// What a WHATWG parser makes of a normal URI is the same URI, or nothing.
#[test]
fn whatwg_parsers_leave_a_normal_form_as_it_is() {
    let (mut normal, mut nobodys, mut refused, mut wrong) = (0, 0, 0, Vec::new());
    for line in lines("uri/whatwg.jsonl", 494) {
        let input = STANDARD.decode(line["b64"].as_str().unwrap()).unwrap();
        if !is_normal(&input) {
            refused += 1;
            continue;
        }
        normal += 1;
        let input = String::from_utf8(input).unwrap();
        if line["failure"] == true {
            // no second reading
            nobodys += 1;
        } else if line["href"].as_str() != Some(&input) {
            wrong.push(format!("{input} becomes {}", line["href"]));
        }
    }
    println!("uri/whatwg: {normal} normal, of which they refuse {nobodys}; {refused} not normal");
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// Whatever a WHATWG parser takes for a `file:` URL is judged as one, never as a path.
#[test]
fn what_parsers_take_for_a_file_is_taken_for_a_file() {
    let mut files = 0;
    for line in lines("uri/whatwg.jsonl", 494).iter().filter(|line| line["protocol"] == "file:") {
        let input = STANDARD.decode(line["b64"].as_str().unwrap()).unwrap();
        // relative to a base that is a `file:` URL, the rest are paths
        let has_scheme =
            input.iter().copied().filter(|byte| *byte > b' ').take_while(|byte| *byte != b'/').any(|byte| byte == b':');
        let windows = line["base"].as_str().is_some_and(|base| base.starts_with("file:"));
        assert!(is_file_uri(&input) || windows || !has_scheme, "{line}");
        files += usize::from(is_file_uri(&input));
    }
    println!("uri/whatwg: {files} `file:` URLs are taken for such");
}

/// A reference in normal form is a URI of its own: resolving it (RFC 3986 §5.2) changes nothing.
#[test]
fn rfc3986_resolution_leaves_a_normal_form_as_it_is() {
    let (mut normal, mut targets) = (0, 0);
    for line in lines("uri/rfc3986_resolve.jsonl", 29) {
        let (reference, target) = (line["ref"].as_str().unwrap(), line["expect"].as_str().unwrap());
        if is_normal(reference.as_bytes()) {
            normal += 1;
            assert_eq!(reference, target);
        }
        // a target has no dot segments any more, but for names that only look like some
        if is_normal(target.as_bytes()) {
            targets += 1;
        } else {
            println!("not normal: {target}");
        }
    }
    println!("uri/rfc3986_resolve: {normal} references and {targets} targets in normal form");
}
