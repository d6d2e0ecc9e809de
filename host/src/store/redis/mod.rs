//! Redis or Valkey as the store of limits: core's two algorithms as one script that runs there, by the server's clock.
//!
//! **In Redis** lies one key for each allowance that is not whole, `adarga:rate:NAME:HASH`: the policy's name, and 128 bits of an
//! HMAC-SHA-256 of limit and client under a secret of the URL. No text of a client gets there. Keys expire a minute after their
//! allowance is whole, since one that is absent is whole.
//!
//! **Exactly the limit** is given by one server that loses nothing: the script runs alone, and all machines count by its clock. A clock
//! that is set back grants nothing, and nobody waits longer than a window, or than a burst takes to be restored; one that is set
//! forward restores what the time in between would have. A replica that takes over may lack the last charges of its master, and a
//! server that is restarted those since it last wrote to its disk (`appendfsync`).
//!
//! **Memory.** A server that may evict keys would forget allowances: it is not used (`maxmemory-policy` must be `noeviction`, or
//! `maxmemory` 0). Where the user may not ask for that, [`StoreStatus::eviction`] says so. A full server that evicts nothing refuses to
//! write, and the store is away.
//!
//! **Without an answer** a charge may have been taken. It is not given back; it is asked again only where a connection that had been
//! idle broke, so one call in that moment may count twice.
//!
//! The thread that connects does not survive a `fork`: open the store in the process that asks it. Cluster and Sentinel are not
//! spoken: name the address of a primary.

mod link;
mod pool;
mod script;
mod url;

use std::{fmt, sync::Arc, thread, time::Instant};

use adarga_core::decide::Outcome;

use super::{Away, Charge, Store};
pub use link::Eviction;
use link::Question;
use pool::Pool;
use url::Address;
pub use url::StoreError;

/// A store in Redis or Valkey.
pub struct Redis {
    pool: Arc<Pool>,
    names: script::Names,
}

/// How a store is, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreStatus {
    /// How many connections there are.
    pub connections: u32,
    /// What went wrong last, unless something succeeded since.
    pub away: Option<Away>,
    /// What is known of the server's memory.
    pub eviction: Eviction,
}

impl Redis {
    /// The store at a URL, for the policy of this name; the README has a table of what a URL may say. It is connected to in the
    /// background, now and whenever it has to be.
    ///
    /// # Errors
    /// When the URL can't be used. Nothing of it is in the error but names of its parts.
    pub fn open(policy: &str, url: &str) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let names = script::Names::new(policy, &address.secret);
        let store = Self { pool: Arc::new(Pool::new(address, script::text())), names };
        let pool = Arc::clone(&store.pool);
        let thread = thread::Builder::new().name("adarga-store".to_owned());
        thread.spawn(move || pool.tend()).map_err(|error| StoreError::Thread(error.to_string()))?;
        Ok(store)
    }

    /// How it is.
    #[must_use]
    pub fn status(&self) -> StoreStatus {
        let (connections, away, eviction) = self.pool.status();
        StoreStatus { connections, away, eviction }
    }

    /// As [`Store::charge`], by another clock than the server's: for simulations and tests. Everybody who charges the same
    /// allowances has to use the same.
    ///
    /// # Errors
    /// As [`Store::charge`].
    pub fn charge_at(&self, charges: &[Charge], now_ms: u64) -> Result<Outcome, Away> {
        self.ask(charges, Some(now_ms))
    }

    fn ask(&self, charges: &[Charge], now_ms: Option<u64>) -> Result<Outcome, Away> {
        if charges.is_empty() {
            return Ok(Outcome::Granted);
        }
        let until = Instant::now() + self.pool.timeout();
        let question = Question { names: &self.names, charges, now_ms, until };
        let mut may_retry = true;
        loop {
            let mut link = self.pool.take(until)?;
            let was_used = link.is_used;
            match link.charge(&question, self.pool.script()) {
                Ok(outcome) => {
                    self.pool.give_back(link);
                    return Ok(outcome);
                }
                Err(why) => {
                    self.pool.give_up(link, &why);
                    // the server went while nobody asked: a new connection is worth one try
                    if !(matches!(why, Away::Unreachable(_)) && was_used && may_retry) {
                        return Err(why);
                    }
                    may_retry = false;
                }
            }
        }
    }
}

impl Store for Redis {
    fn charge(&self, charges: &[Charge]) -> Result<Outcome, Away> {
        self.ask(charges, None)
    }

    fn failure(&self) -> Option<Away> {
        self.status().away
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.pool.close();
    }
}

/// How it is; nothing of its URL.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("status", &self.status()).finish_non_exhaustive()
    }
}
