//! Numbers compare as what they are, however they are written.

use proptest::prelude::*;

use super::{compile, is_valid, judge};
use adarga_core::schema::{Stop, Verdict};

/// A number of thousandths, and one of many ways to write it.
fn number() -> impl Strategy<Value = (i128, String)> {
    (-200_000..200_000_i128, 0..5_usize, 0..4_usize, any::<bool>()).prop_map(|(thousandths, zeros, shift, upper)| {
        let sign = if thousandths < 0 { "-" } else { "" };
        let size = thousandths.unsigned_abs();
        // the point moves left, the exponent makes good for it
        let divisor = 10_u128.pow(u32::try_from(3 + shift).unwrap());
        let width = 3 + shift;
        let mantissa = format!("{}.{:0width$}{}", size / divisor, size % divisor, "0".repeat(zeros));
        let exponent = match (shift, upper) {
            (0, true) => String::new(),
            (shift, true) => format!("E+0{shift}"),
            (shift, false) => format!("e{shift}"),
        };
        (thousandths, format!("{sign}{mantissa}{exponent}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn numbers_compare_exactly(a in number(), b in number(), positive in 1..50_000_i128) {
        let holds = |schema: String| is_valid(&compile(&schema).unwrap(), &a.1);
        prop_assert_eq!(holds(format!(r#"{{"minimum":{}}}"#, b.1)), a.0 >= b.0, "{} {}", a.1, b.1);
        prop_assert_eq!(holds(format!(r#"{{"maximum":{}}}"#, b.1)), a.0 <= b.0);
        prop_assert_eq!(holds(format!(r#"{{"exclusiveMinimum":{}}}"#, b.1)), a.0 > b.0);
        prop_assert_eq!(holds(format!(r#"{{"exclusiveMaximum":{}}}"#, b.1)), a.0 < b.0);
        prop_assert_eq!(holds(format!(r#"{{"enum":[{},{}]}}"#, b.1, "7e9")), a.0 == b.0);
        prop_assert_eq!(holds(format!(r#"{{"const":{}.{:03}}}"#, a.0 / 1000, a.0.abs() % 1000)), a.0 >= 0 || a.0 / 1000 != 0);
        prop_assert_eq!(holds(r#"{"type":"integer"}"#.into()), a.0 % 1000 == 0);
        let divisor = format!("{}.{:03}", positive / 1000, positive % 1000);
        prop_assert_eq!(holds(format!(r#"{{"multipleOf":{divisor}}}"#)), a.0 % positive == 0, "{} {}", a.1, divisor);
        let twins = is_valid(&compile(r#"{"uniqueItems":true}"#).unwrap(), &format!("[{},{}]", a.1, b.1));
        prop_assert_eq!(twins, a.0 != b.0);
    }
}

#[test]
fn numbers_beyond_every_float() {
    for (schema, number, valid) in [
        (r#"{"type":"integer"}"#, "1e400", true),
        (r#"{"type":"integer"}"#, "1e-400", false),
        (r#"{"type":"integer"}"#, "123.00e1", true),
        (r#"{"minimum":1e400}"#, "9.99e399", false),
        (r#"{"minimum":1e400}"#, "1e401", true),
        (r#"{"maximum":18446744073709551616}"#, "18446744073709551617", false),
        (r#"{"maximum":18446744073709551616}"#, "18446744073709551616.0", true),
        (r#"{"const":18446744073709551616}"#, "18446744073709551617", false),
        (r#"{"const":9007199254740993}"#, "9007199254740992", false),
        (r#"{"multipleOf":0.01}"#, "0.07", true),
        (r#"{"multipleOf":0.01}"#, "0.075", false),
        (r#"{"multipleOf":3}"#, "1e1000000", false),
        (r#"{"multipleOf":3}"#, "3e1000000", true),
        (r#"{"multipleOf":7}"#, "700000000000000000000000000000000000007", true),
        (r#"{"multipleOf":1e-300}"#, "123.456", true),
        (r#"{"const":0}"#, "-0.000e99", true),
        (r#"{"minimum":0}"#, "-0", true),
        (r#"{"exclusiveMinimum":0}"#, "0e5", false),
    ] {
        assert_eq!(is_valid(&compile(schema).unwrap(), number), valid, "{schema} {number}");
    }
    let stopped = |schema: &str, text: &str| judge(&compile(schema).unwrap(), text, 0).0;
    let number = Verdict::Stopped(Stop::Number);
    assert_eq!(stopped(r#"{"minimum":1}"#, "1e100000000000000000000"), number, "an exponent out of all reason denies");
    assert_eq!(stopped(r#"{"type":"number"}"#, "1e100000000000000000000"), Verdict::Valid, "where its value matters");
}
