//! What a server has: the handshake, then one list after the other, page by page.

use std::time::Duration;

use adarga_core::{
    json::{Kind, Value},
    pin,
    revision::{Revision, Revisions},
};
use serde_json::{Value as Json, json};

use crate::Failure;

use super::client::{Client, METHOD_NOT_FOUND, Refusal, text};

/// Most pages of all lists together.
const PAGES_MAX: usize = 1_000;
/// Most things of all lists together.
const ITEMS_MAX: usize = 100_000;
/// Bytes of a name that are worth keeping: longer ones are only counted.
const NAME_MAX: usize = 4_096;
/// Bytes of a description that are worth keeping.
const DESCRIPTION_MAX: usize = 1_024;
/// Bytes of a schema that are worth keeping.
const SCHEMA_MAX: usize = 64 << 10;
/// Arguments of a prompt that are worth keeping.
const ARGUMENTS_MAX: usize = 256;
/// How long a server that has already said all may think about its other era.
const PROBE: Duration = Duration::from_secs(2);

/// One thing that a server has.
#[derive(Debug)]
pub(crate) struct Item {
    /// Its name or URI, as the server says it.
    pub(crate) name: String,
    /// Its description, perhaps only the beginning.
    pub(super) description: String,
    /// What the server claims of a tool.
    pub(super) claims: Vec<&'static str>,
    /// The schema of its arguments: the server's own of a tool, one made of the list of arguments of a prompt.
    pub(super) schema: Option<Json>,
    /// What a policy pins a tool to, in its words.
    pub(crate) pin: Option<String>,
}

impl Item {
    /// Whether a tool is one of those that a policy pins it to.
    pub(crate) fn is_one_of(&self, pins: &[String]) -> bool {
        self.pin.as_ref().is_some_and(|own| pins.iter().any(|pin| pin.eq_ignore_ascii_case(own)))
    }
}

/// All that a server said it has.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(super) name: String,
    pub(super) revisions: Revisions,
    pub(crate) tools: Vec<Item>,
    pub(super) prompts: Vec<Item>,
    pub(super) resources: Vec<Item>,
    pub(super) templates: Vec<Item>,
}

/// What a server says of itself when a client comes.
struct Greeting {
    name: Option<String>,
    versions: Vec<Revision>,
    tools: bool,
    prompts: bool,
    resources: bool,
}

impl Greeting {
    fn read(result: Value<'_>) -> Result<Self, String> {
        let capabilities = result.get(b"capabilities").ok_or("lacks `capabilities`")?;
        let has = |name: &[u8]| capabilities.get(name).is_some_and(|value| value.kind() == Kind::Object);
        let meta = result.get(b"_meta").and_then(|meta| meta.get(b"io.modelcontextprotocol/serverInfo"));
        let info = result.get(b"serverInfo").or(meta);
        let supported = result.get(b"supportedVersions").into_iter().flat_map(Value::elements);
        let versions = result.get(b"protocolVersion").into_iter().chain(supported);
        Ok(Self {
            name: text(info.and_then(|info| info.get(b"name"))),
            versions: versions.filter_map(|version| Revision::from_name(version.text()?)).collect(),
            tools: has(b"tools"),
            prompts: has(b"prompts"),
            resources: has(b"resources"),
        })
    }

    fn speaks(&self, revisions: Revisions) -> bool {
        self.versions.iter().any(|version| revisions.contains(*version))
    }
}

/// Asks a server for everything.
pub(super) fn survey(client: &mut Client) -> Result<Survey, Failure> {
    let mut survey = Survey::default();
    let greeting = match initialize(client)? {
        Ok(greeting) if greeting.speaks(Revisions::LEGACY) => {
            survey.revisions = Revisions::LEGACY;
            client.tell("notifications/initialized")?;
            greeting
        }
        refused => {
            let refused = refused.err().map_or_else(|| "it wants an unknown revision".to_owned(), |refusal| refusal.message);
            let greeting = discover(client)?.map_err(|refusal| {
                let both = "the server refuses both `initialize` and `server/discover`";
                format!("{both}: {refused}; {} ({})", refusal.message, refusal.code)
            })?;
            survey.revisions = greeting.versions.iter().fold(Revisions::MODERN, |set, &version| set.or(Revisions::only(version)));
            greeting
        }
    };
    let mut budget = Budget { pages: PAGES_MAX, items: ITEMS_MAX };
    if greeting.tools {
        survey.tools = list(client, "tools/list", "tools", b"name", &mut budget)?;
    }
    if greeting.prompts {
        survey.prompts = list(client, "prompts/list", "prompts", b"name", &mut budget)?;
    }
    if greeting.resources {
        survey.resources = list(client, "resources/list", "resources", b"uri", &mut budget)?;
        survey.templates = list(client, "resources/templates/list", "resourceTemplates", b"uriTemplate", &mut budget)?;
    }
    survey.name = greeting.name.unwrap_or_default();
    if !survey.revisions.contains(Revision::V20260728) {
        // it may speak both; whatever goes wrong here, all else was said already
        client.hurry(PROBE);
        if let Ok(Ok(greeting)) = discover(client)
            && greeting.speaks(Revisions::MODERN)
        {
            survey.revisions = survey.revisions.or(Revisions::MODERN);
        }
    }
    Ok(survey)
}

