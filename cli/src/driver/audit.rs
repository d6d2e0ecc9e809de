//! The op of audit trails.

use adarga_core::{
    Reason,
    audit::{KEY_LEN, StartKey},
};
use adarga_host::audit::Verification;

use super::{Fault, Outcome, Question, from_base64};

/// Whether `lines` are whole chains under the start key `key_b64`. A last line that has no end is torn.
pub(super) fn audit(question: &Question<'_>) -> Result<Outcome, Fault> {
    let key: [u8; KEY_LEN] = from_base64(question.text("key_b64")?, "key_b64")?
        .try_into()
        .map_err(|_| format!("`key_b64` must be {KEY_LEN} bytes"))?;
    let lines = question.texts("lines")?;
    let mut verification = Verification::new(StartKey::new(0, key));
    let torn = |line: &str| line.starts_with('{') && !line.ends_with('}');
    for (index, line) in lines.iter().enumerate() {
        if index + 1 == lines.len() && torn(line) {
            verification.end_of_file(line.as_bytes());
        } else {
            verification.line(line.as_bytes());
        }
    }
    let first = verification.finish().findings.first().map(|finding| finding.fault.reason());
    Ok(Outcome::of(first.unwrap_or(Reason::Allowed)))
}
