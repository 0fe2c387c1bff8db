//! The two tokens of a session, against a clock of the test's own.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use crate::auth::{guard::authenticate, keys::Secret};

const NOW: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);
const LIFETIMES: Lifetimes = Lifetimes {
    access_token: 600,
    refresh_token: 6_000,
    session: 60_000,
};

fn keyring(letter: &str) -> Keyring {
    Keyring::new(Secret::new(letter.repeat(32).as_bytes()).unwrap(), None, None)
}

fn tokens(seconds_left: u64, keys: &Keyring) -> TokenPair {
    let session = Session {
        user_id: UserId::new(NOW, &[1; 10]),
        id: SessionId::new(NOW, &[2; 10]),
        generation: 7,
        expires_at: NOW.plus_seconds(seconds_left),
    };
    let profile = Profile {
        email: "ada@example.com".to_owned(),
        role: "user".to_owned(),
    };
    issue_tokens(&session, &profile, (keys, &ExpectedClaims::default(), &LIFETIMES), NOW).unwrap()
}

#[test]
fn a_refresh_token_is_good_until_it_expires() {
    let keys = keyring("a");
    let token = tokens(60_000, &keys).refresh_token;
    let verify = |seconds| verify_refresh_token(&token, &keys, &ExpectedClaims::default(), NOW.plus_seconds(seconds));
    assert_eq!(verify(5_999).unwrap().generation, 7);
    assert_eq!(verify(6_000).unwrap_err(), TokenError::Expired);
    let other = verify_refresh_token(&token, &keyring("b"), &ExpectedClaims::default(), NOW);
    assert_eq!(other.unwrap_err(), TokenError::Invalid);
}

#[test]
fn neither_token_passes_for_the_other() {
    let keys = keyring("a");
    let pair = tokens(60_000, &keys);
    let as_refresh = verify_refresh_token(&pair.access_token, &keys, &ExpectedClaims::default(), NOW);
    assert_eq!(as_refresh.unwrap_err(), TokenError::Invalid);
    let header = format!("Bearer {}", pair.refresh_token);
    let as_access = authenticate(Some(&header), &keys, &ExpectedClaims::default(), NOW);
    assert_eq!(as_access.unwrap_err(), TokenError::Invalid);
}

#[test]
fn no_token_outlives_the_session() {
    let keys = keyring("a");
    let pair = tokens(500, &keys);
    assert_eq!(pair.expires_in, 500);
    let header = format!("Bearer {}", pair.access_token);
    let at = |seconds| {
        let moment = NOW.plus_seconds(seconds);
        let access = authenticate(Some(&header), &keys, &ExpectedClaims::default(), moment).map(|_| ());
        let refresh = verify_refresh_token(&pair.refresh_token, &keys, &ExpectedClaims::default(), moment).map(|_| ());
        (access, refresh)
    };
    assert_eq!(at(499), (Ok(()), Ok(())));
    assert_eq!(at(500), (Err(TokenError::Expired), Err(TokenError::Expired)));
}
