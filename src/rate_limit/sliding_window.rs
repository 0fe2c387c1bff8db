//! The arithmetic of the limit: a window that slides, in which only attempts that were let through count.

use crate::platform::clock::Timestamp;

/// How many attempts within which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigninLimit {
    /// Attempts that are let through.
    pub max_attempts: u32,
    /// Seconds for which each of them counts.
    pub window_seconds: u32,
}

/// What becomes of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may be made, and counts until this moment.
    Allow {
        /// When it stops counting.
        expires_at: Timestamp,
    },
    /// It may not, until so many seconds have gone by: at least one, rounded up.
    Limit {
        /// For the `Retry-After` header.
        retry_after_seconds: u64,
    },
}

/// Decides on one attempt. `counted` holds the moments at which the attempts that still count stop counting, earliest
/// first.
pub fn decide(limit: SigninLimit, counted: &[Timestamp], now: Timestamp) -> Decision {
    let max_attempts = usize::try_from(limit.max_attempts).unwrap_or(usize::MAX);
    // More than the maximum may count where the setting was lowered since.
    let must_fall_out = counted
        .len()
        .checked_sub(max_attempts)
        .and_then(|above| counted.get(above));
    match must_fall_out {
        Some(moment) => Decision::Limit {
            retry_after_seconds: moment.milliseconds_since(now).div_ceil(1_000).max(1),
        },
        None => Decision::Allow {
            expires_at: now.plus_seconds(limit.window_seconds.into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: SigninLimit = SigninLimit {
        max_attempts: 2,
        window_seconds: 10,
    };

    fn at(milliseconds: u64) -> Timestamp {
        Timestamp::from_milliseconds(milliseconds)
    }

    #[test]
    fn attempts_are_taken_up_to_the_maximum() {
        let taken = Decision::Allow { expires_at: at(10_500) };
        assert_eq!(decide(LIMIT, &[], at(500)), taken);
        assert_eq!(decide(LIMIT, &[at(10_100)], at(500)), taken);
    }

    #[test]
    fn a_refusal_names_the_time_until_the_oldest_falls_out() {
        let refused = |retry_after_seconds| Decision::Limit { retry_after_seconds };
        let counted = [at(10_100), at(12_000)];
        assert_eq!(decide(LIMIT, &counted, at(500)), refused(10));
        assert_eq!(decide(LIMIT, &counted, at(9_100)), refused(1));
        assert_eq!(decide(LIMIT, &counted, at(10_099)), refused(1));
    }

    #[test]
    fn a_lowered_maximum_waits_for_as_many_as_are_above_it() {
        let counted = [at(2_000), at(3_000), at(4_000)];
        assert_eq!(
            decide(LIMIT, &counted, at(0)),
            Decision::Limit { retry_after_seconds: 3 }
        );
    }
}
