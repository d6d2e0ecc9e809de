//! Metadata: where it is looked for, and whose it has to be.

use std::{sync::Arc, time::Duration};

use adarga_host::{
    issuer::{IssuerError, MetadataFlaw, Settings, Source, discover, places},
    net::{self, Cause, Client, Reach, Resolve, Url},
};
use serde_json::json;

use crate::{
    issuer_support::{Directory, Frozen, Issuer, Says, client, has, open, until},
    net_server::{Authority, Server, reply},
};

#[test]
fn places_are_those_of_the_specifications() {
    let of = |issuer: &str| places(&Url::parse(issuer).unwrap());
    for issuer in ["https://a.example", "https://a.example/"] {
        assert_eq!(
            of(issuer),
            ["https://a.example/.well-known/oauth-authorization-server", "https://a.example/.well-known/openid-configuration"]
        );
    }
    for issuer in ["https://a.example:8443/t/1", "https://a.example:8443/t/1/"] {
        assert_eq!(
            of(issuer),
            [
                "https://a.example:8443/.well-known/oauth-authorization-server/t/1",
                "https://a.example:8443/.well-known/openid-configuration/t/1",
                "https://a.example:8443/t/1/.well-known/openid-configuration",
            ]
        );
    }
}

#[test]
fn an_issuer_is_discovered_and_asked_again_after_an_hour() {
    let issuer = Issuer::new(Says::Keys(vec!["a"]));
    let clock = Frozen::new();
    let keys = open(Settings::new(issuer.server.url(""), Source::Discover), &clock);
    assert!(has(keys.current().as_ref(), "a"));
    let endpoint = keys.introspection().unwrap();
    assert_eq!((endpoint.url.as_str(), endpoint.reach), (issuer.server.url("/ask").as_str(), Reach::Loopback));
    assert_eq!(keys.status().source, issuer.server.url("/keys"));
    let metadata = || issuer.server.count("GET /.well-known/oauth-authorization-server");
    assert_eq!(keys.refresh_now(), Ok(()));
    assert_eq!((metadata(), issuer.count()), (1, 2));
    clock.advance(3600);
    until("asked again", || metadata() == 2 && issuer.count() == 3);
    // when keys can't be had, they may have moved
    issuer.say(Says::Status(404, String::new()));
    assert!(keys.refresh_now().is_err());
    issuer.say(Says::Keys(vec!["b"]));
    assert_eq!(keys.refresh_now(), Ok(()));
    assert_eq!(metadata(), 3);
}

