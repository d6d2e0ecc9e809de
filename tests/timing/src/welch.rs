//! Welch's t-test over times, with what lies far out cropped.

/// From here on two means are taken for different.
pub(crate) const LIMIT: f64 = 4.5;
/// Shares of all times that are kept, the shortest ones: interrupts lengthen some beyond all proportion, which hides small
/// differences, so the test is made for several shares (Reparaz et al. §III.B) and the largest |t| counts.
const KEPT: [f64; 8] = [1.0, 0.9999, 0.999, 0.99, 0.95, 0.9, 0.75, 0.5];

/// Times of two classes, in nanoseconds.
pub(crate) struct Times {
    classes: [Vec<u32>; 2],
}

impl Times {
    pub(crate) fn with_capacity(samples: usize) -> Self {
        Self { classes: [0, 1].map(|_| Vec::with_capacity(samples + samples / 8)) }
    }

    pub(crate) fn add(&mut self, class: bool, time: u32) {
        self.classes[usize::from(class)].push(time);
    }

    /// Whether both classes have so many.
    pub(crate) fn is_full(&self, samples: usize) -> bool {
        self.classes.iter().all(|class| class.len() >= samples)
    }

    /// The largest |t| over all shares.
    pub(crate) fn t(&self) -> f64 {
        let mut all = self.classes.concat();
        all.sort_unstable();
        let longest = |kept: f64| all.get((all.len() as f64 * kept) as usize).copied().unwrap_or(u32::MAX);
        KEPT.iter().map(|kept| self.cropped(longest(*kept))).fold(0.0, f64::max)
    }

    /// |t| of the times up to `longest`.
    fn cropped(&self, longest: u32) -> f64 {
        let [one, other] = self.classes.each_ref().map(|class| moments(class.iter().filter(|time| **time <= longest)));
        let error = (one.variance / one.count + other.variance / other.count).sqrt();
        let difference = (one.mean - other.mean).abs();
        if difference == 0.0 { 0.0 } else { difference / error }
    }
}

struct Moments {
    count: f64,
    mean: f64,
    variance: f64,
}

fn moments<'t>(times: impl Iterator<Item = &'t u32> + Clone) -> Moments {
    let count = times.clone().count() as f64;
    let mean = times.clone().map(|time| f64::from(*time)).sum::<f64>() / count;
    let squares: f64 = times.map(|time| (f64::from(*time) - mean).powi(2)).sum();
    Moments { count, mean, variance: squares / (count - 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times around a mean, the same ones for the same seed.
    fn around(mean: u32, seed: u32, count: u32) -> impl Iterator<Item = u32> {
        (0..count).map(move |at| mean + (at.wrapping_add(seed).wrapping_mul(2_654_435_761) >> 28))
    }

    fn of(one: impl Iterator<Item = u32>, other: impl Iterator<Item = u32>) -> f64 {
        Times { classes: [one.collect(), other.collect()] }.t()
    }

    #[test]
    fn a_difference_is_seen_and_chance_is_not() {
        assert!(of(around(100, 1, 10_000), around(100, 7_777, 10_000)) < LIMIT);
        assert!(of(around(100, 1, 10_000), around(101, 7_777, 10_000)) > LIMIT);
        assert_eq!(of(std::iter::repeat_n(5, 100), std::iter::repeat_n(5, 100)), 0.0);
        assert!(of(std::iter::repeat_n(5, 100), std::iter::repeat_n(6, 100)) > LIMIT);
    }

    #[test]
    fn a_difference_is_seen_behind_outliers() {
        let disturbed =
            |times: Vec<u32>| times.into_iter().enumerate().map(|(at, time)| if at % 100 == 0 { time * 10_000 } else { time });
        let one = disturbed(around(100, 1, 10_000).collect());
        let other = disturbed(around(101, 7_777, 10_000).collect());
        let times = Times { classes: [one.collect(), other.collect()] };
        assert!(times.cropped(u32::MAX) < LIMIT && times.t() > LIMIT);
    }

    #[test]
    fn t_is_welchs() {
        // computed by hand: 12 / 9 over the root of 0.5 + 52.27 / 6
        let times = Times { classes: [vec![3, 4, 5, 6, 7], vec![1, 2, 3, 4, 10, 20]] };
        assert!((times.cropped(u32::MAX) - 0.547_175_7).abs() < 1e-6, "{}", times.cropped(u32::MAX));
    }
}
