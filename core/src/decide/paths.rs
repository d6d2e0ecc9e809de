//! Which paths of an allowed input a host resolves before the server does.

use crate::{
    arrival,
    containment::{self, Visit},
    json::{Document, Kind},
    message::{self, Message},
    reason::{Denial, Reason},
    route::{self, Route},
    session::Session,
    verdict::Decision,
};

use super::{Call, Gate};

impl Gate<'_> {
    /// Shows `visit` every path of an allowed input that the policy binds to a root: the id of the root in [`Image::places`](crate::Image::places), and
    /// the normal form of what lies beneath, for hosts that resolve them before the server does. `call`, `session` and `document`
    /// are those of the decision.
    ///
    /// # Errors
    /// The first reason that `visit` gives, at that path; whatever passes must not reach the server then.
    pub fn each_path(
        &self,
        decision: &Decision,
        call: &Call<'_>,
        session: Option<&Session>,
        document: Document<'_>,
        visit: &mut Visit<'_>,
    ) -> Result<(), Denial> {
        let Some(places) = self.image.places() else { return Ok(()) };
        let mut memory = containment::EMPTY;
        for item in 0..decision.items {
            // it was read before
            let again = self.item_of(decision, call, session, document, item);
            let (message, route) = again.ok_or(Denial::at(Reason::Undecided, document.root()))?;
            containment::each((self.policy(), Some(places)), &route, &message, document, &mut memory, visit)?;
        }
        Ok(())
    }

    /// The `item`th message of an input that was judged, and its route.
    pub(super) fn item_of(
        &self,
        decision: &Decision,
        call: &Call<'_>,
        session: Option<&Session>,
        document: Document<'_>,
        item: u16,
    ) -> Option<(Message, Route)> {
        if item >= decision.items {
            return None;
        }
        if decision.items == 1 && document.root().kind() == Kind::Object {
            return Some((decision.message?, decision.route));
        }
        let root = document.root().elements().nth(usize::from(item))?;
        let arrival = arrival::read(&call.transport).ok()?;
        let message = message::check(root, true, &self.context(&arrival, call, session)).ok()?;
        let route = route::find(self.policy(), self.image.places(), &message, document).unwrap_or_default();
        Some((message, route))
    }
}
