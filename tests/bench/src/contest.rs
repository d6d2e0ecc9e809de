//! Interleaved measuring: contestants take turns in short batches, so that frequency, caches and neighbours treat them alike.
//!
//! Only ratios within one run mean something; nanoseconds depend on the machine and its mood.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Batches of each contestant.
    pub(crate) rounds: usize,
    /// Length of one batch.
    pub(crate) batch: Duration,
}

impl Effort {
    /// For figures.
    pub(crate) const FULL: Self = Self { rounds: 201, batch: Duration::from_micros(1500) };
    /// To see that everything runs.
    pub(crate) const QUICK: Self = Self { rounds: 7, batch: Duration::from_micros(200) };
    /// Batches that are thrown away.
    const WARM_UP: usize = 3;
}

/// One who does the job again and again.
pub(crate) struct Contestant<'a> {
    batch: Box<dyn FnMut(u64) -> Duration + 'a>,
}

impl<'a> Contestant<'a> {
    /// `job` is called in a loop that the compiler can inline it into; what it returns is kept from being optimized away.
    pub(crate) fn new<T>(mut job: impl FnMut() -> T + 'a) -> Self {
        let batch = move |times| {
            let start = Instant::now();
            for _ in 0..times {
                black_box(job());
            }
            start.elapsed()
        };
        Self { batch: Box::new(batch) }
    }

    /// How often the job fits into one batch.
    fn calibrate(&mut self, batch: Duration) -> u64 {
        let mut times = 1_u64;
        loop {
            let took = (self.batch)(times);
            if took * 2 >= batch {
                let fits = batch.as_nanos() * u128::from(times) / took.as_nanos().max(1);
                return u64::try_from(fits).unwrap_or(u64::MAX).max(1);
            }
            times *= 2;
        }
    }
}

/// Nanoseconds of one job, one figure a round.
#[derive(Clone, Debug)]
pub(crate) struct Series(Vec<f64>);

impl Series {
    /// The median of the rounds.
    pub(crate) fn median(&self) -> f64 {
        quantile(&self.0, 0.5)
    }

    /// How many times as long `self` takes as `other`: ratio of the medians, and the spread of the rounds' own ratios.
    pub(crate) fn over(&self, other: &Self) -> Ratio {
        let rounds: Vec<f64> = self.0.iter().zip(&other.0).map(|(a, b)| a / b).collect();
        Ratio { value: self.median() / other.median(), low: quantile(&rounds, 0.1), high: quantile(&rounds, 0.9) }
    }
}

/// One contestant's time over another's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ratio {
    /// Ratio of the medians.
    pub(crate) value: f64,
    /// 10th percentile of the ratios of single rounds.
    pub(crate) low: f64,
    /// 90th percentile.
    pub(crate) high: f64,
}

/// Lets all contestants run, in turns whose order alternates.
pub(crate) fn race(effort: Effort, contestants: &mut [Contestant<'_>]) -> Vec<Series> {
    let times: Vec<u64> = contestants.iter_mut().map(|contestant| contestant.calibrate(effort.batch)).collect();
    let mut series: Vec<Series> = contestants.iter().map(|_| Series(Vec::with_capacity(effort.rounds))).collect();
    let mut order: Vec<usize> = (0..contestants.len()).collect();
    for round in 0..effort.rounds + Effort::WARM_UP {
        for &at in &order {
            let took = (contestants[at].batch)(times[at]);
            if round >= Effort::WARM_UP {
                series[at].0.push(took.as_nanos() as f64 / times[at] as f64);
            }
        }
        order.reverse();
    }
    series
}

fn quantile(figures: &[f64], q: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = q * sorted.len().saturating_sub(1) as f64;
    let (below, above) = (at.floor() as usize, at.ceil() as usize);
    match (sorted.get(below), sorted.get(above)) {
        (Some(low), Some(high)) => low + (high - low) * at.fract(),
        _ => f64::NAN,
    }
}