fn client_info() -> Json {
    json!({"name": "adarga-init", "version": env!("CARGO_PKG_VERSION")})
}

fn initialize(client: &mut Client) -> Result<Result<Greeting, Refusal>, Failure> {
    let newest = Revisions::LEGACY.newest().map(Revision::name);
    let params = json!({"protocolVersion": newest, "capabilities": {}, "clientInfo": client_info()});
    client.ask("initialize", params, Greeting::read)
}

fn discover(client: &mut Client) -> Result<Result<Greeting, Refusal>, Failure> {
    client.speak_modern(json!({
        "io.modelcontextprotocol/protocolVersion": Revision::V20260728.name(),
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": client_info(),
    }));
    client.ask("server/discover", json!({}), Greeting::read)
}

/// What may still be asked for.
struct Budget {
    pages: usize,
    items: usize,
}

/// One list over all its pages. A server that announces it and then has no such method has an empty one.
fn list(client: &mut Client, method: &str, member: &str, name: &[u8], budget: &mut Budget) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        budget.pages =
            budget.pages.checked_sub(1).ok_or_else(|| format!("the server's lists have more than {PAGES_MAX} pages"))?;
        let params = cursor.as_ref().map_or_else(|| json!({}), |cursor| json!({"cursor": cursor}));
        let page = client.ask(method, params, |result| {
            let list = result.get(member.as_bytes()).filter(|list| list.kind() == Kind::Array);
            let list = list.ok_or_else(|| format!("has no list `{member}`"))?;
            if list.len() > budget.items {
                return Err(format!("goes beyond {ITEMS_MAX} things in all"));
            }
            let page = list.elements().map(|element| item(element, name)).collect::<Result<Vec<_>, _>>()?;
            Ok((page, text(result.get(b"nextCursor"))))
        })?;
        let (page, next) = match page {
            Ok(page) => page,
            Err(refusal) if refusal.code == METHOD_NOT_FOUND && cursor.is_none() => return Ok(items),
            Err(refusal) => return Err(format!("the server refuses `{method}`: {} ({})", refusal.message, refusal.code).into()),
        };
        budget.items -= page.len();
        items.extend(page);
        // a cursor that leads to itself is how some servers say that there is no more
        if next.is_none() || next == cursor {
            return Ok(items);
        }
        cursor = next;
    }
}

fn item(element: Value<'_>, member: &[u8]) -> Result<Item, String> {
    let name = element.get(member).and_then(Value::text);
    let name = name.ok_or_else(|| format!("holds something without `{}`", String::from_utf8_lossy(member)))?;
    let description = element.get(b"description").and_then(Value::text).unwrap_or_default();
    let hint = |hint: &[u8]| element.get(b"annotations").and_then(|hints| hints.get(hint)?.boolean()) == Some(true);
    let claims = [(b"readOnlyHint".as_slice(), "read-only"), (b"destructiveHint", "destructive")];
    Ok(Item {
        name: head(name, NAME_MAX + 1),
        description: head(description, DESCRIPTION_MAX),
        claims: claims.into_iter().filter(|(name, _)| hint(name)).map(|(_, claim)| claim).collect(),
        schema: element.get(b"inputSchema").map_or_else(|| arguments(element), parsed),
        pin: pin_of(element),
    })
}

/// The pin of a definition; none where it holds what JSON can't exchange.
fn pin_of(definition: Value<'_>) -> Option<String> {
    // no value takes less than a byte
    let mut words = vec![0; definition.raw().len()];
    let digest = pin::digest(definition, &mut words)?;
    Some(digest.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}")))
}

/// What a schema says, unless it is so long that nobody would read it in a policy.
fn parsed(schema: Value<'_>) -> Option<Json> {
    if schema.raw().len() > SCHEMA_MAX { None } else { serde_json::from_slice(schema.raw()).ok() }
}

/// The schema of a prompt's arguments, which are all strings (MCP: server/prompts). A prompt without a list says nothing of them.
fn arguments(element: Value<'_>) -> Option<Json> {
    let list = element.get(b"arguments").filter(|list| list.kind() == Kind::Array && list.len() <= ARGUMENTS_MAX)?;
    let (mut properties, mut required) = (serde_json::Map::new(), Vec::new());
    for argument in list.elements() {
        let name = String::from_utf8(argument.get(b"name")?.text()?.to_vec()).ok()?;
        if argument.get(b"required").and_then(Value::boolean) == Some(true) {
            required.push(Json::from(name.as_str()));
        }
        properties.insert(name, json!({"type": "string"}));
    }
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    Some(schema)
}

/// The first `max` bytes, and what of a character they cut is replaced.
fn head(text: &[u8], max: usize) -> String {
    String::from_utf8_lossy(text.get(..max).unwrap_or(text)).into_owned()
}
