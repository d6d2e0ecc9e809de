//! What can be found, with numbers and names that are stable for ever.

use crate::{named::named, num};

macro_rules! kinds {
    ($($(#[$doc:meta])* $number:literal $variant:ident $name:literal $redacted:literal;)*) => {
        named! {
            /// A kind of personal data or secret, by its name in policies and answers. The numbers are stable for ever and below 128.
            Kind { $($(#[$doc])* $number $variant $name;)* }
        }

        impl Kind {
            const fn redacted(self) -> bool {
                match self {
                    $(Self::$variant => $redacted,)*
                }
            }
        }

        impl Kinds {
            /// Every kind.
            pub const ALL: Self = Self::NONE$(.with(Kind::$variant))*;
            /// The kinds that are right nearly always, wherever they stand: what redaction takes when a policy names none.
            pub const REDACTED: Self = Self::NONE$(.with_if(Kind::$variant, Kind::$variant.redacted()))*;
        }
    };
}

kinds! {
    /// A payment card number: issuer range, length and Luhn (ISO/IEC 7812-1).
    1 Card "card" true;
    /// A bank account number with the structure of its country and its check digits (ISO 13616).
    2 Iban "iban" true;
    /// A mail address.
    3 Email "email" false;
    /// A telephone number, international or in groups.
    4 Phone "phone" false;
    /// An address of IPv6, or a public one of IPv4.
    5 Ip "ip" false;
    /// A hardware address (IEEE 802).
    6 Mac "mac" false;
    /// A United States Social Security number, with hyphens or beside a word that says so.
    10 UsSsn "us_ssn" true;
    /// A United States Individual Taxpayer Identification Number.
    11 UsItin "us_itin" false;
    /// A United States bank routing number (ABA).
    12 UsRouting "us_routing" false;
    /// A United States National Provider Identifier (Luhn over `80840`).
    13 UsNpi "us_npi" false;
    /// A United States Medicare Beneficiary Identifier.
    14 UsMbi "us_mbi" false;
    /// A British National Health Service number (mod 11).
    20 UkNhs "uk_nhs" false;
    /// A British National Insurance number.
    21 UkNino "uk_nino" false;
    /// A Canadian Social Insurance Number (Luhn).
    22 CaSin "ca_sin" false;
    /// An Australian Business Number (mod 89).
    23 AuAbn "au_abn" false;
    /// An Australian Company Number.
    24 AuAcn "au_acn" false;
    /// An Australian Tax File Number (mod 11).
    25 AuTfn "au_tfn" false;
    /// An Australian Medicare number.
    26 AuMedicare "au_medicare" false;
    /// An Indian Aadhaar number (Verhoeff).
    27 InAadhaar "in_aadhaar" false;
    /// An Indian Permanent Account Number.
    28 InPan "in_pan" false;
    /// An Indian Goods and Services Tax number (mod 36).
    29 InGstin "in_gstin" false;
    /// A Spanish identity number of a citizen or a foreigner (mod 23).
    30 EsNif "es_nif" false;
    /// A Finnish personal identity code (mod 31).
    31 FiHetu "fi_hetu" false;
    /// An Italian fiscal code (mod 26).
    32 ItFiscalCode "it_fiscal_code" false;
    /// An Italian VAT number (Luhn).
    33 ItVat "it_vat" false;
    /// A German tax number of a person (ISO 7064 mod 11,10).
    34 DeTaxId "de_tax_id" false;
    /// A German VAT number (ISO 7064 mod 11,10).
    35 DeVat "de_vat" false;
    /// A Polish PESEL.
    36 PlPesel "pl_pesel" false;
    /// A Swedish personal or organisation number (Luhn).
    37 SeNumber "se_number" false;
    /// A Turkish identity number.
    38 TrNationalId "tr_national_id" false;
    /// A Korean resident or foreigner registration number.
    39 KrRrn "kr_rrn" false;
    /// A Korean business registration number.
    40 KrBrn "kr_brn" false;
    /// A Thai identity number (mod 11).
    41 ThTnin "th_tnin" false;
    /// A South African identity number (Luhn, date).
    42 ZaId "za_id" false;
    /// A Singaporean identity number of a citizen or a foreigner.
    43 SgFin "sg_fin" false;
    /// A private key in PEM (RFC 7468) or OpenSSH's or PGP's form of it.
    64 PrivateKey "private_key" true;
    /// A JSON Web Token, signed or encrypted (RFC 7519).
    65 Jwt "jwt" true;
    /// A key or token with the prefix or structure of its vendor.
    66 ApiKey "api_key" true;
    /// A URL or connection string that holds a password.
    67 UrlPassword "url_password" true;
    /// A password hash in the modular crypt format.
    68 PasswordHash "password_hash" true;
    /// What a text calls a password.
    69 Password "password" false;
    /// What a text calls a secret, a token or a key, and is random enough to be one.
    70 Secret "secret" false;
    /// A long random value that something is set to.
    71 Random "random" false;
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u128);

impl Kinds {
    /// No kind.
    pub const NONE: Self = Self(0);

    /// The set and `kind`.
    #[must_use]
    pub const fn with(self, kind: Kind) -> Self {
        Self(self.0 | bit(kind))
    }

    const fn with_if(self, kind: Kind, condition: bool) -> Self {
        if condition { self.with(kind) } else { self }
    }

    /// Whether `kind` is in it.
    #[inline]
    #[must_use]
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & bit(kind) != 0
    }

    /// The kinds of these bits, as images hold them; bits that stand for none find nothing.
    #[must_use]
    pub const fn from_bits(low: u64, high: u64) -> Self {
        Self(num::wider(low, high))
    }

    /// One bit for each kind by its number, low half first; stable in images.
    #[must_use]
    pub const fn bits(self) -> [u64; 2] {
        num::halves(self.0)
    }

    /// These and the others.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether no kind is in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[inline]
const fn bit(kind: Kind) -> u128 {
    1_u128.wrapping_shl(num::byte(kind.number()))
}
