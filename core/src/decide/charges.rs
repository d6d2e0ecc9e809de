//! Who takes the charges of a call: the table of this process, or the policy's store, which the driver asks.
//!
//! A store is asked once for all charges of a body. They are found by judging it with a ledger that writes them down and refuses
//! nothing; when the store has answered, the body is judged again with a ledger that repeats what it said. Both ways are the same
//! code in the same order, so the verdict is that of a table with the same allowances.

use crate::{
    charge::{self, Due, NEVER},
    image::{CHARGES_MAX, Rates},
    peer,
    rate::{Charge, Limit, RateTable, Refusal},
    reason::{Denial, Fault, Reason},
};

use super::{Call, Gate, Machine, Outcome, StoreCharge, Work};

/// Who takes charges.
pub(super) enum Ledger<'l, 'w> {
    /// The table of this process.
    Table(Option<&'l mut (dyn RateTable<Limit> + 'w)>),
    /// The same in place of the store, for this machine's share.
    Share(Option<&'l mut (dyn RateTable<Limit> + 'w)>),
    /// Nobody yet: they are written down.
    Listed(&'l mut heapless::Vec<StoreCharge, CHARGES_MAX>),
    /// The store has, or not.
    Answered(Outcome),
}

/// Where the charges of one body are taken, one after another.
pub(super) struct Till<'l, 'w> {
    rates: Option<&'l Rates>,
    now_ms: u64,
    ledger: Ledger<'l, 'w>,
    count: usize,
}

impl<'l, 'w> Till<'l, 'w> {
    pub(super) const fn new(rates: Option<&'l Rates>, now_ms: u64, ledger: Ledger<'l, 'w>) -> Self {
        Self { rates, now_ms, ledger, count: 0 }
    }

    pub(super) const fn rates(&self) -> Option<&'l Rates> {
        self.rates
    }

    /// Takes the next charge.
    pub(super) fn take(&mut self, due: &Due<'_>) -> Result<(), Refusal> {
        let at = self.count;
        self.count = at.saturating_add(1);
        if at >= CHARGES_MAX {
            return Err(NEVER);
        }
        let (rates, now_ms) = (self.rates, self.now_ms);
        let taken = match &mut self.ledger {
            Ledger::Table(table) => count(table, due.limit.limit(), due, now_ms),
            Ledger::Share(table) => count(table, rates.and_then(|rates| rates.share(due.id)), due, now_ms),
            Ledger::Listed(list) => {
                let charge = StoreCharge { limit: due.id, key: due.digest(), cost: due.cost };
                list.push(charge).map_err(|_| NEVER)
            }
            Ledger::Answered(Outcome::Granted) => Ok(()),
            // what an observing policy lets go on behind a refusal was not taken either
            Ledger::Answered(Outcome::Refused { at: refused, refusal }) => {
                if at < *refused {
                    Ok(())
                } else {
                    Err(*refusal)
                }
            }
            Ledger::Answered(Outcome::Away) => Err(Refusal { reason: Reason::RateUnavailable, retry_after_ms: None }),
        };
        match taken {
            Err(Refusal { reason: Reason::RateFull, .. }) if rates.is_some_and(|rates| rates.full_allows) => Ok(()),
            taken => taken,
        }
    }
}

/// Takes a charge from the table of this process. A limit or a table that is not there refuses.
fn count(
    table: &mut Option<&mut (dyn RateTable<Limit> + '_)>,
    limit: Option<Limit>,
    due: &Due<'_>,
    now_ms: u64,
) -> Result<(), Refusal> {
    let (table, limit) = table.as_mut().zip(limit).ok_or(NEVER)?;
    table.charge(limit, &Charge { limit_id: due.id, key: due.key, cost: due.cost, now_ms })
}

impl Gate<'_> {
    /// Whether the host gave the table that the policy asks for.
    pub(super) fn has_table(&self, work: &Work<'_, '_>) -> Result<(), Fault> {
        let Some(rates) = self.image().rates().filter(|rates| rates.needs_table()) else { return Ok(()) };
        match &work.rates {
            None => Err(Fault::RatesAbsent),
            Some(table) if table.window_calls() < rates.window_max.to_native() => Err(Fault::RatesSmall),
            Some(_) => Ok(()),
        }
    }

    /// Finds the peer and charges it.
    pub(super) fn meet(&self, machine: &mut Machine, call: &Call<'_>, work: &mut Work<'_, '_>) -> Result<(), Denial> {
        let rates = self.image().rates();
        let peer = peer::find(rates, &call.transport, call.peer);
        machine.decision.peer = peer;
        let Some(rates) = rates else { return Ok(()) };
        let mut till = Till::new(Some(rates), call.now_ms, Ledger::Table(work.rates.as_deref_mut()));
        charge::client(rates, peer, |due| till.take(due)).map_err(|refusal| {
            machine.decision.retry_after_ms = refusal.retry_after_ms;
            Denial::of(refusal.reason)
        })
    }
}
