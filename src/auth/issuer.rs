//! What the signer of a token decides about its user: the prefix before the `sub`, so that two issuers' equal subjects are
//! two users, and whether the `role` claim counts.

use crate::domain::ids::{Subject, SubjectPrefix, UserId};

/// The role of a user whose issuer's `role` claim does not count.
const USER: &str = "user";

/// Whose secret has signed a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// This service, or another holder of `JWT_SECRET`.
    Own,
    /// A Better Auth frontend.
    BetterAuth,
}

/// An issuer with keys of its own, which may be configured to be trusted less than the holders of `JWT_SECRET`.
#[derive(Debug, Default)]
pub struct Issuer {
    /// `BETTER_AUTH_SUBJECT_PREFIX`.
    pub subject_prefix: SubjectPrefix,
    /// `BETTER_AUTH_TRUST_ROLE`: whether the `role` claim counts.
    pub trust_role: bool,
}

/// All issuers besides the holders of `JWT_SECRET`, who have no prefix.
#[derive(Debug, Default)]
pub struct Issuers {
    /// The Better Auth frontend.
    pub better_auth: Issuer,
}

impl Issuers {
    /// The user that a token names; `None` where the subject would name a user of another issuer.
    pub fn user_id(&self, signer: Signer, subject: Subject) -> Option<UserId> {
        let better_auth = &self.better_auth.subject_prefix;
        match signer {
            Signer::BetterAuth => Some(UserId::from_subject(better_auth, subject)),
            Signer::Own if better_auth.begins(&subject) => None,
            Signer::Own => Some(UserId::from_subject(&SubjectPrefix::default(), subject)),
        }
    }

    /// The role that counts here, out of the token's claim.
    pub fn role(&self, signer: Signer, claim: Option<String>) -> Option<String> {
        match signer {
            Signer::BetterAuth if !self.better_auth.trust_role => Some(USER.to_owned()),
            Signer::BetterAuth | Signer::Own => claim,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    fn user(prefix: &str, signer: Signer, subject: &str) -> Option<String> {
        let subject_prefix = SubjectPrefix::parse(prefix.to_owned()).unwrap();
        let issuers = Issuers {
            better_auth: Issuer {
                subject_prefix,
                trust_role: false,
            },
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
