//! `adarga run`: between a client and a stdio MCP server.
//!
//! ```text
//!   client ── stdin ──▶ inbound ── allowed, byte for byte ──▶ server
//!      ▲                   │ denied: the reply                  │
//!      └──── stdout ◀──────┴────────────── outbound ◀── stdout ─┘      stderr of the server passes through
//! ```
//!
//! One thread for each direction; the main thread waits for what ends the session or a deadline. Memory is bounded by the
//! policy: one line and one tape for each direction, and one ticket a request in flight.

mod audit;
mod child;
pub(crate) mod claims;
mod flight;
mod inbound;
mod lines;
mod outbound;
mod record;
pub(crate) mod salvage;
mod wire;

use std::{
    process::ExitCode,
    sync::{
        Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use adarga_core::{Gate, Reason, Session, Ticket, method::Method, verdict::REPLY_MAX};
use adarga_host::{
    callers::Callers,
    compile::{Settings, Sources},
    data::DataKeys,
    rates::RateMemory,
    roots::Roots,
};
use zeroize::Zeroizing;

use crate::{Done, Failure, args, complain, load};

use audit::Audit;
use child::{Server, spawn};
use flight::Flight;
use record::Recorder;
use wire::{ToClient, ToServer};

/// How long a server may take to end after it was asked to, before the next, harsher means.
const GRACE: Duration = Duration::from_secs(5);
/// How soon to look again whether the server's input could be closed.
const SOON: Duration = Duration::from_millis(100);

/// What both directions share.
struct Shared {
    gate: Gate<'static>,
    /// Who can say who calls, and the token of the client if the policy says where it lies.
    callers: Callers,
    token: Option<Zeroizing<String>>,
    roots: Roots,
    /// What the policy seals with and makes pseudonyms.
    data: Option<DataKeys>,
    settings: Settings,
    session: Mutex<Session>,
    flight: Mutex<Flight>,
    client: ToClient,
    server: ToServer,
    recorder: Option<Recorder>,
    trail: Option<Audit>,
}

impl Shared {
    /// Writes how a request was answered to the audit trail; false when that can't be done and the answer must not go out.
    fn answered(&self, ticket: &Ticket, reason: Reason) -> bool {
        self.trail.as_ref().is_none_or(|trail| trail.released(ticket, reason))
    }

    /// The answer to `initialize` will never reach the client, which may begin again.
    fn never_began(&self, ticket: &Ticket) {
        if ticket.method() == Method::Initialize {
            *lock(&self.session) = Session::new();
        }
    }
}

/// What the main thread waits for.
#[derive(Debug)]
enum Event {
    /// The client closed its side: what is open may still be answered.
    ClientGone,
    /// The client reads no more.
    ClientBroken,
    /// The server closed its standard output.
    ServerGone,
}

/// Guards a server until it or the client ends.
pub(crate) fn run(args: &args::Run) -> Done {
    // in force until the process ends, so the threads may borrow it for ever
    let policy: &'static _ = Box::leak(Box::new(load(&args.policy)?));
    let gate = policy.gate()?;
    let rates = RateMemory::open(&gate)?;
    let settings = policy.settings().ok_or("the image has no settings for `run`: compile the policy again")?;
    let token = Sources::from_image(gate.image()).and_then(|sources| sources.stdio_token).map(|token| token.read());
    let token = token.transpose().map_err(|error| format!("`stdio.token`: {error}"))?;
    let callers = Callers::open(gate.image())?;
    let data = DataKeys::open(gate.image())?;
    let roots = Roots::open(gate.image()).map_err(|error| error.to_string())?;
    let recorder = args.record.as_deref().map(Recorder::open).transpose()?;
    let trail = Audit::open(&gate)?;
    let (server, stdin, stdout) = spawn(&args.server, &settings)?;
    let (events, happened) = channel();
    let shared: &'static Shared = Box::leak(Box::new(Shared {
        gate,
        callers,
        token,
        roots,
        data,
        session: Mutex::new(Session::new()),
        flight: Mutex::new(Flight::new(&settings)),
        settings,
        client: ToClient::new(events.clone()),
        server: ToServer::new(stdin),
        recorder,
        trail,
    }));
    Audit::keep(shared);
    let client_gone = events.clone();
    thread::spawn(move || {
        inbound::pump(shared, rates, std::io::stdin().lock());
        let _ = client_gone.send(Event::ClientGone);
    });
    thread::spawn(move || {
        outbound::pump(shared, stdout);
        let _ = events.send(Event::ServerGone);
    });
    let (cancel, cancelled) = channel::<String>();
    thread::spawn(move || cancelled.iter().for_each(|notice| shared.server.line(notice.as_bytes())));
    server.end_on_signals();
    let code = wait(shared, server, &happened, &cancel);
    if let Some(trail) = &shared.trail {
        trail.close();
    }
    Ok(code)
}

