//! URLs: one spelling, nothing that parsers read differently.

use adarga_host::net::{Url, UrlError};

fn url(text: &str) -> Result<Url, UrlError> {
    Url::parse(text)
}

#[test]
fn what_is_a_url_and_what_it_means() {
    for (text, whole, port, path, loopback) in [
        ("https://a.example", "https://a.example/", 443, "/", false),
        ("HTTPS://A.Example:443/X?y", "https://a.example/X?y", 443, "/X?y", false),
        ("https://a.example:8443?q=/", "https://a.example:8443/?q=/", 8443, "/?q=/", false),
        ("http://localhost", "http://localhost/", 80, "/", true),
        ("http://LOCALHOST:65535/", "http://localhost:65535/", 65535, "/", true),
        ("http://127.9.9.9:1/%2f", "http://127.9.9.9:1/%2f", 1, "/%2f", true),
        ("http://[::1]:80/", "http://[::1]/", 80, "/", true),
        ("https://[2606:4700:0:0::1111]/", "https://[2606:4700::1111]/", 443, "/", false),
        ("https://a_b.xn--bcher-kva.example./".trim_end_matches("./"), "https://a_b.xn--bcher-kva.example/", 443, "/", false),
        ("https://8.8.8.8/", "https://8.8.8.8/", 443, "/", false),
        ("https://1password.com/", "https://1password.com/", 443, "/", false),
    ] {
        let url = url(text).unwrap();
        assert_eq!((url.as_str(), url.port(), url.path(), url.is_loopback()), (whole, port, path, loopback), "{text}");
    }
}

#[test]
fn what_is_none() {
    use UrlError::*;
    let long = format!("https://a.example/{}", "a".repeat(2048));
    let label = format!("https://{}.example", "a".repeat(64));
    for (text, error) in [
        ("", Character),
        (&long, Character),
        ("https://a.example/ b", Character),
        ("https://a.example\\@b.example/", Character),
        ("https://a.example/\u{e9}", Character),
        ("https://a.example/\r\nx: y", Character),
        ("https://a.example/%2", Character),
        ("https://a.example/%zz", Character),
        ("https://a.example/#f", Fragment),
        ("a.example", Scheme),
        ("//a.example", Scheme),
        ("file:///etc/passwd", Scheme),
        ("ftp://a.example/", Scheme),
        ("gopher://127.0.0.1:6379/", Scheme),
        ("http://a.example/", Insecure),
        ("http://10.0.0.1/", Insecure),
        ("http://169.254.169.254/latest", Insecure),
        ("http://localhost.example/", Insecure),
        ("https://user@a.example/", User),
        ("https://user:secret@a.example/", User),
        ("https://a.example:1@b.example/", User),
        ("https://", Host),
        ("https:///path", Host),
        ("https://:443/", Host),
        ("https://a..example/", Host),
        ("https://a.example./", Host),
        ("http://localhost./", Host),
        ("https://%61.example/", Host),
        (&label, Host),
        ("http://0x7f.1/", Host),
        ("http://127.1/", Host),
        ("http://2130706433/", Host),
        ("http://0177.0.0.1/", Host),
        ("http://0x7f000001/", Host),
        ("https://1.2.3.4.5/", Host),
        ("https://a.example.7/", Host),
        ("https://[::1", Host),
        ("https://[::1%25eth0]/", Host),
        ("https://[fe80::1%eth0]/", Character),
        ("https://::1/", Host),
        ("https://a.example:/", Port),
        ("https://a.example:0/", Port),
        ("https://a.example:65536/", Port),
        ("https://a.example:+1/", Port),
        ("https://a.example:1:2/", Port),
        ("https://[::1]a/", Port),
    ] {
        assert_eq!(url(text), Err(error), "{text}");
    }
}

#[test]
fn redirects_are_absolute_or_paths() {
    let from = url("https://a.example:8443/x/y?z").unwrap();
    for (location, to) in [
        ("/k?l#m", Ok("https://a.example:8443/k?l")),
        ("https://b.example#m", Ok("https://b.example/")),
        ("http://127.0.0.1/", Ok("http://127.0.0.1/")),
        ("//b.example/", Err(UrlError::Scheme)),
        ("k", Err(UrlError::Scheme)),
        ("", Err(UrlError::Character)),
        ("?q", Err(UrlError::Scheme)),
        ("/\\b.example", Err(UrlError::Character)),
        ("file:///etc/passwd", Err(UrlError::Scheme)),
    ] {
        assert_eq!(from.follow(location).as_ref().map(Url::as_str).map_err(|error| *error), to, "{location}");
    }
}

#[test]
fn queries_are_not_shown() {
    let url = url("https://a.example/x?key=secret").unwrap();
    assert_eq!((format!("{url}"), format!("{url:?}")), ("https://a.example/x".to_owned(), "https://a.example/x".to_owned()));
    assert_eq!(url.as_str(), "https://a.example/x?key=secret");
}
