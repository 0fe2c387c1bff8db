//! The type of a statement, which only the macro below constructs, and the macro that lists the statements of a file.

/// Constant SQL, with a parameter for every value.
#[derive(Clone, Copy, Debug)]
pub struct Statement(pub(super) &'static str);

impl Statement {
    /// The SQL text.
    pub const fn sql(self) -> &'static str {
        self.0
    }
}

macro_rules! statements {
    ($($(#[$comment:meta])+ $name:ident = $($sql:expr),+;)+) => {
        $($(#[$comment])+ pub const $name: Statement = Statement(concat!($($sql),+));)+

        /// Every statement of this file by its name.
        pub const ALL: &[(&str, Statement)] = &[$((stringify!($name), $name)),+];
    };
}
