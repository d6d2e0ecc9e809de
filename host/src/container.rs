//! The bytes around every image: label, version, length, sections, checksum (see `adarga_core::image`).

use adarga_core::image::{CHECKSUM, HEADER, REQUIRED, ROW, checksum};

/// Puts sections (number, whether an engine has to know it, content) into one image and seals it with its checksum. `None` when it
/// would not fit 32-bit offsets. The memory is taken once, so that no copy of a secret section is left behind.
pub(crate) fn seal(label: [u8; 8], version: u32, sections: &[(u32, bool, &[u8])]) -> Option<Vec<u8>> {
    let mut offset = HEADER + ROW * sections.len();
    let whole = offset + sections.iter().map(|(_, _, content)| content.len()).sum::<usize>();
    let mut bytes = Vec::with_capacity(whole);
    bytes.extend_from_slice(&label);
    for word in [version, u32::try_from(whole).ok()?, u32::try_from(sections.len()).ok()?, 0] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.resize(HEADER, 0);
    for (number, required, content) in sections {
        let flags = if *required { REQUIRED } else { 0 };
        for word in [*number, flags, u32::try_from(offset).ok()?, u32::try_from(content.len()).ok()?] {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        offset += content.len();
    }
    for (_, _, content) in sections {
        bytes.extend_from_slice(content);
    }
    let sum = checksum(&bytes);
    bytes[CHECKSUM].copy_from_slice(&sum);
    Some(bytes)
}
