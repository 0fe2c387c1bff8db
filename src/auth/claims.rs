//! Checks the claims of a token whose signature is verified (RFC 7519, section 4.1).

use super::token_rejection::{Shown, TokenRejection};
use crate::{
    domain::{
        ids::{SessionId, Subject},
        json::{JsonObject, JsonValue},
    },
    platform::clock::Timestamp,
};

/// How far another issuer's clock may be ahead of this service's, in seconds.
const CLOCK_SKEW_SECONDS: f64 = 60.0;
/// 2^53: from here on a double cannot represent every whole second.
const NUMERIC_DATE_LIMIT: f64 = 9_007_199_254_740_992.0;
/// In milliseconds since 1970.
const END_OF_YEAR_9999: f64 = 253_402_300_799_999.0;

/// The issuer and the audience that tokens must name: `JWT_ISSUER` and `JWT_AUDIENCE`, or those of a trusted issuer. `None`
/// disables the check.
#[derive(Debug, Default)]
pub struct ExpectedClaims {
    /// Required as `iss`; that of `JWT_ISSUER` is set in the tokens issued here.
    pub issuer: Option<String>,
    /// Required as `aud` or as one of its members; that of `JWT_AUDIENCE` is set in the tokens issued here.
    pub audience: Option<String>,
}

/// A claim: `None` where it is absent, `Some(None)` where its value is of another type or cannot be represented.
type Claim<T> = Option<Option<T>>;

/// The claims that this service reads, as they were signed. A value is checked only where the claim is used, so that a claim
/// without a use may hold anything. Parsing rejects a duplicate of any claim listed here.
#[derive(Debug, Default)]
pub struct Claims {
    exp: Claim<f64>,
    nbf: Claim<f64>,
    iat: Claim<f64>,
    iss: Claim<String>,
    /// The strings among the audiences.
    aud: Claim<Vec<String>>,
    sub: Claim<String>,
    /// The session's id.
    pub sid: Claim<String>,
    /// The session's generation, only in refresh tokens.
    pub generation: Claim<u32>,
    email: Claim<String>,
    name: Claim<String>,
    role: Claim<String>,
}

/// What a token's claims say about the user; a value that is not a string counts as absent.
#[derive(Debug)]
pub struct ProfileClaims {
    /// The token's issuer, `iss`.
    pub issuer: Option<String>,
    /// The email address.
    pub email: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// The role that counts here; `admin` grants access to the list of users.
    pub role: Option<String>,
}

impl Claims {
    /// Parses the signed payload.
    ///
    /// # Errors
    /// [`TokenRejection::Payload`] where the payload is not a JSON object, or has one of the listed claims twice.
    pub fn parse(payload: &[u8]) -> Result<Self, TokenRejection> {
        let text = std::str::from_utf8(payload).map_err(|_| TokenRejection::Payload)?;
        let payload = JsonObject::parse(text).map_err(|_| TokenRejection::Payload)?;
        let mut claims = Self::default();
        for (name, value) in payload.members() {
            match name {
                "exp" => set(&mut claims.exp, value.decode()),
                "nbf" => set(&mut claims.nbf, value.decode()),
                "iat" => set(&mut claims.iat, value.decode()),
                "iss" => set(&mut claims.iss, value.text()),
                "aud" => set(&mut claims.aud, audiences(value)),
                "sub" => set(&mut claims.sub, value.text()),
                "sid" => set(&mut claims.sid, value.text()),
                "gen" => set(&mut claims.generation, value.decode()),
                "email" => set(&mut claims.email, value.text()),
                "name" => set(&mut claims.name, value.text()),
                "role" => set(&mut claims.role, value.text()),
                _ => Ok(()),
            }?;
        }
        Ok(claims)
    }

    /// Keeps only the claims that describe the user, and the issuer; `effective_role` decides what the `role` claim counts for.
    pub fn into_profile(self, effective_role: impl FnOnce(Option<String>) -> Option<String>) -> ProfileClaims {
        ProfileClaims {
            issuer: self.iss.flatten(),
            email: self.email.flatten(),
            name: self.name.flatten(),
            role: effective_role(self.role.flatten()),
        }
    }

