//! What the signer of a token decides about its user: the prefix before the `sub`, so that two issuers' equal subjects are
//! two users, and whether the `role` claim counts.

use super::{issuer_trust::IssuerTrust, trusted_issuer::TrustedIssuer};
use crate::domain::ids::{Subject, SubjectPrefix, UserId};

/// The role of a user whose issuer's `role` claim does not count.
const USER: &str = "user";

/// Whose key has signed a token.
#[derive(Clone, Copy, Debug)]
pub enum Signer<'a> {
    /// This service, or another holder of `JWT_SECRET`.
    Own,
    /// A Better Auth frontend, by its secret.
    BetterAuth,
    /// An issuer of `TRUSTED_ISSUERS`, by a private key.
    Trusted(&'a TrustedIssuer),
}

/// All issuers besides the holders of `JWT_SECRET`, who have no prefix.
#[derive(Debug, Default)]
pub struct Issuers {
    /// The Better Auth frontend: `BETTER_AUTH_SUBJECT_PREFIX` and `BETTER_AUTH_TRUST_ROLE`.
    pub better_auth: IssuerTrust,
    /// `TRUSTED_ISSUERS`.
    pub trusted: Vec<TrustedIssuer>,
}

impl Issuers {
    /// The issuer that has signed; `None` for the holders of `JWT_SECRET`.
    fn of<'a>(&'a self, signer: Signer<'a>) -> Option<&'a IssuerTrust> {
        match signer {
            Signer::Own => None,
            Signer::BetterAuth => Some(&self.better_auth),
            Signer::Trusted(trusted) => Some(&trusted.issuer),
        }
    }

    /// The user that a token names; `None` where a subject without a prefix would name a user of another issuer. No prefix
    /// begins another one, so that a subject with a prefix cannot.
    pub fn user_id(&self, signer: Signer<'_>, subject: Subject) -> Option<UserId> {
        let prefix = self.of(signer).map(|issuer| &issuer.subject_prefix);
        if let Some(prefix) = prefix.filter(|prefix| !prefix.is_empty()) {
            return Some(UserId::from_subject(prefix, subject));
        }
        let others = self.trusted.iter().map(|trusted| &trusted.issuer);
        let mut others = std::iter::once(&self.better_auth).chain(others);
        if others.any(|other| other.subject_prefix.begins(&subject)) {
            return None;
        }
        Some(UserId::from_subject(&SubjectPrefix::default(), subject))
    }

    /// The role that counts here, out of the token's claim.
    pub fn role(&self, signer: Signer<'_>, claim: Option<String>) -> Option<String> {
        match self.of(signer) {
            Some(issuer) if !issuer.trust_role => Some(USER.to_owned()),
            _ => claim,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    fn user(prefix: &str, signer: Signer<'_>, subject: &str) -> Option<String> {
        let subject_prefix = SubjectPrefix::parse(prefix.to_owned()).unwrap();
        let issuers = Issuers {
            better_auth: IssuerTrust {
                subject_prefix,
                trust_role: false,
            },
            ..Issuers::default()
        };
        let user = issuers.user_id(signer, Subject::parse(subject.to_owned()).unwrap());
        user.map(|user| user.as_str().to_owned())
    }

    #[test]
    fn a_prefix_separates_equal_subjects() {
        for subject in ["ada", "app:ada", "app:", "ap"] {
            assert_eq!(user("", Signer::Own, subject).as_deref(), Some(subject));
            assert_eq!(user("", Signer::BetterAuth, subject).as_deref(), Some(subject));
            let prefixed = format!("app:{subject}");
            assert_eq!(user("app:", Signer::BetterAuth, subject), Some(prefixed));
        }
        assert_eq!(user("app:", Signer::Own, "ada").as_deref(), Some("ada"));
        assert_eq!(user("app:", Signer::Own, "ap").as_deref(), Some("ap"));
        assert_eq!(user("app:", Signer::Own, "app:ada"), None);
        assert_eq!(user("app:", Signer::Own, "app:"), None);
    }

    #[test]
    fn a_subject_without_a_prefix_names_no_user_of_a_trusted_issuer() {
        let trusted = |name: &str, prefix: &str| {
            let subject_prefix = SubjectPrefix::parse(prefix.to_owned()).unwrap();
            let issuer = IssuerTrust {
                subject_prefix,
                trust_role: false,
            };
            TrustedIssuer::new(name.to_owned(), None, "{}".to_owned(), issuer)
        };
        let issuers = Issuers {
            better_auth: IssuerTrust {
                subject_prefix: SubjectPrefix::parse("app:".to_owned()).unwrap(),
                trust_role: false,
            },
            trusted: vec![trusted("plain", ""), trusted("access", "access:")],
        };
        let user = |signer, subject: &str| {
            let user = issuers.user_id(signer, Subject::parse(subject.to_owned()).unwrap());
            user.map(|user| user.as_str().to_owned())
        };
        let signer = |index: usize| issuers.trusted.get(index).map(Signer::Trusted).unwrap();
        for (subject, named) in [
            ("ada", Some("ada")),
            ("access:ada", None),
            ("access:", None),
            ("app:ada", None),
        ] {
            assert_eq!(user(Signer::Own, subject).as_deref(), named);
            assert_eq!(user(signer(0), subject).as_deref(), named);
            assert_eq!(user(signer(1), subject), Some(format!("access:{subject}")));
            assert_eq!(user(Signer::BetterAuth, subject), Some(format!("app:{subject}")));
        }
    }

    #[test]
    fn a_frontends_role_counts_only_where_it_is_trusted() {
        let role = |trust_role, signer, claim: Option<&str>| {
            let mut issuers = Issuers::default();
            issuers.better_auth.trust_role = trust_role;
            issuers.role(signer, claim.map(str::to_owned))
        };
        for claim in [None, Some("admin"), Some("user"), Some("editor")] {
            assert_eq!(role(false, Signer::BetterAuth, claim).as_deref(), Some("user"));
            assert_eq!(role(true, Signer::BetterAuth, claim).as_deref(), claim);
            assert_eq!(role(false, Signer::Own, claim).as_deref(), claim);
        }
    }
}
