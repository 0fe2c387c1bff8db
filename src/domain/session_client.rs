//! What users recognize a session by: the program that opened it, and the country that it was opened from.

/// Characters that are kept of a `User-Agent`.
const MAX_USER_AGENT_CHARACTERS: usize = 256;
/// What Cloudflare sends where it knows no country.
const UNKNOWN_COUNTRY: &str = "XX";

/// The client that opens a session, as far as its request says.
#[derive(Debug, PartialEq, Eq)]
pub struct SessionClient<'a> {
    /// The `User-Agent`, cut to 256 characters.
    pub user_agent: Option<&'a str>,
    /// Two letters (ISO 3166-1), or `T1` for the Tor network.
    pub country: Option<&'a str>,
}

impl<'a> SessionClient<'a> {
    /// Creates it from the two headers, empty where they are absent.
    pub fn new(user_agent: &'a str, country: &'a str) -> Self {
        let user_agent = match user_agent.char_indices().nth(MAX_USER_AGENT_CHARACTERS) {
            Some((end, _)) => user_agent.get(..end).unwrap_or_default(),
            None => user_agent,
        };
        let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Self {
            user_agent: Some(user_agent).filter(|text| !text.is_empty()),
            country: Some(country).filter(|country| is_country && *country != UNKNOWN_COUNTRY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_is_cut_between_characters() {
        let long = "\u{1f600}".repeat(257);
        let client = SessionClient::new(&long, "");
        assert_eq!(client.user_agent, long.get(..256 * 4));
        let exact = "a".repeat(256);
        assert_eq!(SessionClient::new(&exact, "").user_agent, Some(exact.as_str()));
    }

    #[test]
    fn only_a_code_of_two_characters_is_a_country() {
        for country in ["DE", "T1"] {
            assert_eq!(SessionClient::new("", country).country, Some(country));
        }
        for other in ["", "XX", "D", "DEU", "D,", "\u{e9}"] {
            assert_eq!(SessionClient::new("", other).country, None, "{other}");
        }
        assert_eq!(SessionClient::new("", "").user_agent, None);
    }
}
