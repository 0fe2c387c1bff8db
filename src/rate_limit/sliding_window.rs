//! The arithmetic of the sign-in limit: a sliding window in which only allowed attempts count.

use crate::platform::clock::Timestamp;

/// The maximum number of attempts per window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigninLimit {
    /// Attempts that are allowed within the window.
    pub max_attempts: u32,
    /// Seconds for which each allowed attempt counts.
    pub window_seconds: u32,
}

/// The decision on one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The attempt is allowed, and counts until it expires.
    Allow {
        /// When the attempt stops counting.
        expires_at: Timestamp,
    },
    /// The attempt is rejected.
    Limit {
        /// Seconds until an attempt may be allowed, rounded up and at least 1: the `Retry-After` header.
        retry_after_seconds: u64,
    },
}

/// Decides on one attempt. `expirations` holds when each attempt that still counts expires, earliest first.
pub fn decide(limit: SigninLimit, expirations: &[Timestamp], now: Timestamp) -> Decision {
    let max_attempts = usize::try_from(limit.max_attempts).unwrap_or(usize::MAX);
    // If the setting was lowered, more attempts than the maximum may count.
    let must_expire = expirations
        .len()
        .checked_sub(max_attempts)
        .and_then(|excess| expirations.get(excess));
    match must_expire {
        Some(expires_at) => Decision::Limit {
            retry_after_seconds: expires_at.milliseconds_since(now).div_ceil(1_000).max(1),
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
    fn attempts_are_allowed_up_to_the_maximum() {
        let allowed = Decision::Allow { expires_at: at(10_500) };
        assert_eq!(decide(LIMIT, &[], at(500)), allowed);
        assert_eq!(decide(LIMIT, &[at(10_100)], at(500)), allowed);
    }

    #[test]
    fn a_limited_attempt_must_wait_until_the_oldest_expires() {
        let limited = |retry_after_seconds| Decision::Limit { retry_after_seconds };
        let expirations = [at(10_100), at(12_000)];
        assert_eq!(decide(LIMIT, &expirations, at(500)), limited(10));
        assert_eq!(decide(LIMIT, &expirations, at(9_100)), limited(1));
        assert_eq!(decide(LIMIT, &expirations, at(10_099)), limited(1));
    }

    #[test]
    fn a_lowered_maximum_waits_until_all_excess_attempts_expire() {
        let expirations = [at(2_000), at(3_000), at(4_000)];
        assert_eq!(
            decide(LIMIT, &expirations, at(0)),
            Decision::Limit { retry_after_seconds: 3 }
        );
    }
}
