//! An image as a C source, for firmware that holds its policy in flash.

use std::fmt::Write;

/// Words of C and C++ that name nothing else.
const KEYWORDS: &str = " alignas alignof and asm auto bitand bitor bool break case catch char class compl concept const constexpr \
continue decltype default delete do double else enum explicit export extern false float for friend goto if inline int long mutable \
namespace new noexcept not nullptr operator or private protected public register requires restrict return short signed sizeof static \
struct switch template this throw true try typedef typeid typename typeof union unsigned using virtual void volatile wchar_t while xor ";

/// The source of an array `name` with the bytes of `image`, and of its length `name_len`. `origin` is who it was made of.
pub(crate) fn c_array(name: &str, origin: &str, image: &[u8]) -> Result<String, String> {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let named = name.bytes().all(letters) && name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.len() <= 60;
    if !named || KEYWORDS.contains(&format!(" {name} ")) {
        return Err(format!("`--c-array`: `{}` is no name of C; write letters, digits and `_`, such as `policy`", name.escape_debug()));
    }
    // whatever the file is called, it ends no comment and begins no line
    let origin: String = origin.chars().map(|c| if c.is_ascii_graphic() && c != '*' && c != '\\' || c == ' ' { c } else { '?' }).collect();
    let mut source = format!(
        "/* Made by `adarga compile` of {origin}: adarga_gate_open(&gate, adarga_bytes({name}, {name}_len)). Do not edit. */\n\
         #include <stddef.h>\n\n\
         extern const unsigned char {name}[];\n\
         extern const size_t {name}_len;\n\n\
         const unsigned char {name}[{}] = {{\n",
        image.len()
    );
    for row in image.chunks(16) {
        source.push_str("   ");
        for byte in row {
            let _ = write!(source, " 0x{byte:02x},");
        }
        source.push('\n');
    }
    let _ = write!(source, "}};\nconst size_t {name}_len = {};\n", image.len());
    Ok(source)
}