#[test]
fn pages_for_everything_are_passed_over() {
    let server = Server::start(|asked, out| {
        let issuer = format!("http://{}/t", asked.header("host").unwrap());
        match asked.line.as_str() {
            "GET /.well-known/oauth-authorization-server/t" => reply(out, "200 OK", "content-type: text/html\r\n", "<html>"),
            "GET /.well-known/openid-configuration/t" => reply(out, "404 Not Found", "", "{}"),
            _ => reply(out, "200 OK", "", &json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/k") }).to_string()),
        }
    });
    let metadata = discover(&client(), &server.url("/t")).unwrap();
    assert_eq!((metadata.jwks.unwrap().url.as_str(), metadata.introspection), (server.url("/t/k").as_str(), None));
    assert_eq!(server.asked().len(), 3);
    let nowhere = Server::start(|_, out| reply(out, "404 Not Found", "", ""));
    let IssuerError::Net(error) = discover(&client(), &nowhere.url("/t")).unwrap_err() else { panic!() };
    assert_eq!((error.cause, error.url), (Cause::Status(404), nowhere.url("/.well-known/oauth-authorization-server/t")));
    let broken = Server::start(|_, out| reply(out, "500 X", "", ""));
    assert!(discover(&client(), &broken.url("")).is_err());
    assert_eq!((nowhere.asked().len(), broken.asked().len()), (3, 1));
}

#[test]
fn metadata_has_to_be_of_the_issuer() {
    use MetadataFlaw::*;
    let flaw = |metadata: fn(String) -> String, path: &str| {
        let server = Server::start(move |asked, out| {
            let issuer = format!("http://{}", asked.header("host").unwrap());
            reply(out, "200 OK", "", &metadata(issuer));
        });
        match discover(&client(), &server.url(path)).unwrap_err() {
            IssuerError::Metadata(_, flaw) => (flaw, server.asked().len()),
            other => panic!("{other}"),
        }
    };
    let whole = |issuer: String| json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/k") }).to_string();
    // byte for byte: a slash counts, and the search ends
    assert_eq!(flaw(whole, "/"), (Issuer, 1));
    assert_eq!(
        flaw(|_| json!({ "issuer": "https://evil.example", "jwks_uri": "https://evil.example/k" }).to_string(), ""),
        (Issuer, 1)
    );
    assert_eq!(flaw(|issuer| json!({ "issuer": [issuer] }).to_string(), ""), (Issuer, 1));
    assert_eq!(flaw(|_| "{}".to_owned(), ""), (Issuer, 1));
    assert_eq!(flaw(|issuer| json!({ "issuer": issuer, "jwks_uri": null }).to_string(), ""), (JwksUri, 1));
    for uri in ["file:///k", "http://10.0.0.1/k", "http://a.example/k", "k", ""] {
        assert!(Url::parse(uri).is_err());
    }
    assert_eq!(flaw(|issuer| json!({ "issuer": issuer, "jwks_uri": "http://10.0.0.1/k" }).to_string(), ""), (JwksUri, 1));
    let endpoint = |issuer: String| {
        json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/k"), "introspection_endpoint": "ftp://x/" }).to_string()
    };
    assert_eq!(flaw(endpoint, ""), (Introspection, 1));
    // all places are asked for one that is JSON
    assert_eq!(flaw(|_| "[]".to_owned(), ""), (Document, 2));
    assert_eq!(
        flaw(|issuer| format!(r#"{{"issuer":"{issuer}","issuer":"{issuer}","jwks_uri":"{issuer}/k"}}"#), ""),
        (Document, 2)
    );
    assert!(discover(&client(), "https://a.example/?q").is_err() && discover(&client(), "a.example").is_err());
}

#[test]
fn an_issuer_of_opaque_tokens_needs_no_keys() {
    let server = Server::start(|asked, out| {
        let issuer = format!("http://{}", asked.header("host").unwrap());
        reply(out, "200 OK", "", &json!({ "issuer": issuer, "introspection_endpoint": format!("{issuer}/ask") }).to_string());
    });
    let metadata = discover(&client(), &server.url("")).unwrap();
    assert_eq!((metadata.jwks, metadata.introspection.unwrap().url.as_str()), (None, server.url("/ask").as_str()));
    // whoever wants its keys is told
    let keys = open(Settings::new(server.url(""), Source::Discover), &Frozen::new());
    assert_eq!(keys.refresh_now(), Err(IssuerError::Metadata(server.url(""), MetadataFlaw::JwksUri)));
}

/// Finds every name at 127.0.0.1.
#[derive(Debug)]
struct Here;

impl Resolve for Here {
    fn resolve(&self, _: &str) -> std::io::Result<Vec<std::net::IpAddr>> {
        Ok(vec![std::net::Ipv4Addr::LOCALHOST.into()])
    }
}

#[test]
fn metadata_leads_no_further_than_where_it_came_from() {
    let authority = Authority::new();
    let secret = Server::start(|_, out| reply(out, "200 OK", "", "{}"));
    let inside = secret.url("/k");
    let server = Server::listen("127.0.0.1:0", Some(authority.server("issuer.test", 2100)), move |asked, out| {
        let issuer = format!("https://{}", asked.header("host").unwrap());
        reply(out, "200 OK", "", &json!({ "issuer": issuer, "jwks_uri": inside }).to_string());
    });
    let directory = Directory::new("reach");
    std::fs::write(directory.file("ca.pem"), authority.pem()).unwrap();
    let settings = net::Settings {
        authorities: Some(directory.file("ca.pem")),
        allow: vec!["127.0.0.1".parse().unwrap()],
        deadline: Duration::from_secs(10),
        ..net::Settings::default()
    };
    let client = Client::with_resolver(settings, Here).unwrap();
    let issuer = format!("https://issuer.test:{}", server.address.port());
    let metadata = discover(&client, &issuer).unwrap();
    let jwks = metadata.jwks.unwrap();
    assert_eq!((jwks.reach, jwks.url.as_str()), (Reach::Private, secret.url("/k").as_str()));
    let clock = Frozen::new();
    let keys = adarga_host::issuer::Keys::open_at(Settings::new(issuer, Source::Discover), &client, clock.clone()).unwrap();
    assert!(!keys.wait_first(crate::issuer_support::LONG));
    let failure = keys.status().failure.unwrap();
    assert!(matches!(&failure.error, IssuerError::Net(error) if error.cause == Cause::Loopback), "{}", failure.error);
    assert!(secret.asked().is_empty() && Arc::strong_count(&clock.0) == 2);
}
