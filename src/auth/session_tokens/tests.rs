//! Tests both tokens of a session at chosen times.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use crate::{
    auth::{
        guard::{AuthUser, Verifier},
        issuer::Issuers,
        keys::Secret,
        verified_tokens::VerifiedTokens,
    },
    domain::home::Home,
};
use std::rc::Rc;

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
        user_id: UserId::new(NOW, &[1; 10], Home::MAIN),
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

fn access(header: &str, keys: &Keyring, now: Timestamp) -> Result<Rc<AuthUser>, TokenError> {
    let verifier = Verifier {
        keys,
        expected: &ExpectedClaims::default(),
        issuers: &Issuers::default(),
        verified: &VerifiedTokens::default(),
        now,
        clock: || NOW,
    };
    Ok(verifier.authenticate_at_once(header)?)
}

#[test]
fn accepts_a_refresh_token_until_it_expires() {
    let keys = keyring("a");
    let token = tokens(60_000, &keys).refresh_token;
    let verify = |seconds| verify_refresh_token(&token, &keys, &ExpectedClaims::default(), NOW.plus_seconds(seconds));
    assert_eq!(verify(5_999).unwrap().generation, 7);
    assert_eq!(verify(6_000).unwrap_err(), TokenError::Expired);
    let with_other_key = verify_refresh_token(&token, &keyring("b"), &ExpectedClaims::default(), NOW);
    assert_eq!(with_other_key.unwrap_err(), TokenError::Invalid);
}

#[test]
fn rejects_an_access_token_as_refresh_token_and_the_reverse() {
    let keys = keyring("a");
    let pair = tokens(60_000, &keys);
    let as_refresh = verify_refresh_token(&pair.access_token, &keys, &ExpectedClaims::default(), NOW);
    assert_eq!(as_refresh.unwrap_err(), TokenError::Invalid);
    let header = format!("Bearer {}", pair.refresh_token);
    let as_access = access(&header, &keys, NOW);
    assert_eq!(as_access.unwrap_err(), TokenError::Invalid);
}

#[test]
fn tokens_expire_no_later_than_their_session() {
    let keys = keyring("a");
    let pair = tokens(500, &keys);
    assert_eq!(pair.expires_in, 500);
    let header = format!("Bearer {}", pair.access_token);
    let at = |seconds| {
        let now = NOW.plus_seconds(seconds);
        let access = access(&header, &keys, now).map(|_| ());
        let refresh = verify_refresh_token(&pair.refresh_token, &keys, &ExpectedClaims::default(), now).map(|_| ());
        (access, refresh)
    };
    assert_eq!(at(499), (Ok(()), Ok(())));
    assert_eq!(at(500), (Err(TokenError::Expired), Err(TokenError::Expired)));
}
