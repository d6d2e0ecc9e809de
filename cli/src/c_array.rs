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
        return Err(format!(
            "`--c-array`: `{}` is no name of C; write letters, digits and `_`, such as `policy`",
            name.escape_debug()
        ));
    }
    // whatever the file is called, it ends no comment and begins no line
    let origin: String =
        origin.chars().map(|c| if c.is_ascii_graphic() && c != '*' && c != '\\' || c == ' ' { c } else { '?' }).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_stands_there_once_and_in_order() {
        let image: Vec<u8> = (0..=255).chain([7]).collect();
        let source = c_array("policy", "a policy.toml", &image).expect("a good name");
        let body = source.split_once("= {\n").and_then(|(_, rest)| rest.split_once("};")).expect("an array").0;
        let bytes: Vec<u8> = body
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(|word| u8::from_str_radix(&word[2..], 16).unwrap())
            .collect();
        assert_eq!(bytes, image);
        assert!(source.contains("const unsigned char policy[257]") && source.contains("policy_len = 257;"));
    }

    #[test]
    fn what_is_no_name_of_c_is_refused() {
        for name in ["", "1st", "a-b", "ä", "a b", "int", "class", "x;int main(){}", "_reserved"] {
            assert!(c_array(name, "p", &[0]).is_err(), "{name}");
        }
    }

    #[test]
    fn a_file_name_does_not_leave_its_comment() {
        let source = c_array("policy", "a*/\nint x;\\\n/*", &[0]).expect("a good name");
        assert_eq!(source.matches("*/").count(), 1);
        assert!(source.lines().next().is_some_and(|line| line.ends_with("*/")));
    }
}