/// Keeps the deadlines until either side is gone, then brings the server to its end.
fn wait(shared: &Shared, mut server: Server, happened: &Receiver<Event>, cancel: &Sender<String>) -> ExitCode {
    let mut client_gone = false;
    loop {
        expire(shared, cancel);
        let next = lock(&shared.flight).next_deadline();
        if client_gone {
            shared.server.finish();
            if next.is_none() {
                // nothing is open; from now on it only has to end, and what it said has to go out
                let code = server.end(GRACE);
                loop {
                    match happened.recv_timeout(GRACE) {
                        Ok(Event::ClientGone) => {}
                        // it has the pipe and takes its time
                        Err(RecvTimeoutError::Timeout) if shared.client.is_busy() => {}
                        _ => break,
                    }
                }
                return code;
            }
        }
        // a request that comes meanwhile has a later deadline than this pause
        let pause = next.map_or(shared.settings.timeout(), |next| next.saturating_duration_since(Instant::now()));
        match happened.recv_timeout(if client_gone { pause.min(SOON) } else { pause }) {
            Ok(Event::ClientGone) => client_gone = true,
            Ok(Event::ClientBroken) => {
                shared.server.finish();
                return server.end(GRACE);
            }
            Ok(Event::ServerGone) | Err(RecvTimeoutError::Disconnected) => {
                abandon(shared);
                shared.server.finish();
                return server.end(GRACE);
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Answers the requests that outlasted their time, and has the server told.
fn expire(shared: &Shared, cancel: &Sender<String>) {
    let mut buffer = [0; REPLY_MAX];
    loop {
        let Some(late) = lock(&shared.flight).expire(Instant::now()) else { return };
        shared.never_began(&late.ticket);
        shared.answered(&late.ticket, Reason::HostTimeout);
        if late.cancelled {
            continue;
        }
        if let Ok(reply) = shared.gate.refusal(&late.ticket, Reason::HostTimeout, &mut buffer) {
            shared.client.line(reply);
        }
        if late.ticket.method() == Method::Initialize {
            // it must not be cancelled (basic/utilities/cancellation)
            continue;
        }
        let id = String::from_utf8_lossy(late.ticket.id());
        let params = format!("{{\"requestId\":{id},\"reason\":\"timed out\"}}");
        let _ = cancel.send(format!("{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{params}}}"));
    }
}

/// Answers what a server that went away left open.
fn abandon(shared: &Shared) {
    let mut buffer = [0; REPLY_MAX];
    let open = lock(&shared.flight).drain();
    for open in open {
        shared.answered(&open.ticket, Reason::HostGone);
        if open.cancelled {
            continue;
        }
        if let Ok(reply) = shared.gate.refusal(&open.ticket, Reason::HostGone, &mut buffer) {
            shared.client.line(reply);
        }
    }
}

/// A lock whose holder panicked protects plain values that are whole at every step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says that a message of the server does not reach the client.
fn tell_dropped(what: &str, why: &str) {
    complain(&format!("{what} of the server was dropped: {why}"));
}

impl Failure {
    /// The server's command was not found or can't be executed, as a shell says it.
    fn not_found(text: String) -> Self {
        Self { text, code: 127 }
    }
}
