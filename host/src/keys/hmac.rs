//! The precomputed form of HMAC secrets: what the inner and the outer padded key leave in the hash (RFC 2104 §4).

use sha2::{
    Digest, Sha256, Sha384, Sha512,
    block_api::{compress256, compress512},
};
use zeroize::{Zeroize, Zeroizing};

/// Initial hash values (FIPS 180-4 §5.3).
const SHA256: [u32; 8] = [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19];
const SHA384: [u64; 8] = [
    0xCBBB_9D5D_C105_9ED8,
    0x629A_292A_367C_D507,
    0x9159_015A_3070_DD17,
    0x152F_ECD8_F70E_5939,
    0x6733_2667_FFC0_0B31,
    0x8EB4_4A87_6858_1511,
    0xDB0C_2E0D_64F9_8FA7,
    0x47B5_481D_BEFA_4FA4,
];
const SHA512: [u64; 8] = [
    0x6A09_E667_F3BC_C908,
    0xBB67_AE85_84CA_A73B,
    0x3C6E_F372_FE94_F82B,
    0xA54F_F53A_5F1D_36F1,
    0x510E_527F_ADE6_82D1,
    0x9B05_688C_2B3E_6C1F,
    0x1F83_D9AB_FB41_BD6B,
    0x5BE0_CD19_137E_2179,
];

macro_rules! states {
    ($(#[$doc:meta])* $name:ident, $word:ty, $block:literal, $hash:ty, $initial:expr, $compress:path) => {
        $(#[$doc])*
        pub(super) fn $name(secret: &[u8]) -> Vec<$word> {
            // each is a secret as good as the key, and overwritten on every way out
            let mut block = Zeroizing::new([[0_u8; $block]]);
            let mut state = Zeroizing::new($initial);
            let mut states = Zeroizing::new(Vec::with_capacity(2 * state.len()));
            if secret.len() > $block {
                let mut hash = <$hash>::digest(secret);
                block[0][..hash.len()].copy_from_slice(&hash);
                hash.as_mut_slice().zeroize();
            } else {
                block[0][..secret.len()].copy_from_slice(secret);
            }
            // the outer pad is laid over the inner one
            for pad in [0x36, 0x36 ^ 0x5C] {
                block[0].iter_mut().for_each(|byte| *byte ^= pad);
                *state = $initial;
                $compress(&mut state, &*block);
                states.extend_from_slice(&*state);
            }
            // what the last compression has left on the stack is to be nothing of the key
            *state = $initial;
            $compress(&mut state, &[[0; $block]]);
            std::mem::take(&mut *states)
        }
    };
}

states!(
    /// For HS256.
    sha256, u32, 64, Sha256, SHA256, compress256
);
states!(
    /// For HS384.
    sha384, u64, 128, Sha384, SHA384, compress512
);
states!(
    /// For HS512.
    sha512, u64, 128, Sha512, SHA512, compress512
);
