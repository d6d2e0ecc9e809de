//! The requests that wait for their answer.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::{Duration, Instant},
};

use adarga_core::{Reason, Ticket, method::Method};
use adarga_host::compile::Settings;

use crate::id::Id;

use super::claims::Claims;

/// Ids that timed out and are remembered, so that a late answer is not taken for another request's.
const LATE_MAX: usize = 4096;
/// Requests of the server that wait for the client.
const ASKED_MAX: usize = 1024;

/// A request that the server has and hasn't answered.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) ticket: Ticket,
    /// The client wants no answer any more.
    pub(super) cancelled: bool,
    serial: u64,
}

/// All of them, bounded by the policy.
#[derive(Debug)]
pub(super) struct Flight {
    open: HashMap<Id, Open>,
    /// In the order of their deadlines, which is that of their arrival; answered ones are passed over.
    deadlines: VecDeque<(Instant, Id, u64)>,
    late: HashSet<Id>,
    late_order: VecDeque<Id>,
    /// What the server asked, oldest first.
    asked: VecDeque<Id>,
    timeout: Duration,
    max: usize,
    serial: u64,
}

impl Flight {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            open: HashMap::new(),
            deadlines: VecDeque::new(),
            late: HashSet::new(),
            late_order: VecDeque::new(),
            asked: VecDeque::new(),
            timeout: settings.timeout(),
            max: usize::try_from(settings.in_flight_max).unwrap_or(usize::MAX),
            serial: 0,
        }
    }

    /// Enters what a line claims and its requests, all or nothing.
    pub(super) fn take_off(&mut self, claims: &Claims, tickets: &[Ticket], now: Instant) -> Result<(), Reason> {
        let ids = self.admit(claims, tickets)?;
        for (id, ticket) in ids.into_iter().zip(tickets) {
            self.serial += 1;
            self.open.insert(id.clone(), Open { ticket: ticket.clone(), cancelled: false, serial: self.serial });
            // a subscription stays open for as long as the client listens
            if ticket.method() != Method::SubscriptionsListen
                && let Some(deadline) = now.checked_add(self.timeout)
            {
                self.deadlines.push_back((deadline, id, self.serial));
            }
            if self.deadlines.len() > 64 + 2 * self.open.len() {
                let open = &self.open;
                self.deadlines.retain(|(_, id, serial)| open.get(id).is_some_and(|open| open.serial == *serial));
            }
        }
        self.asked.retain(|asked| !claims.answers.contains(asked));
        claims.cancels.iter().for_each(|id| self.cancel(id, now));
        Ok(())
    }

    /// The ids of `tickets`, when everything about the line is in order.
    fn admit(&self, claims: &Claims, tickets: &[Ticket]) -> Result<Vec<Id>, Reason> {
        if !claims.answers.iter().all(|id| self.asked.contains(id)) {
            return Err(Reason::MessageResponse);
        }
        let mut ids = Vec::with_capacity(tickets.len());
        for ticket in tickets {
            ids.push(Id::raw(ticket.id()).ok_or(Reason::MessageId)?);
        }
        if !claims.cancels.iter().all(|id| self.open.contains_key(id) || ids.contains(id)) {
            return Err(Reason::RouteCancelled);
        }
        if self.open.len().saturating_add(ids.len()) > self.max && !ids.is_empty() {
            return Err(Reason::HostBusy);
        }
        let used = |(at, id): (usize, &Id)| {
            self.open.contains_key(id) || self.late.contains(id) || ids.iter().take(at).any(|other| other == id)
        };
        if ids.iter().enumerate().any(used) {
            return Err(Reason::HostIdInUse);
        }
        Ok(ids)
    }

    /// The request that an answer belongs to.
    pub(super) fn land(&mut self, id: &Id) -> Option<Ticket> {
        if self.late.remove(id) {
            self.late_order.retain(|late| late != id);
        }
        let landed = self.open.remove(id).map(|open| open.ticket);
        self.forget_answered();
        landed
    }

    /// The client gives a request up.
    fn cancel(&mut self, id: &Id, now: Instant) {
        let Some(open) = self.open.get_mut(id) else { return };
        let listens = open.ticket.method() == Method::SubscriptionsListen && !open.cancelled;
        open.cancelled = true;
        // nothing answers a subscription that was given up
        if let Some(deadline) = now.checked_add(self.timeout).filter(|_| listens) {
            self.deadlines.push_back((deadline, id.clone(), open.serial));
        }
    }

    /// The first deadline that may still matter.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.front().map(|(deadline, ..)| *deadline)
    }

    /// A request whose time is over.
    pub(super) fn expire(&mut self, now: Instant) -> Option<Open> {
        self.forget_answered();
        let (deadline, ..) = self.deadlines.front()?;
        if *deadline > now {
            return None;
        }
        let (_, id, _) = self.deadlines.pop_front()?;
        let open = self.open.remove(&id)?;
        if self.late_order.len() == LATE_MAX
            && let Some(oldest) = self.late_order.pop_front()
        {
            self.late.remove(&oldest);
        }
        self.late_order.push_back(id.clone());
        self.late.insert(id);
        Some(open)
    }

    /// Everything that is still open.
    pub(super) fn drain(&mut self) -> Vec<Open> {
        self.deadlines.clear();
        let mut open: Vec<_> = self.open.drain().map(|(_, open)| open).collect();
        open.sort_by_key(|open| open.serial);
        open
    }

    /// The server asks the client. False when it asks twice with one id; when too much is open, the oldest is forgotten.
    pub(super) fn ask(&mut self, id: &Id) -> bool {
        if self.asked.contains(id) {
            return false;
        }
        if self.asked.len() == ASKED_MAX {
            self.asked.pop_front();
        }
        self.asked.push_back(id.clone());
        true
    }

    /// The server gives up what it asked, or ends a subscription, as 2026-07-28 has it on stdio (basic/utilities/cancellation).
    pub(super) fn withdraw(&mut self, id: &Id) {
        let asked = self.asked.len();
        self.asked.retain(|other| other != id);
        let listens = self.open.get(id).is_some_and(|open| open.ticket.method() == Method::SubscriptionsListen);
        if listens && self.asked.len() == asked {
            self.land(id);
        }
    }

    fn forget_answered(&mut self) {
        while let Some((_, id, serial)) = self.deadlines.front() {
            if self.open.get(id).is_some_and(|open| open.serial == *serial) {
                return;
            }
            self.deadlines.pop_front();
        }
    }
}
