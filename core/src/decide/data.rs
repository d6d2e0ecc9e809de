//! Which of the policy's rules about data hold in the answer to a message. That is settled with the message, whose arguments say
//! whose data is asked for, and kept in the ticket.

use crate::{image::Holds, json::Document, message::Message, permission, route::Route, verdict::Decision};

use super::Gate;

impl Gate<'_> {
    /// Rules hold unless the policy lifts them for this caller and these arguments.
    pub(super) fn hides(&self, decision: &Decision, message: &Message, route: &Route, document: Document<'_>) -> Holds {
        let Some(data) = self.image.data() else { return Holds::default() };
        let (policy, identity) = (self.policy(), decision.identity());
        let mut addressed = route.entries(policy, self.image.places(), message, document);
        let target = addressed.find(|addressed| Some(addressed.id) == route.target());
        // what is about no entry has nobody's data in particular
        let Some(target) = target else { return Holds { general: true, own: true } };
        let arguments = message.arguments(document);
        let held = |unless| permission::holds_unless(policy, identity, &target, unless, arguments);
        Holds { general: held(data.general.unless.to_native()), own: held(data.entry(Some(target.id)).unless.to_native()) }
    }
}
