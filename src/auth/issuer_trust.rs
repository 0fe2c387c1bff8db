//! How far an issuer with keys of its own is trusted.

use crate::domain::ids::SubjectPrefix;

/// An issuer with keys of its own, which may be configured to be trusted less than the holders of `JWT_SECRET`.
#[derive(Debug, Default)]
pub struct IssuerTrust {
    /// Put before its subjects.
    pub subject_prefix: SubjectPrefix,
    /// Whether the `role` claim counts.
    pub trust_role: bool,
}
