//! Which session a token names, for its revocation (RFC 7009). Neither the expiry nor any other claim is checked: a token that
//! is no longer valid must still end its session.

use super::{
    claims::Claims,
    jws::UntrustedToken,
    keys::{DerivedKeys, Keyring},
};
use crate::domain::ids::{SessionId, SubjectPrefix, UserId};
use jwt_compact::alg::Hs256Key;

/// The session of a token that this service's keys have signed.
#[derive(Debug)]
pub struct NamedSession {
    /// The token's subject, who alone owns the session.
    pub user_id: UserId,
    /// The session's id.
    pub session_id: SessionId,
}

/// Returns the session of an access or a refresh token; `None` where the text is neither, or names no session.
pub fn session_of_token(token: &str, keys: &Keyring) -> Option<NamedSession> {
    session_of(token, keys, |own| [Some(&own.access_token), Some(&own.refresh_token)])
}

/// Returns the session of a refresh token; `None` for any other text, an access token included.
pub fn session_of_refresh_token(token: &str, keys: &Keyring) -> Option<NamedSession> {
    session_of(token, keys, |own| [Some(&own.refresh_token), None])
}

/// Never tries the key of `BETTER_AUTH_SECRET`, under which a `sid` names no session of this service.
fn session_of(
    token: &str,
    keys: &Keyring,
    choose: impl Fn(&DerivedKeys) -> [Option<&Hs256Key>; 2],
) -> Option<NamedSession> {
    let untrusted = UntrustedToken::parse(token).ok()?;
    let mut candidates = keys.own().flat_map(choose).flatten();
    if !candidates.any(|key| untrusted.is_signed_by(key)) {
        return None;
    }
    let (subject, session_id) = Claims::parse(&untrusted.payload().ok()?).ok()?.into_session()?;
    Some(NamedSession {
        user_id: UserId::from_subject(&SubjectPrefix::default(), subject),
        session_id,
    })
}
