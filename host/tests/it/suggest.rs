//! What was probably meant.

use adarga_host::policy::suggest;

const ROLES: [&str; 5] = ["admin", "editor", "author", "viewer", "content_editor"];

#[test]
fn finds_what_is_near() {
    for (word, meant) in [
        ("edtor", "editor"),
        ("eidtor", "editor"),
        ("Editor", "editor"),
        ("viwer", "viewer"),
        ("admn", "admin"),
        ("content-editor", "content_editor"),
        ("CONTENT_EDITOR", "content_editor"),
    ] {
        assert_eq!(suggest(word, ROLES), Some(meant), "{word}");
    }
}

#[test]
fn leaves_alone_what_is_far() {
    for word in ["", "e", "root", "superuser", "administrator_of_everything"] {
        assert_eq!(suggest(word, ROLES), None, "{word}");
    }
    assert_eq!(suggest("edtor", []), None);
}

#[test]
fn prefers_the_first_of_equally_near_ones() {
    assert_eq!(suggest("rolx", ["rola", "rolb"]), Some("rola"));
}

#[test]
fn does_not_compare_long_words() {
    let word = "n".repeat(1 << 20);
    assert_eq!(suggest(&word, [word.as_str()]), None);
}