    /// Keeps only the claims that name a session: `None` where one is missing or malformed.
    pub fn into_session(self) -> Option<(Subject, SessionId)> {
        Some((Subject::parse(self.sub??)?, SessionId::parse(&self.sid??)?))
    }

    /// The later of `nbf` and `iat`, of claims that [`Claims::check`] has accepted.
    pub fn not_before(&self) -> NotBefore {
        let times = [self.nbf, self.iat].into_iter().flatten().flatten();
        NotBefore(times.fold(f64::NEG_INFINITY, f64::max))
    }

    /// Checks times, issuer and audience, and subject, in that order; returns the subject and the token's expiry.
    ///
    /// # Errors
    /// The first check that fails, as [`TokenRejection`].
    pub fn check(&mut self, expected: &ExpectedClaims, now: Timestamp) -> Result<(Subject, Expiry), TokenRejection> {
        let expiry = Expiry(numeric_date("exp", self.exp)?.ok_or(TokenRejection::NoExpiry)?);
        expiry.check(now)?;
        for (claim, not_before) in [("nbf", self.nbf), ("iat", self.iat)] {
            if numeric_date(claim, not_before)?.is_some_and(|at| !NotBefore(at).is_reached(now)) {
                return Err(TokenRejection::NotYet(claim));
            }
        }
        let issuer = self.iss.as_ref().and_then(Option::as_deref);
        if expected.issuer.is_some() && issuer != expected.issuer.as_deref() {
            return Err(TokenRejection::Issuer(issuer.map(Shown::new)));
        }
        let is_in_audience = |expected: &String| self.aud.iter().flatten().flatten().any(|aud| aud == expected);
        if !expected.audience.as_ref().is_none_or(is_in_audience) {
            return Err(TokenRejection::Audience);
        }
        let subject = self.sub.take().flatten().and_then(Subject::parse);
        Ok((subject.ok_or(TokenRejection::Subject)?, expiry))
    }
}

/// From when on a token is valid, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct NotBefore(f64);

impl NotBefore {
    /// Whether the moment is not in the future, as far as clocks may differ.
    pub fn is_reached(self, now: Timestamp) -> bool {
        self.0 <= now.as_f64() / 1_000.0 + CLOCK_SKEW_SECONDS
    }
}

/// When a token expires, in seconds since 1970; may have a fraction.
#[derive(Clone, Copy, Debug)]
pub struct Expiry(f64);

impl Expiry {
    /// The moment, to the nearest millisecond; the end of the year 9999 for any later one, which RFC 3339 cannot write.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_milliseconds((self.0 * 1_000.0 + 0.5).min(END_OF_YEAR_9999) as u64)
    }

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

/// Sets a claim, which must not be set yet.
fn set<T>(claim: &mut Claim<T>, value: Option<T>) -> Result<(), TokenRejection> {
    match claim.replace(value) {
        None => Ok(()),
        Some(_) => Err(TokenRejection::Payload),
    }
}

/// The strings of `aud`, which is one string or a list (RFC 7519, section 4.1.3).
fn audiences(value: JsonValue<'_>) -> Option<Vec<String>> {
    let one = value.text().map(|audience| vec![audience]);
    one.or_else(|| Some(value.elements()?.into_iter().filter_map(JsonValue::text).collect()))
}

/// Checks a NumericDate (RFC 7519, section 2): seconds since 1970, fractions allowed, below 2^53.
fn numeric_date(name: &'static str, claim: Claim<f64>) -> Result<Option<f64>, TokenRejection> {
    match claim {
        None => Ok(None),
        Some(Some(seconds)) if seconds < NUMERIC_DATE_LIMIT => Ok(Some(seconds)),
        Some(_) => Err(TokenRejection::NotATime(name)),
    }
}
