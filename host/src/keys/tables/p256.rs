//! ECDSA over P-256 with tables of the generator and of the key: the rules of `adarga_core::signature`, without a doubling.
//!
//! Sums are kept as x/zz and y/zzz, where zz³ = zzz² (the "XYZZ" of the Explicit-Formulas Database): adding an affine point takes
//! ten multiplications, and the last comparison no division. The formula is not complete, so its exceptions are looked for.

use std::sync::OnceLock;

use adarga_core::{keys::Family, signature::is_point};
use p256::{
    AffinePoint, FieldBytes, ProjectivePoint, PublicKey, Scalar,
    ecdsa::Signature,
    elliptic_curve::{BatchNormalize, ops::Reduce, point::AffineCoordinates},
};
use sha2::{Digest, Sha256};

use super::{comb::Comb, field::Field};

/// What [`Key`] takes, in bytes.
pub(super) const BYTES: usize = Comb::<Affine>::BYTES;

/// How far the order n of the group is below the prime p of the field: a remainder below it may be that of an x from n on.
const BELOW_PRIME: u128 = 0x4319_0553_58E8_617B_0C46_353D_039C_DAAE;

/// The multiples of the generator, made when the first key needs them.
static GENERATOR: OnceLock<Comb<Affine>> = OnceLock::new();

/// A public key as its multiples.
pub(super) struct Key(Comb<Affine>);

impl Key {
    /// `None` for what is not an uncompressed point of the curve.
    pub(super) fn new(point: &[u8]) -> Option<Self> {
        let key = is_point(Family::P256, point).then(|| PublicKey::from_sec1_bytes(point).ok())??;
        generator();
        Some(Self(comb(key.to_projective())))
    }

    /// Whether `signature` is one of `message`.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // refuses r and s of zero and from the group's order on
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        let (r, s) = signature.split_scalars();
        let Some(inverse) = Option::<Scalar>::from(s.invert_vartime()) else { return false };
        let hash = <Scalar as Reduce<FieldBytes>>::reduce(&Sha256::digest(message));
        self.sum(&(hash * inverse), &(*r * inverse)).is_some_and(|sum| sum.has_x(&r.to_bytes().into()))
    }

    /// by_generator · G + by_key · Q; `None` for the point at infinity.
    fn sum(&self, by_generator: &Scalar, by_key: &Scalar) -> Option<Sum> {
        let (by_generator, by_key) = (little(by_generator), little(by_key));
        let terms = generator().terms(&by_generator).chain(self.0.terms(&by_key));
        terms.fold(None, |sum, (term, minus)| {
            let term = if minus { Affine { x: term.x, y: -term.y } } else { *term };
            match sum {
                Some(sum) => Sum::plus(sum, &term),
                None => Some(Sum::from(&term)),
            }
        })
    }
}

/// A point that is not the one at infinity.
#[derive(Clone, Copy)]
struct Affine {
    x: Field,
    y: Field,
}

impl Affine {
    fn new(point: &AffinePoint) -> Self {
        // the coordinates of a point are below the prime
        let read = |bytes: FieldBytes| Field::from_bytes(&bytes.into()).unwrap_or(Field::ZERO);
        Self { x: read(point.x()), y: read(point.y()) }
    }
}

/// The point (x/zz, y/zzz), which is not the one at infinity.
#[derive(Clone, Copy)]
struct Sum {
    x: Field,
    y: Field,
    zz: Field,
    zzz: Field,
}

impl Sum {
    const fn from(point: &Affine) -> Self {
        Self { x: point.x, y: point.y, zz: Field::ONE, zzz: Field::ONE }
    }

    /// self + point (`madd-2008-s`); `None` for the point at infinity.
    fn plus(self, point: &Affine) -> Option<Self> {
        let p = point.x * self.zz - self.x;
        let r = point.y * self.zzz - self.y;
        if p == Field::ZERO {
            return (r == Field::ZERO).then(|| Self::twice(point));
        }
        let pp = p.square();
        let ppp = p * pp;
        let q = self.x * pp;
        let x = r.square() - ppp - q.double();
        Some(Self { x, y: r * (q - x) - self.y * ppp, zz: self.zz * pp, zzz: self.zzz * ppp })
    }

