//! What a signed token must say before anybody acts on it (RFC 7519, section 4.1).

use super::{
    jws::{deserialize_some, from_json_object},
    token_error::TokenError,
};
use crate::{domain::ids::UserId, platform::clock::Timestamp};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// How far another issuer's clock may run ahead of ours, in seconds.
const CLOCK_SKEW_SECONDS: f64 = 60.0;
/// 2^53: from here on a double skips seconds.
const NUMERIC_DATE_LIMIT: f64 = 9_007_199_254_740_992.0;

/// Who issues tokens and for whom, as `JWT_ISSUER` and `JWT_AUDIENCE` say.
#[derive(Debug, Default)]
pub struct ExpectedClaims {
    /// Required as `iss` of every token, and put into those issued here.
    pub issuer: Option<String>,
    /// Required as `aud`, or as one of its members, and put into those issued here.
    pub audience: Option<String>,
}

/// The claims as they were signed, of whatever type; a claim that stands twice is refused, if it is one of these.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Claims {
    #[serde(deserialize_with = "deserialize_some")]
    exp: Option<Value>,
    #[serde(deserialize_with = "deserialize_some")]
    nbf: Option<Value>,
    #[serde(deserialize_with = "deserialize_some")]
    iat: Option<Value>,
    #[serde(deserialize_with = "deserialize_some")]
    iss: Option<Value>,
    #[serde(deserialize_with = "deserialize_some")]
    aud: Option<Value>,
    #[serde(deserialize_with = "deserialize_some")]
    sub: Option<Value>,
    /// The session.
    #[serde(deserialize_with = "deserialize_some")]
    pub sid: Option<Value>,
    /// The session's generation, in refresh tokens.
    #[serde(deserialize_with = "deserialize_some", rename = "gen")]
    pub generation: Option<Value>,
    #[serde(deserialize_with = "text")]
    email: Option<String>,
    #[serde(deserialize_with = "text")]
    name: Option<String>,
    #[serde(deserialize_with = "text")]
    role: Option<String>,
}

/// What an issuer may say of a user; anything but text says nothing.
#[derive(Debug)]
pub struct ProfileClaims {
    /// The address.
    pub email: Option<String>,
    /// How the user wants to be called.
    pub name: Option<String>,
    /// `admin` opens the list of users.
    pub role: Option<String>,
}

fn text<'de, D: Deserializer<'de>>(member: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(member)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

impl Claims {
    /// Reads the signed bytes.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] where they are no JSON object, or one with a claim twice.
    pub fn parse(payload: &[u8]) -> Result<Self, TokenError> {
        Ok(from_json_object(payload)?)
    }

    /// What the claims say of the user.
    pub fn into_profile(self) -> ProfileClaims {
        ProfileClaims {
            email: self.email,
            name: self.name,
            role: self.role,
        }
    }

    /// Checks time, parties and subject, in that order; gives the subject, and the moment from which the token is expired.
    ///
    /// # Errors
    /// The first check that fails, as [`TokenError`].
    pub fn check(&mut self, expected: &ExpectedClaims, now: Timestamp) -> Result<(UserId, Expiry), TokenError> {
        let expiry = Expiry(numeric_date(self.exp.as_ref())?.ok_or(TokenError::Invalid)?);
        expiry.check(now)?;
        let now = now.as_f64() / 1_000.0;
        for not_before in [&self.nbf, &self.iat] {
            if numeric_date(not_before.as_ref())?.is_some_and(|at| at > now + CLOCK_SKEW_SECONDS) {
                return Err(TokenError::Invalid);
            }
        }
        let matches = |wanted: &Option<String>, claim: &Option<Value>| match (wanted, claim) {
            (None, _) => true,
            (Some(wanted), Some(Value::String(claim))) => wanted == claim,
            _ => false,
        };
        let in_audience = match &self.aud {
            Some(Value::Array(audiences)) if expected.audience.is_some() => audiences
                .iter()
                .any(|audience| audience.as_str() == expected.audience.as_deref()),
            audience => matches(&expected.audience, audience),
        };
        if !matches(&expected.issuer, &self.iss) || !in_audience {
            return Err(TokenError::Invalid);
        }
        match self.sub.take() {
            Some(Value::String(subject)) => UserId::parse(subject),
            _ => None,
        }
        .map(|subject| (subject, expiry))
        .ok_or(TokenError::MissingSubject)
    }
}

/// When a token expires, in seconds since 1970, a fraction allowed.
#[derive(Clone, Copy, Debug)]
pub struct Expiry(f64);

impl Expiry {
    /// Makes sure that it is not reached: there is no leeway.
    ///
    /// # Errors
    /// [`TokenError::Expired`]
    pub fn check(self, now: Timestamp) -> Result<(), TokenError> {
        if self.0 <= now.as_f64() / 1_000.0 {
            return Err(TokenError::Expired);
        }
        Ok(())
    }
}

/// A NumericDate (RFC 7519, section 2): seconds, fractions allowed, below 2^53.
fn numeric_date(claim: Option<&Value>) -> Result<Option<f64>, TokenError> {
    claim
        .map(|value| {
            value
                .as_f64()
                .filter(|seconds| *seconds < NUMERIC_DATE_LIMIT)
                .ok_or(TokenError::Invalid)
        })
        .transpose()
}
