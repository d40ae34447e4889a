//! How things are measured: two in turns, by the processor's time or the clock's, and the median of many.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// A median, and the quartiles around it.
pub struct Figure {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// The absolute values behind it.
    pub note: String,
}

/// The cost of one thing.
#[derive(Clone, Copy)]
pub struct Cost {
    pub wall: Duration,
    /// Of all threads of this process, in user and in system mode.
    pub cpu: Duration,
}

/// The cost of each of two things, round by round.
pub struct Pairs(Vec<(Cost, Cost)>);

/// Does something, and says what that took. What it returns is dropped after.
pub fn cost<T>(run: impl FnOnce() -> Result<T>) -> Result<Cost> {
    let (cpu, wall) = (cpu(), Instant::now());
    let result = run()?;
    let cost = Cost { wall: wall.elapsed(), cpu: self::cpu() - cpu };
    drop(result);
    Ok(cost)
}

/// Does two things in turns, first the one then the other, and the next time the other way round.
pub fn pairs<A, B>(
    rounds: usize,
    mut ours: impl FnMut() -> Result<A>,
    mut theirs: impl FnMut() -> Result<B>,
) -> Result<Pairs> {
    let mut pairs = Vec::with_capacity(rounds);
    // The first round fills caches, and does not count.
    for round in 0..=rounds {
        let (ours, theirs) = if round % 2 == 0 {
            let ours = cost(&mut ours)?;
            (ours, cost(&mut theirs)?)
        } else {
            let theirs = cost(&mut theirs)?;
            (cost(&mut ours)?, theirs)
        };
        if round > 0 {
            pairs.push((ours, theirs));
        }
    }
    Ok(Pairs(pairs))
}

impl Pairs {
    /// The processor time of the one, round by round, in seconds.
    pub fn ours(&self) -> Vec<f64> {
        self.0.iter().map(|(ours, _)| ours.cpu.as_secs_f64()).collect()
    }

    /// The processor time of the other.
    pub fn theirs(&self) -> Vec<f64> {
        self.0.iter().map(|(_, theirs)| theirs.cpu.as_secs_f64()).collect()
    }

    /// The median of the ratios of pairs. `of` chooses the part of a cost.
    pub fn ratio(&self, of: impl Fn(&Cost) -> Duration) -> Result<Figure> {
        let seconds = |cost: &Cost| of(cost).as_secs_f64();
        let (value, low, high) = middle(self.0.iter().map(|(ours, theirs)| seconds(ours) / seconds(theirs)))?;
        let (ours, ..) = middle(self.0.iter().map(|(ours, _)| seconds(ours)))?;
        let (theirs, ..) = middle(self.0.iter().map(|(_, theirs)| seconds(theirs)))?;
        Ok(Figure { value, low, high, note: format!("{} over {}", shown(ours), shown(theirs)) })
    }
}

/// The median and both quartiles.
pub fn middle(values: impl Iterator<Item = f64>) -> Result<(f64, f64, f64)> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let at = |share: usize| values.get(values.len().saturating_sub(1) * share / 4).copied();
    at(2).zip(at(1)).zip(at(3)).map(|((median, low), high)| (median, low, high)).context("nothing was measured")
}

/// Seconds, in the unit that suits.
pub fn shown(seconds: f64) -> String {
    match seconds {
        ..1e-3 => format!("{:.1} µs", seconds * 1e6),
        ..1.0 => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

/// The processor's time of this process, to the nanosecond.
#[expect(unsafe_code, reason = "a call of the C library")]
#[cfg(unix)]
fn cpu() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock exists on every Unix, and the pointer is to a value that lives as long as the call.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

/// Elsewhere the clock's time stands for it.
#[cfg(not(unix))]
fn cpu() -> Duration {
    use std::sync::LazyLock;

    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGAN.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_a_value_with_as_many_below_as_above() {
        assert_eq!(middle([5.0, 1.0, 3.0, 2.0, 4.0].into_iter()).unwrap(), (3.0, 2.0, 4.0));
        assert_eq!(middle([7.0].into_iter()).unwrap(), (7.0, 7.0, 7.0));
        assert!(middle(std::iter::empty()).is_err());
    }

    #[test]
    fn a_ratio_is_of_each_pair_and_not_of_the_medians() {
        let cost = |milliseconds| Cost { wall: Duration::from_millis(milliseconds), cpu: Duration::ZERO };
        let pairs = Pairs(vec![(cost(10), cost(10)), (cost(300), cost(200)), (cost(40), cost(20))]);
        let Figure { value, note, .. } = pairs.ratio(|cost| cost.wall).unwrap();
        assert_eq!((format!("{value:.6}"), note), ("1.500000".to_owned(), "40.00 ms over 20.00 ms".to_owned()));
    }
}
