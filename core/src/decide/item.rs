//! The stages behind the body, for each message of it.

use crate::{
    arguments,
    charge::{self, Payer},
    containment::{self, Beneath},
    json::{Document, Value},
    message::{self, Context, Framing, Kind},
    permission,
    reason::{Denial, Reason},
    route,
    schema::Memory,
    twins,
    verdict::Decision,
};

use super::{Gate, charges::Till};

/// Why a message may go on.
#[derive(Clone, Copy)]
pub(super) enum Passage {
    /// It was permitted and charged, and its paths stay beneath their roots.
    Permitted(Beneath),
    /// The policy only observes; this speaks against it.
    Observed(Denial),
}

/// What judging the messages of one body takes.
pub(super) struct Round<'r, 'c, 'l, 'w, 'm> {
    /// What speaks against the caller, of whom an observing policy lets everything pass.
    pub(super) denied: Option<Denial>,
    pub(super) context: &'r Context<'c>,
    /// Where charges are taken.
    pub(super) till: Till<'l, 'w>,
    /// For checks of arguments.
    pub(super) checks: Option<&'r mut Memory<'m>>,
    /// For paths.
    pub(super) paths: &'r mut containment::Buffers,
}

impl Gate<'_> {
    /// Judges every message of the input; all have to pass. The passage of a batch is that of the first message which is only
    /// observed, otherwise of the last one.
    pub(super) fn items(
        &self,
        decision: &mut Decision,
        document: Document<'_>,
        framing: Framing,
        round: &mut Round<'_, '_, '_, '_, '_>,
    ) -> Result<Passage, Denial> {
        let len = match framing {
            Framing::Single => {
                decision.items = 1;
                return self.item(decision, document.root(), false, round);
            }
            Framing::Batch(len) => len,
        };
        decision.items = u16::try_from(len).unwrap_or(u16::MAX);
        let mut passage = None;
        for item in document.root().elements() {
            let next = self.item(decision, item, true, round)?;
            if !matches!(passage, Some(Passage::Observed(_))) {
                passage = Some(next);
            }
        }
        // `framing` refused an empty batch
        passage.ok_or(Denial::at(Reason::MessageBatch, document.root()))
    }

    /// Judges one message: the stages after the body, in their order. A charge is taken where its stage is reached, and not given
    /// back. What makes the bytes ambiguous is found before what an observing policy lets pass.
    fn item(
        &self,
        decision: &mut Decision,
        root: Value<'_>,
        batch: bool,
        round: &mut Round<'_, '_, '_, '_, '_>,
    ) -> Result<Passage, Denial> {
        let (policy, places) = (self.policy(), self.image.places());
        let Round { denied, context, till, checks, paths } = round;
        let (document, context) = (root.document(), *context);
        let message = message::check(root, batch, context)?;
        decision.answers |= message.kind() == Kind::Request;
        let route = route::find(policy, places, &message, document);
        if decision.message.is_none() {
            decision.message = Some(message);
            decision.route = route.unwrap_or_default();
        }
        if let Some(http) = context.http {
            let entry = route.ok().and_then(|route| route.entry(policy));
            message::agree_params(policy, entry, &message, document, http)?;
        }
        let permit = route.and_then(|route| {
            // without an identity this is observe mode
            let identity = decision.identity();
            let identity = identity.ok_or(denied.unwrap_or(Denial::of(Reason::IdentityMissing)))?;
            permission::permit(policy, places, identity, &route, &message, document)
        });
        if let Err(Denial { reason: Reason::MessageCapability, .. }) = permit {
            let route = route.unwrap_or_default();
            let entries = route.entries(policy, places, &message, document).filter_map(|addressed| addressed.entry);
            decision.missing = entries.fold(decision.missing, |all, entry| all.with(permission::missing(entry, &message)));
        }
        let charged = permit.and_then(|permit| {
            // whoever has a permit has an identity
            let payer = Payer { peer: decision.peer, identity: &decision.identity };
            let about = (&route.unwrap_or_default(), &message, document);
            let rules = (policy, places, till.rates());
            let charged = charge::message(rules, permit, about, payer, |due| till.take(due));
            charged.map_err(|(denial, refusal)| {
                decision.retry_after_ms = decision.retry_after_ms.or(refusal.retry_after_ms);
                denial
            })
        });
        let about = route.unwrap_or_default();
        let checked = charged.and_then(|charged| {
            let rules = (policy, places, self.image.arguments());
            let about = (&about, &message, document);
            arguments::check(rules, charged, about, checks.as_deref_mut(), &mut decision.findings)
        });
        let beneath =
            checked.and_then(|checked| containment::contain((policy, places), checked, &about, &message, document, paths));
        match beneath {
            Ok(beneath) => Ok(Passage::Permitted(beneath)),
            Err(denial) if self.observes(denial.reason) => {
                twins::none((policy, places, self.image.arguments()), &about, &message, document)?;
                Ok(Passage::Observed(denial))
            }
            Err(denial) => Err(denial),
        }
    }
}
