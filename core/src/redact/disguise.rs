//! Characters that Unicode has for ASCII letters and digits, and those that nobody sees.
//!
//! What NFKC and case folding make ASCII of (Unicode 17, NFKC_Casefold) is that ASCII, and what is ignorable by default is nothing; a
//! test compares with a complete implementation, character by character. Beside it letters on a dark ground, which Unicode takes for
//! symbols and people for letters. Letters of other scripts that look alike are letters of their own: a policy names them.

/// A character of this code as at most four ASCII letters or digits, zeroes behind; none for one that is no disguise.
pub(super) fn disguise(code: u32) -> Option<[u8; 4]> {
    if is_ignorable(code) || is_separator(code) {
        return Some([0; 4]);
    }
    let letter = |from: u32| one(b'a', code.wrapping_sub(from) % 26);
    let digit = |from: u32| one(b'0', code.wrapping_sub(from) % 10);
    match code {
        0xFF01..=0xFF5E => one(0, code.wrapping_sub(0xFEE0)),
        // in circles, parentheses and squares, light and dark
        0x249C..=0x24B5 => letter(0x249C),
        0x24B6..=0x24E9 => letter(0x24B6),
        0x1F110..=0x1F129 => letter(0x1F110),
        0x1F130..=0x1F149 => letter(0x1F130),
        0x1F150..=0x1F169 => letter(0x1F150),
        0x1F170..=0x1F189 => letter(0x1F170),
        // of mathematics: 13 alphabets of 26 capitals and 26 small ones, 5 rows of digits, and one of segments
        0x1D400..=0x1D6A3 => letter(0x1D400),
        0x1D7CE..=0x1D7FF => digit(0x1D7CE),
        0x1FBF0..=0x1FBF9 => digit(0x1FBF0),
        0x1CCD6..=0x1CCEF => letter(0x1CCD6),
        0x1CCF0..=0x1CCF9 => digit(0x1CCF0),
        // raised and lowered, in circles and parentheses
        0x2070 | 0x2074..=0x2079 => digit(0x2070),
        0x2080..=0x2089 => digit(0x2080),
        0x2460..=0x2468 => digit(0x245F),
        0x2474..=0x247C => digit(0x2473),
        0x2488..=0x2490 => digit(0x2487),
        0x1F100 => one(b'0', 0),
        0x1F101..=0x1F10A => digit(0x1F101),
        0x107A5 => Some(*b"q\0\0\0"),
        0x1D6A6 => Some(*b"ss\0\0"),
        0x1DF95 => Some(*b"ss\0\0"),
        0x1F12B => Some(*b"c\0\0\0"),
        0x1F12C => Some(*b"r\0\0\0"),
        0x1F12D => Some(*b"cd\0\0"),
        0x1F12E => Some(*b"wz\0\0"),
        0x1F14A => Some(*b"hv\0\0"),
        0x1F14B => Some(*b"mv\0\0"),
        0x1F14C => Some(*b"sd\0\0"),
        0x1F14D => Some(*b"ss\0\0"),
        0x1F14E => Some(*b"ppv\0"),
        0x1F14F => Some(*b"wc\0\0"),
        0x1F16A => Some(*b"mc\0\0"),
        0x1F16B => Some(*b"md\0\0"),
        0x1F16C => Some(*b"mr\0\0"),
        0x1F190 => Some(*b"dj\0\0"),
        _ => {
            let code = u16::try_from(code).ok()?;
            let at = SINGLE.binary_search_by_key(&code, |(code, _)| *code).ok()?;
            SINGLE.get(at).map(|(_, plain)| *plain)
        }
    }
}

fn one(base: u8, offset: u32) -> Option<[u8; 4]> {
    Some([base.wrapping_add(u8::try_from(offset).ok()?), 0, 0, 0])
}

