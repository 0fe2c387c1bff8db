//! Which of the databases holds a user's sessions and tasks: the user's home. Users themselves are all in `DB`.

/// The highest number of a home.
pub const MAX_HOME: u8 = 99;

/// A database by its number: 0 is `DB`, any other number n is `DB_n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home(u8);

impl Home {
    /// `DB`, where also all users are.
    pub const MAIN: Self = Self(0);

    /// The home of this number; `None` above [`MAX_HOME`].
    pub fn new(number: u8) -> Option<Self> {
        (number <= MAX_HOME).then_some(Self(number))
    }

    /// Parses the name of a binding: `DB`, or `DB_` with a number from 1 without leading zeros.
    pub fn parse(binding: &str) -> Option<Self> {
        match binding.strip_prefix("DB")?.strip_prefix('_') {
            None => (binding == "DB").then_some(Self::MAIN),
            Some(digits) => {
                let home = digits.parse().ok().and_then(Self::new)?;
                (home.binding() == binding).then_some(home)
            }
        }
    }

    /// The number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The name of its binding in wrangler.toml.
    pub fn binding(self) -> String {
        match self.0 {
            0 => "DB".to_owned(),
            number => format!("DB_{number}"),
        }
    }
}

/// The databases of a deployment.
#[derive(Debug)]
pub struct Homes {
    /// How many homes are bound besides `DB`: `DB_1` to the one of this number.
    pub bound: u8,
    /// The homes of new users, at least one.
    pub open: Vec<Home>,
}

impl Homes {
    /// Whether `DB` is the only database, so that every user is at home in it.
    pub fn is_single(&self) -> bool {
        self.bound == 0
    }

    /// Every home, `DB` first.
    pub fn all(&self) -> impl Iterator<Item = Home> {
        (0..=self.bound).map(Home)
    }

    /// Chooses the home of a new user by a random byte.
    pub fn choose(&self, random: u8) -> Home {
        let index = usize::from(random).checked_rem(self.open.len()).unwrap_or_default();
        self.open.get(index).copied().unwrap_or(Home::MAIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::ids::UserId, platform::clock::Timestamp};

    #[test]
    fn a_user_id_names_its_home() {
        let now = Timestamp::from_milliseconds(1_795_206_300_123);
        for number in [0, 1, 7, 99] {
            let home = Home::new(number);
            let id = home.map(|home| UserId::new(now, &[255; 10], home));
            assert_eq!(id.as_ref().and_then(UserId::home), home, "{id:?}");
        }
        let main = UserId::new(now, &[0; 10], Home::MAIN);
        let other = UserId::new(now, &[255; 10], Home(42));
        assert_eq!(
            main.as_str().get(..13),
            other.as_str().get(..13),
            "both begin with the time"
        );
        assert_eq!(other.as_str().get(14..18), Some("802a"));
    }

    #[test]
    fn other_ids_name_no_home() {
        for id in [
            "6f9619ff-8b86-4011-b42d-00c04fc964ff",
            "0192f0a1-7c3b-8000-8abc-000000000000",
            "0192f0a1-7c3b-8064-8abc-000000000000",
            "0192f0a1-7c3b-8fff-8abc-000000000000",
            "0192f0a17c3b80018abc000000000000",
            "{0192f0a1-7c3b-8001-8abc-000000000000}",
            "urn:uuid:0192f0a1-7c3b-8001-8abc-000000000000",
            "019b76da-a7ff-8001-8abc-000000000000",
            "04000000-0000-8001-8abc-000000000000",
            "01a21446-6032-8001-0abc-000000000000",
            "auth0|0192f0a1",
            "k5vK9q2nGZc8B1r0hT7uYwXeJdLmPsQa",
        ] {
            let id = UserId::from_row(id.to_owned());
            assert_eq!(id.as_ref().and_then(UserId::home), None, "{id:?}");
        }
    }

    #[test]
    fn parses_the_names_of_bindings() {
        assert_eq!(Home::parse("DB"), Some(Home::MAIN));
        assert_eq!(Home::parse("DB_12"), Some(Home(12)));
        for other in ["", "DB_", "DB_0", "DB_01", "DB_+1", "DB_100", "DB_256", "DB1", "db_1"] {
            assert_eq!(Home::parse(other), None, "{other}");
        }
    }
}
