//! Conditional requests (RFC 9110, section 13.1.2): whether a client already has the representation that it asks for.

/// Whether `If-None-Match` names this `ETag`, by weak comparison (RFC 9110, section 8.8.3.2): a proxy that compresses a response
/// weakens its tag.
pub fn matches(if_none_match: &str, etag: &str) -> bool {
    if_none_match.trim() == "*" || opaque_tags(if_none_match).any(|tag| opaque_tags(etag).next() == Some(tag))
}

/// What is between the quotes of each tag. A comma may be part of a tag, so the list cannot be split at its commas.
fn opaque_tags(list: &str) -> impl Iterator<Item = &str> {
    list.split('"').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_tag_matches_alone_in_a_list_and_weakly() {
        for same in [
            "\"a,b\"",
            "W/\"a,b\"",
            "\"x\", W/\"y\" ,\"a,b\"",
            "\"x\",\"a,b\",",
            " * ",
        ] {
            assert!(matches(same, "\"a,b\""), "{same}");
            assert!(matches(same, "W/\"a,b\""), "{same}");
        }
    }

    #[test]
    fn another_tag_does_not_match() {
        for other in [
            "",
            "\"a\"",
            "\"b\"",
            "a,b",
            "\"A,B\"",
            "\"a,bc\"",
            "\"*\"",
            "\"\"",
            "W/",
            "\"x\"a,b\"y\"",
        ] {
            assert!(!matches(other, "\"a,b\""), "{other}");
        }
    }

    #[test]
    fn a_representation_without_a_tag_matches_only_the_asterisk() {
        assert!(matches("*", ""));
        for tag in ["", "\"\"", "\"a\""] {
            assert!(!matches(tag, ""), "{tag}");
        }
    }
}