/// What is ignorable by default (Unicode 17, DerivedCoreProperties): fillers, joiners, marks of direction, selectors, tags.
const fn is_ignorable(code: u32) -> bool {
    matches!(
        code,
        0xAD | 0x34F
            | 0x61C
            | 0x115F..=0x1160
            | 0x17B4..=0x17B5
            | 0x180B..=0x180F
            | 0x200B..=0x200F
            | 0x202A..=0x202E
            | 0x2060..=0x206F
            | 0x3164
            | 0xFE00..=0xFE0F
            | 0xFEFF
            | 0xFFA0
            | 0xFFF0..=0xFFF8
            | 0x1BCA0..=0x1BCA3
            | 0x1D173..=0x1D17A
            | 0xE0000..=0xE0FFF
    )
}

/// What NFKC makes ASCII signs of, which separate words of a name as ASCII signs do.
const fn is_separator(code: u32) -> bool {
    matches!(code, 0xA0 | 0x37E | 0x1FEF | 0x2000..=0x200A | 0x2024..=0x2026 | 0x202F | 0x203C | 0x2047..=0x2049 | 0x205F | 0x207A | 0x207C..=0x207E | 0x208A | 0x208C..=0x208E | 0x2A74..=0x2A76 | 0x3000 | 0xFB29 | 0xFE10 | 0xFE13..=0xFE16 | 0xFE19 | 0xFE30 | 0xFE33..=0xFE38 | 0xFE47..=0xFE48 | 0xFE4D..=0xFE50 | 0xFE52 | 0xFE54..=0xFE57 | 0xFE59..=0xFE5C | 0xFE5F..=0xFE66 | 0xFE68..=0xFE6B)
}

