//! Checks the claims of a token whose signature is verified (RFC 7519, section 4.1).

use super::{
    jws::{deserialize_some, from_json_object},
    token_rejection::{Shown, TokenRejection},
};
use crate::{
    domain::ids::{SessionId, Subject},
    platform::clock::Timestamp,
};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// How far another issuer's clock may be ahead of this service's, in seconds.
const CLOCK_SKEW_SECONDS: f64 = 60.0;
/// 2^53: from here on a double cannot represent every whole second.
const NUMERIC_DATE_LIMIT: f64 = 9_007_199_254_740_992.0;

/// The issuer and the audience that tokens must name: `JWT_ISSUER` and `JWT_AUDIENCE`. `None` disables the check.
#[derive(Debug, Default)]
pub struct ExpectedClaims {
    /// Required as `iss` of every token, and set in the tokens issued here.
    pub issuer: Option<String>,
    /// Required as `aud` or as one of its members, and set in the tokens issued here.
    pub audience: Option<String>,
}

/// The claims as they were signed, of any JSON type. Parsing rejects a duplicate of any claim listed here.
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
    /// The session's id.
    #[serde(deserialize_with = "deserialize_some")]
    pub sid: Option<Value>,
    /// The session's generation, only in refresh tokens.
    #[serde(deserialize_with = "deserialize_some", rename = "gen")]
    pub generation: Option<Value>,
    #[serde(deserialize_with = "string_or_none")]
    email: Option<String>,
    #[serde(deserialize_with = "string_or_none")]
    name: Option<String>,
    #[serde(deserialize_with = "string_or_none")]
    role: Option<String>,
}

/// What an issuer's claims say about the user; a value that is not a string counts as absent.
#[derive(Debug)]
pub struct ProfileClaims {
    /// The email address.
    pub email: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// The role that counts here; `admin` grants access to the list of users.
    pub role: Option<String>,
}

fn string_or_none<'de, D: Deserializer<'de>>(member: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(member)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

impl Claims {
    /// Parses the signed payload.
    ///
    /// # Errors
    /// [`TokenRejection::Payload`] where the payload is not a JSON object, or has one of the listed claims twice.
    pub fn parse(payload: &[u8]) -> Result<Self, TokenRejection> {
        from_json_object(payload).map_err(|_| TokenRejection::Payload)
    }

    /// Keeps only the claims that describe the user; `effective_role` decides what the `role` claim counts for.
    pub fn into_profile(self, effective_role: impl FnOnce(Option<String>) -> Option<String>) -> ProfileClaims {
        ProfileClaims {
            email: self.email,
            name: self.name,
            role: effective_role(self.role),
        }
    }

    /// Keeps only the claims that name a session: `None` where one is missing or malformed.
    pub fn into_session(self) -> Option<(Subject, SessionId)> {
        let (Some(Value::String(subject)), Some(Value::String(session))) = (self.sub, self.sid) else {
            return None;
        };
        Some((Subject::parse(subject)?, SessionId::parse(&session)?))
    }

    /// Checks times, issuer and audience, and subject, in that order; returns the subject and the token's expiry.
    ///
    /// # Errors
    /// The first check that fails, as [`TokenRejection`].
    pub fn check(&mut self, expected: &ExpectedClaims, now: Timestamp) -> Result<(Subject, Expiry), TokenRejection> {
        let expiry = Expiry(numeric_date("exp", self.exp.as_ref())?.ok_or(TokenRejection::NoExpiry)?);
        expiry.check(now)?;
        let now = now.as_f64() / 1_000.0;
        for (claim, not_before) in [("nbf", &self.nbf), ("iat", &self.iat)] {
            if numeric_date(claim, not_before.as_ref())?.is_some_and(|at| at > now + CLOCK_SKEW_SECONDS) {
                return Err(TokenRejection::NotYet(claim));
            }
        }
        let matches = |expected: &Option<String>, claim: &Option<Value>| match (expected, claim) {
            (None, _) => true,
            (Some(expected), Some(Value::String(claim))) => expected == claim,
            _ => false,
        };
        let in_audience = match &self.aud {
            Some(Value::Array(audiences)) if expected.audience.is_some() => audiences
                .iter()
                .any(|audience| audience.as_str() == expected.audience.as_deref()),
            audience => matches(&expected.audience, audience),
        };
        if !matches(&expected.issuer, &self.iss) {
            let issuer = self.iss.as_ref().and_then(Value::as_str);
            return Err(TokenRejection::Issuer(issuer.map(Shown::new)));
        }
        if !in_audience {
            return Err(TokenRejection::Audience);
        }
        match self.sub.take() {
            Some(Value::String(subject)) => Subject::parse(subject),
            _ => None,
        }
        .map(|subject| (subject, expiry))
        .ok_or(TokenRejection::Subject)
    }
}

/// When a token expires, in seconds since 1970; may have a fraction.
#[derive(Clone, Copy, Debug)]
pub struct Expiry(f64);

impl Expiry {
    /// Checks that the expiry is in the future, without leeway.
    ///
    /// # Errors
    /// [`TokenRejection::Expired`]
    pub fn check(self, now: Timestamp) -> Result<(), TokenRejection> {
        if self.0 <= now.as_f64() / 1_000.0 {
            return Err(TokenRejection::Expired);
        }
        Ok(())
    }
}

/// Parses a NumericDate (RFC 7519, section 2): seconds since 1970, fractions allowed, below 2^53.
fn numeric_date(name: &'static str, claim: Option<&Value>) -> Result<Option<f64>, TokenRejection> {
    claim
        .map(|value| {
            value
                .as_f64()
                .filter(|seconds| *seconds < NUMERIC_DATE_LIMIT)
                .ok_or(TokenRejection::NotATime(name))
        })
        .transpose()
}
