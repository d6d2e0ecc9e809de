//! The chain of this process and its file.

use std::{
    fs,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use adarga_core::audit::{Chain, Digest, Entry, Event, Head, KEY_LEN, LINE_MAX, StartKey};
use zeroize::Zeroizing;

use super::{
    error::AuditError,
    file::{AuditFile, MARK},
    key,
    settings::{Arguments, Full, Settings, Sync},
    syslog::Syslog,
};
use crate::{
    random,
    secrets::{Place, Secret},
};

/// What lines say of the version of their writer.
const VERSION: &str = concat!("adarga/", env!("CARGO_PKG_VERSION"));
/// Bytes that a line usually takes at most: a file is rotated before they would not fit.
const LINE_ROOM: usize = 1024;
/// How old the size of the process in a line may be.
const MEMORY_AGE: Duration = Duration::from_secs(1);

/// An audit trail that this process writes to. It is shared by its threads; dropped or [closed](Trail::close), it writes its end.
#[derive(Debug)]
pub struct Trail {
    state: Mutex<State>,
    settings: Settings,
    server: String,
    arguments: Zeroizing<[u8; KEY_LEN]>,
}

#[derive(Debug)]
struct State {
    chain: Chain,
    file: AuditFile,
    syslog: Option<Syslog>,
    /// The sequence that the syslog was told last.
    told: Option<u64>,
    buffer: Vec<u8>,
    /// Lines that could not be written since the last one that was.
    lost: u64,
    dirty: bool,
    closed: bool,
    memory: Option<u64>,
    measured: Instant,
}

impl Trail {
    /// Opens the file, takes a start key and writes the first line, which says what `note` says. `server` is the name in all lines.
    ///
    /// # Errors
    /// When there is no key, or the file can't be written.
    pub fn open(settings: Settings, server: &str, note: &str, now_ms: u64) -> Result<Self, AuditError> {
        let key = settings.key.clone();
        let trail = match &key {
            Secret::At(Place::File(name)) => {
                key::take(name.as_ref(), |start| Self::begin(settings, server, note, now_ms, start))?
            }
            secret => {
                let text = secret.read().map_err(|error| AuditError::new("key", error.to_string()))?;
                if text.len() < KEY_LEN {
                    return Err(AuditError::new("key", format!("{secret}: shorter than 32 bytes")));
                }
                Self::begin(settings, server, note, now_ms, &StartKey::from_secret(text.as_bytes()))?
            }
        };
        trail.tell_head(now_ms)?;
        Ok(trail)
    }

    /// Puts the first line of a chain on the disk, whatever the policy says of others: its key is about to be overwritten.
    fn begin(settings: Settings, server: &str, note: &str, now_ms: u64, start: &StartKey) -> Result<Self, AuditError> {
        let file = AuditFile::open(&settings)?;
        let syslog = settings.syslog.as_deref().map(Syslog::open).transpose()?;
        let random = random::bytes().map_err(|error| AuditError::new("the chain", error.to_string()))?;
        let chain = Chain::new(start, &random);
        let arguments = Zeroizing::new(start.arguments(chain.id()));
        let state = State {
            chain,
            file,
            syslog,
            told: None,
            buffer: vec![0; LINE_MAX],
            lost: 0,
            dirty: false,
            closed: false,
            memory: memory(),
            measured: Instant::now(),
        };
        let trail = Self { state: Mutex::new(state), settings, server: server.to_owned(), arguments };
        let entry = Entry { success: true, note: note.as_bytes(), ..Entry::new(Event::Start, now_ms) };
        let mut state = trail.lock();
        let begun = state.put(&trail, &entry).and_then(|()| state.file.sync());
        // a chain that did not begin has no end to write
        state.closed = begun.is_err();
        drop(state);
        begun.map(|()| trail)
    }

    /// Writes a line, with the server's name, the version and the size of this process in it. When it returns, the line is in the file,
    /// and on the disk if the policy wants that of every line.
    ///
    /// # Errors
    /// When the line can't be written: what it tells of must not happen. Under `full = "drop"` that is counted instead, and a later
    /// line tells.
    pub fn write(&self, entry: &Entry<'_>) -> Result<(), AuditError> {
        let mut state = self.lock();
        let written = state.put(self, entry);
        if written.is_err() {
            state.lost = state.lost.saturating_add(1);
        }
        match self.settings.full {
            Full::Deny => written,
            Full::Drop => Ok(()),
        }
    }

    /// The digest of the arguments of a call, if the policy wants one.
    #[must_use]
    pub fn digest(&self, arguments: &[u8]) -> Option<Digest> {
        match self.settings.arguments {
            Arguments::Sha256 => Some(Digest::sha256(&self.arguments, arguments)),
            Arguments::Blake3 => Some(Digest::Blake3(blake3::keyed_hash(&self.arguments, arguments).into())),
            Arguments::Off => None,
        }
    }

    /// The last line that was written.
    #[must_use]
    pub fn head(&self) -> Option<Head> {
        self.lock().chain.head()
    }

    /// How long lines may wait to be forced to the disk; whoever holds the trail calls [`Trail::sync`] as often.
    #[must_use]
    pub const fn interval(&self) -> Option<Duration> {
        match self.settings.sync {
            Sync::Interval(ms) => Some(Duration::from_millis(ms)),
            Sync::Every | Sync::Never => None,
        }
    }

    /// Forces lines to the disk that are not there yet.
    ///
    /// # Errors
    /// What the system says.
    pub fn sync(&self) -> Result<(), AuditError> {
        let mut state = self.lock();
        if std::mem::take(&mut state.dirty) { state.file.sync() } else { Ok(()) }
    }

    /// Tells the syslog the last line, if the policy wants that and it is another than the one that was told before. Whoever holds the
    /// trail calls it once a minute.
    ///
    /// # Errors
    /// When there is no syslog any more.
    pub fn tell_head(&self, now_ms: u64) -> Result<(), AuditError> {
        self.lock().tell_head(now_ms)
    }

    /// Writes the last line. Nothing is written after it.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn close(&self, now_ms: u64) -> Result<(), AuditError> {
        let mut state = self.lock();
        if state.closed {
            return Ok(());
        }
        state.put(self, &Entry { success: true, ..Entry::new(Event::End, now_ms) })?;
        state.closed = true;
        let synced = state.file.sync();
        synced.and(state.tell_head(now_ms))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // a line is whole in the file or not there, and the chain moves after it: a panic leaves both as they were
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn tell_head(&mut self, now_ms: u64) -> Result<(), AuditError> {
        let (Some(syslog), Some(head)) = (&mut self.syslog, self.chain.head()) else { return Ok(()) };
        if self.told != Some(head.sequence) {
            syslog.tell(&head, now_ms)?;
            self.told = Some(head.sequence);
        }
        Ok(())
    }

    fn put(&mut self, trail: &Trail, entry: &Entry<'_>) -> Result<(), AuditError> {
        if self.closed {
            return Err(AuditError::new("the chain", "it has ended"));
        }
        if self.measured.elapsed() >= MEMORY_AGE {
            (self.memory, self.measured) = (memory(), Instant::now());
        }
        let Self { chain, file, buffer, lost, memory, .. } = self;
        let mut locked = file.lock(LINE_ROOM, entry.time_ms)?;
        let whole = |event: Event| Entry { success: true, server: trail.server.as_bytes(), ..Entry::new(event, entry.time_ms) };
        if let Some(note) = locked.torn.take() {
            let recovery = Entry { note: note.as_bytes(), ..whole(Event::Recovery) };
            // in one write: a mark without its recovery is one more torn line to whoever comes next
            render(chain, &recovery, buffer, |line| locked.append(&[MARK, b"\n", line].concat()))?;
        }
        if *lost > 0 {
            let count = lost.to_string();
            let entry = Entry { success: false, note: count.as_bytes(), ..whole(Event::Lost) };
            render(chain, &entry, buffer, |line| locked.append(line))?;
            *lost = 0;
        }
        let entry = Entry { server: trail.server.as_bytes(), version: VERSION.as_bytes(), memory: *memory, ..*entry };
        render(chain, &entry, buffer, |line| locked.append(line))?;
        drop(locked);
        if trail.settings.sync == Sync::Every {
            return self.file.sync();
        }
        self.dirty = true;
        Ok(())
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let _ = self.close(u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
    }
}

/// Renders a line, writes it, and moves the chain on once it is written.
fn render(
    chain: &mut Chain,
    entry: &Entry<'_>,
    buffer: &mut [u8],
    write: impl FnOnce(&[u8]) -> Result<(), AuditError>,
) -> Result<(), AuditError> {
    let rendered = chain.render(entry, buffer).map_err(|error| AuditError::new("the chain", error.text()))?;
    write(rendered.line)?;
    let mac = rendered.mac;
    chain.advance(mac);
    Ok(())
}

/// Memory of this process that is in use, in bytes, where the system tells. Not from `statm`, which counts pages: to learn their size
/// rustix reads the vDSO, which programs under valgrind do not have.
fn memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let resident = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    resident.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
}
