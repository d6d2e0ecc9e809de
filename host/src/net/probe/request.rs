//! One ping over HTTP/1.1, and the head of its answer.

use std::io::{self, Read, Write};

use super::{
    super::{Cause, Url, client::HEADER_MAX},
    connection::of_io,
};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

/// What a server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The value of `Strict-Transport-Security`.
    pub strict_transport: Option<String>,
}

pub(super) fn ask(
    mut stream: impl Read + Write,
    url: &Url,
    host: Option<&str>,
    origin: Option<&str>,
) -> Result<Option<Reply>, Cause> {
    let own = url.origin().split_once("://").map_or("", |(_, authority)| authority);
    let host = host.unwrap_or(own);
    let origin = origin.map(|origin| format!("Origin: {origin}\r\n")).unwrap_or_default();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {host}\r\n{origin}User-Agent: adarga/{}\r\nAccept: application/json, text/event-stream\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{PING}",
        url.path(),
        env!("CARGO_PKG_VERSION"),
        PING.len(),
    );
    let outcome = stream.write_all(request.as_bytes()).and_then(|()| stream.flush()).and_then(|()| read_head(&mut stream));
    match outcome {
        Ok(head) if head.is_empty() => Ok(None),
        Ok(head) => parse(&head).map(Some),
        // closed while it was asked, or without a farewell of TLS
        Err(error) if matches!(of_io(&error), Cause::Connection(_)) => Ok(None),
        Err(error) => Err(of_io(&error)),
    }
}

/// What comes before the body, or before the end.
fn read_head(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let (mut head, mut piece) = (Vec::new(), [0; 1024]);
    while head.len() <= HEADER_MAX && !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => head.extend(piece.iter().take(read)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && !head.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(head)
}

fn parse(head: &[u8]) -> Result<Reply, Cause> {
    let text = String::from_utf8_lossy(head);
    let (head, _) = text.split_once("\r\n\r\n").ok_or(if text.len() > HEADER_MAX {
        Cause::HeaderSize
    } else {
        Cause::Protocol("it ends within its header".to_owned())
    })?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok());
    let status = status.ok_or_else(|| Cause::Protocol("it has no status".to_owned()))?;
    let strict_transport = lines
        .filter_map(|line| line.split_once(':'))
        .find_map(|(name, value)| name.eq_ignore_ascii_case("strict-transport-security").then(|| value.trim().to_owned()));
    Ok(Reply { status, strict_transport })
}