/// Those of the basic plane that stand alone, in order: what NFKC and case folding make of them, without what is no letter or digit.
#[rustfmt::skip]
const SINGLE: &[(u16, [u8; 4])] = &[
    (0x00AA, *b"a\0\0\0"), (0x00B2, *b"2\0\0\0"), (0x00B3, *b"3\0\0\0"), (0x00B9, *b"1\0\0\0"), (0x00BA, *b"o\0\0\0"), (0x00DF, *b"ss\0\0"),
    (0x0132, *b"ij\0\0"), (0x0133, *b"ij\0\0"), (0x017F, *b"s\0\0\0"), (0x01C7, *b"lj\0\0"), (0x01C8, *b"lj\0\0"), (0x01C9, *b"lj\0\0"),
    (0x01CA, *b"nj\0\0"), (0x01CB, *b"nj\0\0"), (0x01CC, *b"nj\0\0"), (0x01F1, *b"dz\0\0"), (0x01F2, *b"dz\0\0"), (0x01F3, *b"dz\0\0"),
    (0x02B0, *b"h\0\0\0"), (0x02B2, *b"j\0\0\0"), (0x02B3, *b"r\0\0\0"), (0x02B7, *b"w\0\0\0"), (0x02B8, *b"y\0\0\0"), (0x02E1, *b"l\0\0\0"),
    (0x02E2, *b"s\0\0\0"), (0x02E3, *b"x\0\0\0"), (0x1D2C, *b"a\0\0\0"), (0x1D2E, *b"b\0\0\0"), (0x1D30, *b"d\0\0\0"), (0x1D31, *b"e\0\0\0"),
    (0x1D33, *b"g\0\0\0"), (0x1D34, *b"h\0\0\0"), (0x1D35, *b"i\0\0\0"), (0x1D36, *b"j\0\0\0"), (0x1D37, *b"k\0\0\0"), (0x1D38, *b"l\0\0\0"),
    (0x1D39, *b"m\0\0\0"), (0x1D3A, *b"n\0\0\0"), (0x1D3C, *b"o\0\0\0"), (0x1D3E, *b"p\0\0\0"), (0x1D3F, *b"r\0\0\0"), (0x1D40, *b"t\0\0\0"),
    (0x1D41, *b"u\0\0\0"), (0x1D42, *b"w\0\0\0"), (0x1D43, *b"a\0\0\0"), (0x1D47, *b"b\0\0\0"), (0x1D48, *b"d\0\0\0"), (0x1D49, *b"e\0\0\0"),
    (0x1D4D, *b"g\0\0\0"), (0x1D4F, *b"k\0\0\0"), (0x1D50, *b"m\0\0\0"), (0x1D52, *b"o\0\0\0"), (0x1D56, *b"p\0\0\0"), (0x1D57, *b"t\0\0\0"),
    (0x1D58, *b"u\0\0\0"), (0x1D5B, *b"v\0\0\0"), (0x1D62, *b"i\0\0\0"), (0x1D63, *b"r\0\0\0"), (0x1D64, *b"u\0\0\0"), (0x1D65, *b"v\0\0\0"),
    (0x1D9C, *b"c\0\0\0"), (0x1DA0, *b"f\0\0\0"), (0x1DBB, *b"z\0\0\0"), (0x1E9E, *b"ss\0\0"), (0x2071, *b"i\0\0\0"), (0x207F, *b"n\0\0\0"),
    (0x2090, *b"a\0\0\0"), (0x2091, *b"e\0\0\0"), (0x2092, *b"o\0\0\0"), (0x2093, *b"x\0\0\0"), (0x2095, *b"h\0\0\0"), (0x2096, *b"k\0\0\0"),
    (0x2097, *b"l\0\0\0"), (0x2098, *b"m\0\0\0"), (0x2099, *b"n\0\0\0"), (0x209A, *b"p\0\0\0"), (0x209B, *b"s\0\0\0"), (0x209C, *b"t\0\0\0"),
    (0x209D, *b"w\0\0\0"), (0x209E, *b"y\0\0\0"), (0x209F, *b"z\0\0\0"), (0x20A8, *b"rs\0\0"), (0x2100, *b"ac\0\0"), (0x2101, *b"as\0\0"),
    (0x2102, *b"c\0\0\0"), (0x2105, *b"co\0\0"), (0x2106, *b"cu\0\0"), (0x210A, *b"g\0\0\0"), (0x210B, *b"h\0\0\0"), (0x210C, *b"h\0\0\0"),
    (0x210D, *b"h\0\0\0"), (0x210E, *b"h\0\0\0"), (0x2110, *b"i\0\0\0"), (0x2111, *b"i\0\0\0"), (0x2112, *b"l\0\0\0"), (0x2113, *b"l\0\0\0"),
    (0x2115, *b"n\0\0\0"), (0x2116, *b"no\0\0"), (0x2119, *b"p\0\0\0"), (0x211A, *b"q\0\0\0"), (0x211B, *b"r\0\0\0"), (0x211C, *b"r\0\0\0"),
    (0x211D, *b"r\0\0\0"), (0x2120, *b"sm\0\0"), (0x2121, *b"tel\0"), (0x2122, *b"tm\0\0"), (0x2124, *b"z\0\0\0"), (0x2128, *b"z\0\0\0"),
    (0x212A, *b"k\0\0\0"), (0x212C, *b"b\0\0\0"), (0x212D, *b"c\0\0\0"), (0x212F, *b"e\0\0\0"), (0x2130, *b"e\0\0\0"), (0x2131, *b"f\0\0\0"),
    (0x2133, *b"m\0\0\0"), (0x2134, *b"o\0\0\0"), (0x2139, *b"i\0\0\0"), (0x213B, *b"fax\0"), (0x2145, *b"d\0\0\0"), (0x2146, *b"d\0\0\0"),
    (0x2147, *b"e\0\0\0"), (0x2148, *b"i\0\0\0"), (0x2149, *b"j\0\0\0"), (0x2160, *b"i\0\0\0"), (0x2161, *b"ii\0\0"), (0x2162, *b"iii\0"),
    (0x2163, *b"iv\0\0"), (0x2164, *b"v\0\0\0"), (0x2165, *b"vi\0\0"), (0x2166, *b"vii\0"), (0x2167, *b"viii"), (0x2168, *b"ix\0\0"),
    (0x2169, *b"x\0\0\0"), (0x216A, *b"xi\0\0"), (0x216B, *b"xii\0"), (0x216C, *b"l\0\0\0"), (0x216D, *b"c\0\0\0"), (0x216E, *b"d\0\0\0"),
    (0x216F, *b"m\0\0\0"), (0x2170, *b"i\0\0\0"), (0x2171, *b"ii\0\0"), (0x2172, *b"iii\0"), (0x2173, *b"iv\0\0"), (0x2174, *b"v\0\0\0"),
    (0x2175, *b"vi\0\0"), (0x2176, *b"vii\0"), (0x2177, *b"viii"), (0x2178, *b"ix\0\0"), (0x2179, *b"x\0\0\0"), (0x217A, *b"xi\0\0"),
    (0x217B, *b"xii\0"), (0x217C, *b"l\0\0\0"), (0x217D, *b"c\0\0\0"), (0x217E, *b"d\0\0\0"), (0x217F, *b"m\0\0\0"), (0x2469, *b"10\0\0"),
    (0x246A, *b"11\0\0"), (0x246B, *b"12\0\0"), (0x246C, *b"13\0\0"), (0x246D, *b"14\0\0"), (0x246E, *b"15\0\0"), (0x246F, *b"16\0\0"),
    (0x2470, *b"17\0\0"), (0x2471, *b"18\0\0"), (0x2472, *b"19\0\0"), (0x2473, *b"20\0\0"), (0x247D, *b"10\0\0"), (0x247E, *b"11\0\0"),
    (0x247F, *b"12\0\0"), (0x2480, *b"13\0\0"), (0x2481, *b"14\0\0"), (0x2482, *b"15\0\0"), (0x2483, *b"16\0\0"), (0x2484, *b"17\0\0"),
    (0x2485, *b"18\0\0"), (0x2486, *b"19\0\0"), (0x2487, *b"20\0\0"), (0x2491, *b"10\0\0"), (0x2492, *b"11\0\0"), (0x2493, *b"12\0\0"),
    (0x2494, *b"13\0\0"), (0x2495, *b"14\0\0"), (0x2496, *b"15\0\0"), (0x2497, *b"16\0\0"), (0x2498, *b"17\0\0"), (0x2499, *b"18\0\0"),
    (0x249A, *b"19\0\0"), (0x249B, *b"20\0\0"), (0x24EA, *b"0\0\0\0"), (0x2C7C, *b"j\0\0\0"), (0x2C7D, *b"v\0\0\0"), (0x3250, *b"pte\0"),
    (0x3251, *b"21\0\0"), (0x3252, *b"22\0\0"), (0x3253, *b"23\0\0"), (0x3254, *b"24\0\0"), (0x3255, *b"25\0\0"), (0x3256, *b"26\0\0"),
    (0x3257, *b"27\0\0"), (0x3258, *b"28\0\0"), (0x3259, *b"29\0\0"), (0x325A, *b"30\0\0"), (0x325B, *b"31\0\0"), (0x325C, *b"32\0\0"),
    (0x325D, *b"33\0\0"), (0x325E, *b"34\0\0"), (0x325F, *b"35\0\0"), (0x32B1, *b"36\0\0"), (0x32B2, *b"37\0\0"), (0x32B3, *b"38\0\0"),
    (0x32B4, *b"39\0\0"), (0x32B5, *b"40\0\0"), (0x32B6, *b"41\0\0"), (0x32B7, *b"42\0\0"), (0x32B8, *b"43\0\0"), (0x32B9, *b"44\0\0"),
    (0x32BA, *b"45\0\0"), (0x32BB, *b"46\0\0"), (0x32BC, *b"47\0\0"), (0x32BD, *b"48\0\0"), (0x32BE, *b"49\0\0"), (0x32BF, *b"50\0\0"),
    (0x32CC, *b"hg\0\0"), (0x32CD, *b"erg\0"), (0x32CE, *b"ev\0\0"), (0x32CF, *b"ltd\0"), (0x3371, *b"hpa\0"), (0x3372, *b"da\0\0"),
    (0x3373, *b"au\0\0"), (0x3374, *b"bar\0"), (0x3375, *b"ov\0\0"), (0x3376, *b"pc\0\0"), (0x3377, *b"dm\0\0"), (0x3378, *b"dm2\0"),
    (0x3379, *b"dm3\0"), (0x337A, *b"iu\0\0"), (0x3380, *b"pa\0\0"), (0x3381, *b"na\0\0"), (0x3383, *b"ma\0\0"), (0x3384, *b"ka\0\0"),
    (0x3385, *b"kb\0\0"), (0x3386, *b"mb\0\0"), (0x3387, *b"gb\0\0"), (0x3388, *b"cal\0"), (0x3389, *b"kcal"), (0x338A, *b"pf\0\0"),
    (0x338B, *b"nf\0\0"), (0x338E, *b"mg\0\0"), (0x338F, *b"kg\0\0"), (0x3390, *b"hz\0\0"), (0x3391, *b"khz\0"), (0x3392, *b"mhz\0"),
    (0x3393, *b"ghz\0"), (0x3394, *b"thz\0"), (0x3396, *b"ml\0\0"), (0x3397, *b"dl\0\0"), (0x3398, *b"kl\0\0"), (0x3399, *b"fm\0\0"),
    (0x339A, *b"nm\0\0"), (0x339C, *b"mm\0\0"), (0x339D, *b"cm\0\0"), (0x339E, *b"km\0\0"), (0x339F, *b"mm2\0"), (0x33A0, *b"cm2\0"),
    (0x33A1, *b"m2\0\0"), (0x33A2, *b"km2\0"), (0x33A3, *b"mm3\0"), (0x33A4, *b"cm3\0"), (0x33A5, *b"m3\0\0"), (0x33A6, *b"km3\0"),
    (0x33A9, *b"pa\0\0"), (0x33AA, *b"kpa\0"), (0x33AB, *b"mpa\0"), (0x33AC, *b"gpa\0"), (0x33AD, *b"rad\0"), (0x33B0, *b"ps\0\0"),
    (0x33B1, *b"ns\0\0"), (0x33B3, *b"ms\0\0"), (0x33B4, *b"pv\0\0"), (0x33B5, *b"nv\0\0"), (0x33B7, *b"mv\0\0"), (0x33B8, *b"kv\0\0"),
    (0x33B9, *b"mv\0\0"), (0x33BA, *b"pw\0\0"), (0x33BB, *b"nw\0\0"), (0x33BD, *b"mw\0\0"), (0x33BE, *b"kw\0\0"), (0x33BF, *b"mw\0\0"),
    (0x33C2, *b"am\0\0"), (0x33C3, *b"bq\0\0"), (0x33C4, *b"cc\0\0"), (0x33C5, *b"cd\0\0"), (0x33C7, *b"co\0\0"), (0x33C8, *b"db\0\0"),
    (0x33C9, *b"gy\0\0"), (0x33CA, *b"ha\0\0"), (0x33CB, *b"hp\0\0"), (0x33CC, *b"in\0\0"), (0x33CD, *b"kk\0\0"), (0x33CE, *b"km\0\0"),
    (0x33CF, *b"kt\0\0"), (0x33D0, *b"lm\0\0"), (0x33D1, *b"ln\0\0"), (0x33D2, *b"log\0"), (0x33D3, *b"lx\0\0"), (0x33D4, *b"mb\0\0"),
    (0x33D5, *b"mil\0"), (0x33D6, *b"mol\0"), (0x33D7, *b"ph\0\0"), (0x33D8, *b"pm\0\0"), (0x33D9, *b"ppm\0"), (0x33DA, *b"pr\0\0"),
    (0x33DB, *b"sr\0\0"), (0x33DC, *b"sv\0\0"), (0x33DD, *b"wb\0\0"), (0x33FF, *b"gal\0"), (0xA7F1, *b"s\0\0\0"), (0xA7F2, *b"c\0\0\0"),
    (0xA7F3, *b"f\0\0\0"), (0xA7F4, *b"q\0\0\0"), (0xFB00, *b"ff\0\0"), (0xFB01, *b"fi\0\0"), (0xFB02, *b"fl\0\0"), (0xFB03, *b"ffi\0"),
    (0xFB04, *b"ffl\0"), (0xFB05, *b"st\0\0"), (0xFB06, *b"st\0\0"),
];
