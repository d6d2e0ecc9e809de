//! Which rule of the policy a denial rests on, in the words of the policy document.

use adarga_core::{
    Decision, Gate, Reason,
    image::{Entry, EntryKind},
    threat::Kinds,
};

use super::text::quoted;

/// Characters of a name.
const NAME_MAX: usize = 80;

/// The rule; none for what no rule of the policy says, such as the grammar of JSON.
pub(super) fn of(gate: &Gate<'_>, decision: &Decision) -> Option<String> {
    let policy = gate.policy();
    let entry = decision.route().entry(policy);
    let at = entry.map(place);
    let of_entry = |rule: &str| at.as_ref().map(|at| format!("{rule} of {at}"));
    match decision.reason() {
        Reason::RouteTool => Some("`[tools]` does not name it".to_owned()),
        Reason::RoutePrompt => Some("`[prompts]` does not name it".to_owned()),
        Reason::RouteResource => Some("`[resources]` does not name it".to_owned()),
        Reason::RouteMethod => Some("`[methods]` does not open it".to_owned()),
        Reason::PermissionDenied | Reason::PermissionScope => {
            let permission = entry.and_then(|entry| policy.permission_of(entry));
            let permission =
                permission.map_or_else(String::new, |name| format!(" {}", quoted(&String::from_utf8_lossy(name), NAME_MAX)));
            of_entry(&format!("`permission`{permission}"))
        }
        Reason::PermissionCondition => of_entry("`when`"),
        Reason::MessageCapability => of_entry("`requires`"),
        Reason::ArgumentsSchema | Reason::ArgumentsFormat => {
            let keyword = decision.keyword().map_or("", |keyword| keyword.name());
            of_entry(&format!("`{keyword}` in the `input`"))
        }
        Reason::ArgumentsBudget => of_entry("the `input`"),
        reason if (5000..6000).contains(&reason.number()) => of_entry("`paths` or `root`"),
        reason => {
            let (_, name, _) = Kinds::NAMED.into_iter().find(|(.., threat)| *threat == reason)?;
            of_entry(&format!("`{name}` of `threats`, for the arguments"))
        }
    }
}

/// Where an entry stands: its table and name.
fn place(entry: &Entry) -> String {
    let tables = [(EntryKind::Tool, "tools"), (EntryKind::Prompt, "prompts"), (EntryKind::Resource, "resources")];
    let table = tables.into_iter().find(|(kind, _)| kind.number() == entry.kind).map_or("methods", |(_, table)| table);
    format!("`{table}` {}", quoted(entry.name.as_str(), NAME_MAX))
}
