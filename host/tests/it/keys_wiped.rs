//! Secrets are gone when their owners are: the memory of this very process is searched for them.
//!
//! A search for something would itself hold it, so every secret exists here only as what it is after each byte was changed by
//! [`MASK`]; it is compared byte by byte.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
};

use adarga_core::keys::{Algorithms, Material};
use adarga_host::keys::{KeyImage, Mode};
use zeroize::Zeroizing;

const MASK: u8 = 0xA5;
/// A run this long is no accident.
const RUN: usize = 16;
/// Memory is read in pieces of so many bytes.
const PIECE: usize = 4096;

/// Bytes that stand nowhere else, masked.
fn masked(seed: u8, len: usize) -> Vec<u8> {
    let mut state = u32::from(seed) | 1;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(len).collect()
}

/// What a masked secret is.
fn plain(masked: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(masked.len()));
    plain.extend(masked.iter().map(|byte| byte ^ MASK));
    plain
}

/// A JWK with a secret, written without a buffer that grows.
fn jwk(masked: &[u8]) -> Zeroizing<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = Zeroizing::new(Vec::with_capacity(2048));
    text.extend_from_slice(br#"{"kty":"oct","k":""#);
    for three in masked.chunks(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | u32::from(byte ^ MASK)) << (8 * (3 - three.len()));
        text.extend((0..=three.len()).map(|at| ALPHABET[(bits >> (18 - 6 * at) & 63) as usize]));
    }
    text.extend_from_slice(br#""}"#);
    text
}

/// How often one of the runs stands in the writable memory of this process.
fn found(runs: &[Vec<u8>]) -> usize {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut memory = File::open("/proc/self/mem").unwrap();
    let is_run = |window: &[u8]| {
        let same = |run: &Vec<u8>| window.iter().zip(&run[..RUN]).all(|(byte, masked)| byte ^ MASK == *masked);
        runs.iter().any(same)
    };
    let mut count = 0;
    let mut piece = Zeroizing::new(vec![0; PIECE + RUN - 1]);
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (start, end) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let [start, end] = [start, end].map(|hex| u64::from_str_radix(hex, 16).unwrap());
        for at in (start..end).step_by(PIECE) {
            // with the beginning of the next piece; what other tests gave back in the meantime can't be read
            let len = piece.len().min((end - at) as usize);
            let read = memory.seek(SeekFrom::Start(at)).and_then(|_| memory.read(&mut piece[..len])).unwrap_or(0);
            // most of it was never written
            if piece[..read] != [0; PIECE + RUN - 1][..read] {
                count += piece[..read].windows(RUN).filter(|window| is_run(window)).count();
            }
        }
    }
    count
}

/// What must not be left of a key: the secret, how it was spelled, and the states of the hashes.
fn runs(masked: &[u8], image: &KeyImage) -> Vec<Vec<u8>> {
    let mask = |byte: u8| byte ^ MASK;
    let mut runs = vec![masked.to_vec(), jwk(masked)[18..18 + 2 * RUN].iter().copied().map(mask).collect()];
    for key in image.keys().unwrap().iter() {
        if let Material::Hmac(key) = key.material() {
            for half in [0, 8] {
                runs.push(key.sha256[half..].iter().take(8).flat_map(|word| word.to_native().to_ne_bytes()).map(mask).collect());
                for state in [&key.sha384, &key.sha512] {
                    runs.push(state[half..].iter().take(8).flat_map(|word| word.to_native().to_ne_bytes()).map(mask).collect());
                }
            }
        }
    }
    runs
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_of_a_secret_outlives_its_image() {
    for len in [64, 200] {
        let secret = masked(len as u8, len);
        let document = jwk(&secret);
        let image = KeyImage::from_document(&document, Mode::Strict).unwrap();
        let runs = runs(&secret, &image);
        // first that the search finds what there is: the document, the image, and what the back end keeps
        assert!(found(&runs) > 4, "the search sees nothing");
        let copy = KeyImage::from_bytes(image.bytes().to_vec()).unwrap();
        let other = KeyImage::from_secret(&plain(&secret), Algorithms::ALL).unwrap();
        drop((document, image, copy, other));
        assert_eq!(found(&runs), 0, "of a secret of {len} bytes");
    }
}
