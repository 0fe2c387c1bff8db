//! Tests of the settings of email: when it is configured, and how a sender is written.

use super::*;

/// What the settings say with the binding, or without.
fn read_email(settings: &[(&str, &str)], is_bound: bool) -> (Option<EmailSettings>, Option<EmailVerification>, String) {
    let mut reader = Reader::new(|name| match settings.iter().find(|(set, _)| *set == name) {
        Some((_, value)) => Setting::Text((*value).to_owned()),
        None if name == "EMAIL" && is_bound => Setting::NotText,
        None => Setting::Absent,
    });
    let (email, verification) = read(&mut reader);
    (email, verification, reader.errors().join("; "))
}

const BOTH: [(&str, &str); 2] = [
    ("EMAIL_FROM", "hello@example.com"),
    ("APP_URL", "https://app.example.com/"),
];

#[test]
fn email_needs_the_binding_and_both_settings() {
    let (email, verification, errors) = read_email(&BOTH, true);
    assert_eq!(
        email.map(|email| email.app_url).as_deref(),
        Some("https://app.example.com")
    );
    assert_eq!((verification, errors.as_str()), (Some(EmailVerification::Off), ""));
    for (settings, is_bound) in [(&BOTH[..], false), (&BOTH[..1], true), (&BOTH[1..], true), (&[], true)] {
        let (email, verification, errors) = read_email(settings, is_bound);
        assert!(email.is_none(), "{settings:?}");
        assert_eq!((verification, errors.as_str()), (Some(EmailVerification::Off), ""));
        let required = [settings, &[("EMAIL_VERIFICATION", "required")]].concat();
        let (_, _, errors) = read_email(&required, is_bound);
        assert!(errors.starts_with("EMAIL_VERIFICATION: needs email"), "{errors}");
    }
}

#[test]
fn a_sender_may_have_a_name() {
    let sender = |text| Sender::parse(text).map(|sender| (sender.name, sender.address));
    let hello = || "hello@example.com".to_owned();
    for text in ["Example <hello@example.com>", " \"Example\" <hello@example.com> "] {
        assert_eq!(sender(text), Some((Some("Example".to_owned()), hello())));
    }
    assert_eq!(sender("hello@example.com"), Some((None, hello())));
    assert_eq!(sender("<hello@example.com>"), Some((None, hello())));
    for text in ["hello", "a b@example.com", "a@b, c@d", "x <a@b> <c@d>", "x\ny <a@b>"] {
        assert_eq!(sender(text), None, "{text}");
    }
}
