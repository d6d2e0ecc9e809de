//! The inputs: `tools/call` bodies of exact lengths, the same ones in every run.

/// What a message says of its revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// 2025-11-25, within a session.
    Legacy,
    /// 2026-07-28, which says everything in each message.
    Modern,
}

/// The lengths that PERF.md calls S, M and L.
pub(crate) const SIZES: [(&str, usize); 3] = [("S", 253), ("M", 4_148), ("L", 65_637)];

const WORDS: [&str; 24] = [
    "the",
    "quarterly",
    "report",
    "of",
    "all",
    "customers",
    "who",
    "asked",
    "for",
    "a",
    "summary",
    "between",
    "March",
    "and",
    "June",
    "is",
    "ready",
    "please",
    "compare",
    "it",
    "with",
    "last",
    "year's",
    "figures",
];
const FOREIGN: [&str; 8] = ["Zürich", "naïve", "Łódź", "東京都", "обзор", "café", "señor", "🙂"];
const ESCAPES: [&str; 6] = ["\\n", "\\\"draft\\\"", "\\t", "C:\\\\data", "\\u00e9t\\u00e9", "a\\/b"];

/// A small generator (xorshift64*), so that every run sees the same bytes.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }

    fn pick<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.roll(words.len() as u64) as usize]
    }

    /// A sentence: every eighth has escapes, every eighth other scripts.
    fn prose(&mut self, words: u64) -> String {
        let kind = self.roll(8);
        let word = |dice: &mut Self| match (kind, dice.roll(4)) {
            (0, 0) => dice.pick(&ESCAPES),
            (1, 0) => dice.pick(&FOREIGN),
            _ => dice.pick(&WORDS),
        };
        (0..words).map(|_| word(self)).collect::<Vec<_>>().join(" ")
    }

    /// One record as programs send them: short keys, a sentence, numbers, a list, a nested object.
    fn item(&mut self, id: usize) -> String {
        let words = 8 + self.roll(24);
        format!(
            r#"{{"id":{id},"name":"{} {}","text":"{}","score":{}.{:02},"tags":["{}","{}"],"at":"2026-0{}-1{}T09:{}0:00Z","ok":{},"owner":{{"id":{},"mail":"user{}@example.com"}}}}"#,
            self.pick(&WORDS),
            self.roll(1000),
            self.prose(words),
            self.roll(100),
            self.roll(100),
            self.pick(&WORDS),
            self.pick(&WORDS),
            1 + self.roll(9),
            self.roll(10),
            self.roll(6),
            self.roll(2) == 0,
            self.roll(100_000),
            self.roll(1000),
        )
    }
}

/// A call of `tool` that is exactly `len` bytes long: small arguments, then as many records as fit, then a note of what is missing.
pub(crate) fn call(era: Era, tool: &str, len: usize) -> Vec<u8> {
    let meta = match era {
        Era::Legacy => r#""_meta":{"progressToken":7}"#,
        Era::Modern => concat!(
            r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#,
            r#""io.modelcontextprotocol/clientCapabilities":{}}"#
        ),
    };
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let head = format!(r#"{{"jsonrpc":"2.0","id":42,"method":"tools/call","params":{{"name":"{tool}",{meta},"arguments":{{"#);
    let tail = "\"}}}";
    let mut arguments = String::from(match era {
        _ if len >= 1000 => r#""limit":10,"deep":[true,null],"items":["#,
        Era::Legacy => r#""limit":10,"tags":["q3","eu"],"range":{"from":"2026-01-01","open":true},"note":""#,
        Era::Modern => r#""limit":10,"note":""#,
    });
    if len >= 1000 {
        let room = len - head.len() - tail.len() - arguments.len() - r#"],"note":""#.len();
        let mut items = String::new();
        for id in 0.. {
            let item = dice.item(id);
            if items.len() + item.len() + 1 > room {
                break;
            }
            items.push_str(if id == 0 { "" } else { "," });
            items.push_str(&item);
        }
        arguments.push_str(&items);
        arguments.push_str(r#"],"note":""#);
    }
    let room = len.checked_sub(head.len() + tail.len() + arguments.len()).expect("the length has room for a call");
    let note: String = WORDS.iter().cycle().flat_map(|word| [word, " "]).flat_map(str::chars).take(room).collect();
    [head, arguments, note, tail.to_owned()].concat().into_bytes()
}

/// Some JSON of about `len` bytes that is hard in one particular way.
pub(crate) fn special(kind: &str, len: usize) -> Vec<u8> {
    let mut dice = Dice(0xD1B5_4A32_D192_ED03);
    let fill = |unit: &dyn Fn(&mut Dice) -> String, dice: &mut Dice| {
        let mut text = String::new();
        while text.len() < len {
            text.push_str(&unit(dice));
        }
        text
    };
    let text = match kind {
        "one long ASCII string" => format!("\"{}\"", fill(&|dice| format!("{} ", dice.pick(&WORDS)), &mut dice)),
        "non-ASCII prose" => format!("\"{}\"", fill(&|dice| format!("{} ", dice.pick(&FOREIGN)), &mut dice)),
        "heavy escapes" => format!("\"{}\"", fill(&|dice| format!("{}{}", dice.pick(&WORDS), dice.pick(&ESCAPES)), &mut dice)),
        "all escapes" => format!("\"{}\"", "\\u0041".repeat(len / 6)),
        "small numbers" => format!("[{}0]", fill(&|dice| format!("{},", dice.roll(1000)), &mut dice)),
        "fractions" => format!("[{}0]", fill(&|dice| format!("-{}.{:03}e1,", dice.roll(100), dice.roll(1000)), &mut dice)),
        "short members" => {
            let items = fill(&|dice| format!(r#"{{"a":{},"b":"x","c":[]}},"#, dice.roll(10)), &mut dice);
            format!("[{items}0]")
        }
        "white space" => format!("[{}0]", fill(&|_| "0,\n        ".into(), &mut dice)),
        _ => format!("[{}0]", format!("{}{},", "[".repeat(100), "]".repeat(100)).repeat(len / 201)),
    };
    text.into_bytes()
}

/// Records nested `depth` deep, `levels` in all, and always the same number of bytes for the same number of levels.
pub(crate) fn nested(depth: usize, levels: usize) -> Vec<u8> {
    let chains = levels / depth;
    let level = r#"{"text":"the quarterly report of all customers","next":"#;
    let chain = format!("{}null{}", level.repeat(depth), "}".repeat(depth));
    let mut text = vec![chain; chains].join(",");
    // shallow documents have more chains, each with a comma and a null of five bytes; deep ones get the difference in text
    let missing = 5 * (levels - chains);
    text = format!(r#"["{}",{text}]"#, "x".repeat(missing));
    text.into_bytes()
}

/// One object with `count` members; `hostile` keys share length, beginning and end.
pub(crate) fn members(count: usize, hostile: bool) -> Vec<u8> {
    let member = |at: usize| match hostile {
        true => format!(r#""a_common_beginning_{at:08}_and_end":0"#),
        false => format!(r#""key{at}":0"#),
    };
    format!("{{{}}}", (0..count).map(member).collect::<Vec<_>>().join(",")).into_bytes()
}
