//! The looks of tokens, by their first byte: prefix, alphabet and length as the vendors document or issue them.

use super::{
    Kind,
    shape::{
        Alphabet::{Alnum, Base64, Crypt, CryptFields, Digit, Dotted, Hex, Lower, Under, Upper, Visible, Word},
        Part::{self, Holding, Lit, Run},
    },
};

/// A look, and what has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) kind: Kind,
    pub(super) parts: &'static [Part],
}

const fn key(parts: &'static [Part]) -> Shape {
    Shape { kind: Kind::ApiKey, parts }
}

const fn password_hash(parts: &'static [Part]) -> Shape {
    Shape { kind: Kind::PasswordHash, parts }
}

/// Runs are never looked at further than this: every token of a fixed look is shorter.
const LONG: usize = 512;

/// `OpenAI` in base64, which every key of theirs has in its middle.
const OPENAI: &[u8] = b"T3BlbkFJ";

/// What begins with any hexadecimal digit. Mailchimp: a key, and its data centre.
pub(super) const HEXADECIMAL: &[Shape] = &[key(&[Run(Hex, 32, 32), Lit(b"-us"), Run(Digit, 1, 2)])];

/// The looks that begin with `byte`.
#[rustfmt::skip]
pub(super) const fn beginning(byte: u8) -> &'static [Shape] {
    match byte {
        b'A' => const { &[
            // AWS: access keys, temporary ones, roles, users (IAM unique identifiers)
            key(&[Lit(b"AKIA"), Run(Upper, 16, 16)]), key(&[Lit(b"ASIA"), Run(Upper, 16, 16)]),
            key(&[Lit(b"ABIA"), Run(Upper, 16, 16)]), key(&[Lit(b"ACCA"), Run(Upper, 16, 16)]),
            key(&[Lit(b"A3T"), Run(Upper, 17, 17)]),
            // Google API and OAuth
            key(&[Lit(b"AIza"), Run(Word, 35, 35)]),
            // age
            key(&[Lit(b"AGE-SECRET-KEY-1"), Run(Upper, 58, 58)]),
            // Artifactory
            key(&[Lit(b"AKC"), Run(Alnum, 10, 80)]), key(&[Lit(b"AP"), Run(Hex, 1, 1), Run(Alnum, 8, 80)]),
            // Adobe, Twilio account, Amplitude, Atlassian
            key(&[Lit(b"AC"), Run(Hex, 32, 32)]), key(&[Lit(b"ATATT3"), Run(Visible, 60, LONG)]),
            key(&[Lit(b"ATBB"), Run(Alnum, 32, 32)]), key(&[Lit(b"ATCTT3"), Run(Visible, 60, LONG)]),
        ] },
        b'C' => const { &[key(&[Lit(b"CFPAT-"), Run(Word, 43, 64)]), key(&[Lit(b"CCIPAT_"), Run(Under, 40, 90)]), key(&[Lit(b"CCIPRJ_"), Run(Under, 40, 90)])] },
        b'D' => const { &[key(&[Lit(b"DHC"), Run(Alnum, 30, 64)])] },
        b'E' => const { &[
            key(&[Lit(b"EAACEdEose0cBA"), Run(Alnum, 4, LONG)]), key(&[Lit(b"EAAA"), Run(Word, 60, 64)]), key(&[Lit(b"EZAK"), Run(Alnum, 54, 54)]),
            key(&[Lit(b"EZTK"), Run(Alnum, 54, 54)]), key(&[Lit(b"EAA"), Run(Alnum, 80, LONG)]),
        ] },
        b'F' => const { &[key(&[Lit(b"FLWSECK_TEST-"), Run(Alnum, 12, 40)]), key(&[Lit(b"FLWSECK-"), Run(Alnum, 12, 40)]), key(&[Lit(b"FO1_"), Run(Word, 60, LONG)])] },
        b'G' => const { &[
            key(&[Lit(b"GOCSPX-"), Run(Word, 28, 28)]), key(&[Lit(b"GOOG"), Run(Upper, 20, 57)]), key(&[Lit(b"GR1348941"), Run(Word, 20, 50)]),
        ] },
        b'K' => const { &[key(&[Lit(b"KGAT_"), Run(Hex, 32, 32)])] },
        b'L' => const { &[key(&[Lit(b"LTAI"), Run(Alnum, 17, 26)])] },
        b'M' | b'N' | b'O' => const { &[
            // Discord: the id of the bot in base64, a time, a MAC
            key(&[Run(Word, 23, 26), Lit(b"."), Run(Word, 6, 6), Lit(b"."), Run(Word, 27, 38)]),
            key(&[Lit(b"NRAK-"), Run(Upper, 27, 27)]), key(&[Lit(b"NRII-"), Run(Word, 32, 32)]), key(&[Lit(b"NRJS-"), Run(Hex, 19, 19)]),
            key(&[Lit(b"NRIQ-"), Run(Word, 25, 40)]), key(&[Lit(b"NRSP-"), Run(Lower, 15, 40)]), key(&[Lit(b"NRRA-"), Run(Hex, 42, 42)]),
        ] },
        b'P' => const { &[key(&[Lit(b"PMAK-"), Run(Hex, 24, 24), Lit(b"-"), Run(Hex, 34, 34)]), key(&[Lit(b"PMAT-"), Run(Upper, 26, 26)])] },
        b'R' => const { &[key(&[Lit(b"RGAPI-"), Run(Word, 36, 36)])] },
        b'S' => const { &[
            key(&[Lit(b"SG."), Run(Word, 20, 24), Lit(b"."), Run(Word, 39, 50)]), key(&[Lit(b"SK"), Run(Hex, 32, 32)]),
            key(&[Lit(b"SM"), Run(Alnum, 64, 64)]),
        ] },
        b'T' => const { &[key(&[Lit(b"TID-SECRET-"), Run(Word, 20, 80)])] },
        b'a' => const { &[
            key(&[Lit(b"aio_"), Run(Alnum, 28, 28)]), key(&[Lit(b"apify_api_"), Run(Word, 30, 50)]), key(&[Lit(b"atlasv1."), Run(Word, 40, 80)]),
            key(&[Lit(b"amzn.mws."), Run(Hex, 8, 8), Lit(b"-"), Run(Word, 27, 27)]), key(&[Lit(b"amzn1.oa2-cs.v1."), Run(Hex, 64, 64)]),
            key(&[Lit(b"ak_live_"), Run(Alnum, 24, 64)]), key(&[Lit(b"ak_test_"), Run(Alnum, 24, 64)]), key(&[Lit(b"api_org_"), Run(Alnum, 34, 34)]), key(&[Lit(b"access_token$production$"), Run(Lower, 16, 16), Lit(b"$"), Run(Hex, 32, 32)]),
        ] },
        b'b' => const { &[key(&[Lit(b"b.AAAAAQ"), Run(Word, 132, 300)]), key(&[Lit(b"bkua_"), Run(Lower, 40, 40)]), key(&[Lit(b"b_"), Run(Alnum, 44, 44)])] },
        b'c' => const { &[
            key(&[Lit(b"cio"), Run(Alnum, 32, 32)]), key(&[Lit(b"cmVmdGtuO"), Run(Alnum, 40, LONG)]), key(&[Lit(b"ccpat_"), Run(Word, 32, 80)]),
        ] },
        b'd' => const { &[
            key(&[Lit(b"dapi"), Run(Hex, 32, 32), Lit(b"-"), Run(Digit, 1, 1)]), key(&[Lit(b"dapi"), Run(Hex, 32, 32)]),
            key(&[Lit(b"dkea"), Run(Hex, 32, 32)]), key(&[Lit(b"dose"), Run(Hex, 32, 32)]), key(&[Lit(b"ddp_"), Run(Alnum, 36, 36)]),
            key(&[Lit(b"dop_v1_"), Run(Hex, 64, 64)]), key(&[Lit(b"doo_v1_"), Run(Hex, 64, 64)]), key(&[Lit(b"dor_v1_"), Run(Hex, 64, 64)]),
            key(&[Lit(b"dckr_pat_"), Run(Word, 27, 32)]), key(&[Lit(b"dckr_oat_"), Run(Word, 27, 40)]), key(&[Lit(b"dp.pt."), Run(Alnum, 40, 44)]),
            key(&[Lit(b"dp.ct."), Run(Alnum, 40, 44)]), key(&[Lit(b"dp.sa."), Run(Alnum, 40, 44)]), key(&[Lit(b"dp.scim."), Run(Alnum, 40, 44)]),
            key(&[Lit(b"dp.audit."), Run(Alnum, 40, 44)]), key(&[Lit(b"dp.said."), Run(Alnum, 40, 44)]),
            key(&[Lit(b"dp.st."), Run(Word, 2, 35), Lit(b"."), Run(Alnum, 40, 44)]), key(&[Lit(b"dp.st."), Run(Alnum, 40, 44)]),
            key(&[Lit(b"duffel_"), Run(Under, 4, 5), Run(Word, 43, 44)]), key(&[Lit(b"dt0"), Run(Lower, 3, 3), Lit(b"."), Run(Upper, 24, 24), Lit(b"."), Run(Upper, 64, 64)]),
        ] },
        b'e' => const { &[
            key(&[Lit(b"easypost_"), Run(Alnum, 40, 64)]), key(&[Lit(b"extends-"), Run(Word, 40, 80)]),
        ] },
        b'f' => const { &[key(&[Lit(b"fio-u-"), Run(Word, 64, 64)]), key(&[Lit(b"fo1_"), Run(Word, 40, LONG)]), key(&[Lit(b"fm1a_"), Run(Base64, 40, LONG)]), key(&[Lit(b"fm2_"), Run(Base64, 40, LONG)]), key(&[Lit(b"flb_live_"), Run(Alnum, 20, 64)]), key(&[Lit(b"figd_"), Run(Word, 38, 60)]), key(&[Lit(b"fc-"), Run(Hex, 32, 32)])] },
        b'g' => const { &[
            key(&[Lit(b"ghp_"), Run(Alnum, 36, 251)]), key(&[Lit(b"gho_"), Run(Alnum, 36, 251)]), key(&[Lit(b"ghu_"), Run(Alnum, 36, 251)]),
            key(&[Lit(b"ghs_"), Run(Alnum, 36, 251)]), key(&[Lit(b"ghr_"), Run(Alnum, 36, 251)]), key(&[Lit(b"github_pat_"), Run(Under, 70, 251)]),
            key(&[Lit(b"glpat-"), Run(Dotted, 20, 64)]), key(&[Lit(b"gldt-"), Run(Word, 20, 64)]), key(&[Lit(b"glft-"), Run(Word, 20, 64)]),
            key(&[Lit(b"glrt-"), Run(Dotted, 20, 64)]), key(&[Lit(b"glcbt-"), Run(Word, 20, 64)]), key(&[Lit(b"glimt-"), Run(Word, 25, 25)]),
            key(&[Lit(b"glptt-"), Run(Hex, 40, 40)]), key(&[Lit(b"glsoat-"), Run(Word, 20, 30)]), key(&[Lit(b"gloas-"), Run(Word, 64, 64)]),
            key(&[Lit(b"glagent-"), Run(Word, 50, 1024)]), key(&[Lit(b"glsa_"), Run(Alnum, 32, 32), Lit(b"_"), Run(Hex, 8, 8)]),
            key(&[Lit(b"glc_"), Run(Base64, 32, LONG)]), key(&[Lit(b"gsk_"), Run(Alnum, 40, 64)]),
        ] },
        b'h' => const { &[
            key(&[Lit(b"hf_"), Run(Alnum, 30, 40)]), key(&[Lit(b"hvs."), Run(Word, 24, 160)]), key(&[Lit(b"hvb."), Run(Word, 100, 400)]),
            key(&[Lit(b"hvr."), Run(Word, 24, 160)]), key(&[Lit(b"hapikey="), Run(Word, 36, 36)]),
            // Slack's and Discord's web hooks are keys in a URL
            key(&[Lit(b"https://hooks.slack.com/services/"), Run(Visible, 20, 100)]), key(&[Lit(b"https://hooks.slack.com/workflows/"), Run(Visible, 20, 100)]),
            key(&[Lit(b"https://discord.com/api/webhooks/"), Run(Visible, 60, 120)]), key(&[Lit(b"https://discordapp.com/api/webhooks/"), Run(Visible, 60, 120)]),
            key(&[Lit(b"https://hooks.zapier.com/hooks/catch/"), Run(Visible, 8, 100)]),
        ] },
        b'k' => const { &[key(&[Lit(b"key-"), Run(Hex, 32, 32)]), key(&[Lit(b"kgat_"), Run(Word, 24, 80)])] },
        b'l' => const { &[
            key(&[Lit(b"lin_api_"), Run(Alnum, 40, 40)]), key(&[Lit(b"lin_oauth_"), Run(Hex, 64, 64)]), key(&[Lit(b"live_"), Run(Digit, 8, 10), Lit(b"_"), Run(Alnum, 30, 30)]),
            key(&[Lit(b"lsv2_pt_"), Run(Hex, 32, 32), Lit(b"_"), Run(Hex, 10, 10)]), key(&[Lit(b"lsv2_sk_"), Run(Hex, 32, 32), Lit(b"_"), Run(Hex, 10, 10)]),
        ] },
        b'n' => const { &[
            key(&[Lit(b"npm_"), Run(Alnum, 36, 36)]), key(&[Lit(b"nvapi-"), Run(Word, 60, 70)]), key(&[Lit(b"nfp_"), Run(Alnum, 36, 40)]),
            key(&[Lit(b"napi_"), Run(Lower, 30, 70)]), key(&[Lit(b"ntn_"), Run(Alnum, 40, 50)]),
        ] },
        b'o' => const { &[key(&[Lit(b"odt_"), Run(Alnum, 32, 40)]), key(&[Lit(b"oy2"), Run(Lower, 43, 43)]), key(&[Lit(b"ops_eyJ"), Run(Base64, 200, 1024)])] },
        b'p' => const { &[
            key(&[Lit(b"pk_"), Run(Digit, 6, 10), Lit(b"_"), Run(Upper, 32, 32)]), key(&[Lit(b"pypi-AgE"), Run(Word, 50, 1024)]), key(&[Lit(b"pplx-"), Run(Alnum, 48, 56)]), key(&[Lit(b"phc_"), Run(Alnum, 43, 43)]),
            key(&[Lit(b"phx_"), Run(Alnum, 43, 48)]), key(&[Lit(b"pat-na1-"), Run(Word, 36, 36)]), key(&[Lit(b"pat-eu1-"), Run(Word, 36, 36)]),
            key(&[Lit(b"pscale_tkn_"), Run(Dotted, 32, 64)]), key(&[Lit(b"pscale_pw_"), Run(Dotted, 32, 64)]), key(&[Lit(b"pscale_oauth_"), Run(Dotted, 32, 64)]),
            key(&[Lit(b"pul-"), Run(Hex, 40, 40)]), key(&[Lit(b"pat"), Run(Alnum, 14, 14), Lit(b"."), Run(Hex, 64, 64)]), key(&[Lit(b"p8e-"), Run(Alnum, 32, 32)]),
            key(&[Lit(b"patch_"), Run(Alnum, 30, 64)]), key(&[Lit(b"pdl_"), Run(Under, 30, 80)]),
        ] },
        b'r' => const { &[
            key(&[Lit(b"r8_"), Run(Word, 37, 37)]), key(&[Lit(b"rk_live_"), Run(Alnum, 20, 247)]), key(&[Lit(b"rk_test_"), Run(Alnum, 20, 247)]),
            key(&[Lit(b"rdme_"), Run(Lower, 70, 70)]), key(&[Lit(b"rubygems_"), Run(Hex, 48, 48)]), key(&[Lit(b"rnd_"), Run(Alnum, 28, 40)]),
            key(&[Lit(b"re_"), Run(Alnum, 8, 10), Lit(b"_"), Run(Alnum, 24, 24)]), key(&[Lit(b"rpa_"), Run(Alnum, 40, 50)]),
        ] },
        b's' => const { &[
            key(&[Lit(b"sk-ant-"), Run(Word, 40, 140)]), key(&[Lit(b"sk-proj-"), Run(Word, 40, 200), Holding(OPENAI)]), key(&[Lit(b"sk-svcacct-"), Run(Word, 40, 200), Holding(OPENAI)]),
            key(&[Lit(b"sk-admin-"), Run(Word, 40, 200), Holding(OPENAI)]), key(&[Lit(b"sk-or-v1-"), Run(Hex, 64, 64)]), key(&[Lit(b"sk-"), Run(Alnum, 20, 20), Lit(b"T3BlbkFJ"), Run(Alnum, 20, 20)]),
            key(&[Lit(b"sk-"), Run(Alnum, 32, 64)]), key(&[Lit(b"sk-lf-"), Run(Word, 36, 36)]), key(&[Lit(b"sk_live_"), Run(Alnum, 20, 247)]), key(&[Lit(b"sk_test_"), Run(Alnum, 20, 247)]),
            key(&[Lit(b"sk.eyJ"), Run(Dotted, 30, 200)]), key(&[Lit(b"sq0atp-"), Run(Word, 22, 22)]), key(&[Lit(b"sq0csp-"), Run(Word, 43, 43)]),
            key(&[Lit(b"sq0idp-"), Run(Word, 22, 22)]), key(&[Lit(b"shpat_"), Run(Hex, 32, 32)]), key(&[Lit(b"shpca_"), Run(Hex, 32, 32)]),
            key(&[Lit(b"shppa_"), Run(Hex, 32, 32)]), key(&[Lit(b"shpss_"), Run(Hex, 32, 32)]), key(&[Lit(b"sgp_"), Run(Under, 40, 90)]),
            key(&[Lit(b"sntrys_"), Run(Base64, 60, LONG)]), key(&[Lit(b"sntryu_"), Run(Hex, 64, 64)]), key(&[Lit(b"sbp_"), Run(Hex, 40, 40)]),
            key(&[Lit(b"squ_"), Run(Hex, 40, 40)]), key(&[Lit(b"sqp_"), Run(Hex, 40, 40)]), key(&[Lit(b"sqa_"), Run(Hex, 40, 40)]),
            key(&[Lit(b"sl."), Run(Word, 100, 1024)]), key(&[Lit(b"s."), Run(Alnum, 24, 24)]), key(&[Lit(b"scp-live-"), Run(Hex, 32, 32)]),
            key(&[Lit(b"sm_aat_"), Run(Alnum, 16, 80)]), key(&[Lit(b"sd_"), Run(Hex, 32, 32)]),
        ] },
        b't' => const { &[
            key(&[Lit(b"tfp_"), Run(Word, 40, 64)]), key(&[Lit(b"tskey-"), Run(Word, 20, 80)]), key(&[Lit(b"tk-us-"), Run(Word, 48, 48)]),
            key(&[Lit(b"tkn.v1_"), Run(Base64, 50, 100)]), key(&[Lit(b"test_"), Run(Hex, 40, 64)]), key(&[Lit(b"tvly-"), Run(Word, 20, 60)]),
        ] },
        b'v' => const { &[key(&[Lit(b"vck_"), Run(Alnum, 24, 64)]), key(&[Lit(b"v1.0-"), Run(Hex, 24, 24), Lit(b"-"), Run(Hex, 100, 200)])] },
        b'V' => const { &[key(&[Lit(b"VF.DM."), Run(Alnum, 24, 24), Lit(b"."), Run(Alnum, 16, 16)]), key(&[Lit(b"VF.WS."), Run(Alnum, 24, 24), Lit(b"."), Run(Alnum, 16, 16)])] },
        b'w' => const { &[key(&[Lit(b"whsec_"), Run(Base64, 24, 80)])] },
        b'x' => const { &[
            key(&[Lit(b"xoxb-"), Run(Word, 20, 200)]), key(&[Lit(b"xoxa-"), Run(Word, 20, 200)]), key(&[Lit(b"xoxp-"), Run(Word, 20, 200)]),
            key(&[Lit(b"xoxr-"), Run(Word, 20, 200)]), key(&[Lit(b"xoxs-"), Run(Word, 20, 200)]), key(&[Lit(b"xoxo-"), Run(Word, 20, 200)]),
            key(&[Lit(b"xoxe.xox"), Run(Word, 60, 300)]), key(&[Lit(b"xoxe-"), Run(Word, 60, 200)]), key(&[Lit(b"xoxc-"), Run(Word, 20, 200)]),
            key(&[Lit(b"xoxd-"), Run(Visible, 20, 300)]), key(&[Lit(b"xapp-"), Run(Word, 40, 200)]), key(&[Lit(b"xai-"), Run(Under, 70, 90)]),
            key(&[Lit(b"xkeysib-"), Run(Hex, 64, 64), Lit(b"-"), Run(Alnum, 16, 16)]), key(&[Lit(b"xsmtpsib-"), Run(Hex, 64, 64), Lit(b"-"), Run(Alnum, 16, 16)]),
        ] },
        b'y' => const { &[key(&[Lit(b"ya29."), Run(Word, 20, LONG)]), key(&[Lit(b"y0_"), Run(Word, 40, 80)]), key(&[Lit(b"ys1_"), Run(Word, 30, 80)])] },
        b'0'..=b'9' => const { &[
            // Telegram: the id of the bot, then 35
            key(&[Run(Digit, 8, 10), Lit(b":AA"), Run(Word, 33, 33)]),
            // Google OAuth client, LinkedIn-like numbers stay out
            key(&[Run(Digit, 6, 16), Lit(b"-"), Run(Lower, 32, 32), Lit(b".apps.googleusercontent.com")]),
            key(&[Lit(b"1//0"), Run(Word, 60, 128)]),
        ] },
        b'$' => const { &[
            password_hash(&[Lit(b"$2a$"), Run(Digit, 2, 2), Lit(b"$"), Run(Crypt, 53, 53)]), password_hash(&[Lit(b"$2b$"), Run(Digit, 2, 2), Lit(b"$"), Run(Crypt, 53, 53)]),
            password_hash(&[Lit(b"$2y$"), Run(Digit, 2, 2), Lit(b"$"), Run(Crypt, 53, 53)]), password_hash(&[Lit(b"$1$"), Run(Crypt, 1, 8), Lit(b"$"), Run(Crypt, 22, 22)]),
            password_hash(&[Lit(b"$5$"), Run(CryptFields, 40, 100)]), password_hash(&[Lit(b"$6$"), Run(CryptFields, 80, 140)]), password_hash(&[Lit(b"$y$"), Run(CryptFields, 40, 140)]),
            password_hash(&[Lit(b"$argon2"), Run(Visible, 30, 300)]), password_hash(&[Lit(b"$8$"), Run(Crypt, 14, 14), Lit(b"$"), Run(Crypt, 43, 43)]),
            password_hash(&[Lit(b"$9$"), Run(Crypt, 14, 14), Lit(b"$"), Run(Crypt, 43, 43)]), password_hash(&[Lit(b"$krb5"), Run(Visible, 40, LONG)]),
            password_hash(&[Lit(b"$7$"), Run(CryptFields, 40, 140)]), password_hash(&[Lit(b"$apr1$"), Run(Crypt, 1, 8), Lit(b"$"), Run(Crypt, 22, 22)]),
        ] },
        _ => &[],
    }
}