    /// point + point (`mdbl-2008-s-1`, a = −3); no point of this curve is its own negative.
    fn twice(point: &Affine) -> Self {
        let u = point.y.double();
        let zz = u.square();
        let zzz = u * zz;
        let s = point.x * zz;
        let m = point.x.square() - Field::ONE;
        let m = m.double() + m;
        let x = m.square() - s.double();
        Self { x, y: m * (s - x) - zzz * point.y, zz, zzz }
    }

    /// Whether `r`, which is below the order, is the remainder of its x modulo the order: x itself, or x less the order.
    fn has_x(&self, r: &[u8; 32]) -> bool {
        let [high, low] = r.as_chunks::<16>().0 else { return false };
        let (high, low) = (u128::from_be_bytes(*high), u128::from_be_bytes(*low));
        let is_x = |x: Field| self.x == x * self.zz;
        let Some(r) = Field::from_bytes(r) else { return false };
        // r + n = r − (p − n) modulo p
        is_x(r) || high == 0 && low < BELOW_PRIME && is_x(r - below_prime())
    }
}

/// p − n as an element of the field.
fn below_prime() -> Field {
    let mut bytes = [0; 32];
    bytes[16..].copy_from_slice(&BELOW_PRIME.to_be_bytes());
    Field::from_bytes(&bytes).unwrap_or(Field::ZERO)
}

fn generator() -> &'static Comb<Affine> {
    GENERATOR.get_or_init(|| comb(ProjectivePoint::GENERATOR))
}

fn comb(point: ProjectivePoint) -> Comb<Affine> {
    // one inversion for all of them
    let affine = |multiples: Vec<_>| ProjectivePoint::batch_normalize(multiples.as_slice()).iter().map(Affine::new).collect();
    Comb::new(point, |a, b| a + b, affine)
}

/// A scalar in little-endian bytes.
fn little(scalar: &Scalar) -> [u8; 32] {
    let mut bytes = scalar.to_bytes();
    bytes.reverse();
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_library() {
        let order_less_one = -Scalar::ONE;
        let odd = Scalar::from(0x1234_5678_9ABC_DEF1_u64).square().square();
        // keys that meet the generator's own multiples on the way: equal points, negative ones, and nothing at all
        for key in [Scalar::ONE, order_less_one, Scalar::from(2_u64), Scalar::from(64_u64), odd] {
            let point = ProjectivePoint::GENERATOR * key;
            let table = Key(comb(point));
            for (by_generator, by_key) in [
                (Scalar::ZERO, Scalar::ZERO),
                (Scalar::ONE, Scalar::ZERO),
                (Scalar::ZERO, Scalar::ONE),
                (Scalar::ONE, Scalar::ONE),
                (order_less_one, order_less_one),
                (Scalar::from(32_u64), Scalar::from(32_u64)),
                (odd, odd),
                (odd, -odd),
                (odd * key, -odd),
                (odd.square(), odd.invert_vartime().unwrap()),
            ] {
                let expected = (ProjectivePoint::GENERATOR * by_generator + point * by_key).to_affine();
                let sum = table.sum(&by_generator, &by_key);
                assert_eq!(sum.is_none(), bool::from(expected.is_identity()));
                let Some(sum) = sum else { continue };
                let expected = Affine::new(&expected);
                assert!(sum.x == expected.x * sum.zz && sum.y == expected.y * sum.zzz);
                assert!(sum.zz.square() * sum.zz == sum.zzz.square());
            }
        }
    }

    #[test]
    fn an_x_from_the_order_on_is_its_remainder() {
        let bytes = |n: u128| [[0; 16], n.to_be_bytes()].concat().try_into().unwrap();
        let field = |n| Field::from_bytes(&bytes(n)).unwrap();
        let sum = |x| Sum { x, y: Field::ONE, zz: Field::ONE, zzz: Field::ONE };
        for small in [0, 1, 1 << 64, BELOW_PRIME - 1] {
            assert!(sum(field(small)).has_x(&bytes(small)) && sum(field(small) - below_prime()).has_x(&bytes(small)));
        }
        // from there on, r + n is beyond the prime, and its remainder modulo the prime another x
        for large in [BELOW_PRIME, BELOW_PRIME + 1, u128::MAX] {
            assert!(sum(field(large)).has_x(&bytes(large)) && !sum(field(large) - below_prime()).has_x(&bytes(large)));
        }
        let order = (-Scalar::ONE).to_bytes();
        assert_eq!(Field::from_bytes(&order.into()).unwrap() + Field::ONE, -below_prime());
    }
}
