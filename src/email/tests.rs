//! Tests that render each message and look at it.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use crate::config::email::Sender;
use serde_json::Value;

const APP_URL: &str = "https://app.example.com";
const NOTICES: [Notice; 5] = [
    Notice::PasswordChanged,
    Notice::PasswordReset,
    Notice::EmailChangeRequested,
    Notice::EmailChanged,
    Notice::AccountDeleted,
];

fn render(recipient: &str, message: Message<'_>) -> Value {
    let settings = EmailSettings {
        from: Sender {
            address: "hello@example.com".to_owned(),
            name: Some("Example".to_owned()),
        },
        app_url: APP_URL.to_owned(),
    };
    serde_json::from_str(&RenderedEmail::new(&settings, recipient, message).unwrap().0).unwrap()
}

fn all() -> Vec<Message<'static>> {
    let messages = [
        Message::VerifyEmail("a.b.c"),
        Message::ResetPassword("a.b.c"),
        Message::ChangeEmail("a.b.c"),
        Message::AlreadyRegistered,
    ];
    messages.into_iter().chain(NOTICES.map(Message::Notice)).collect()
}

#[test]
fn each_message_has_a_subject_a_text_and_html_with_the_same_words() {
    for message in all() {
        let email = render("ada@example.com", message);
        let [subject, text, html] = ["subject", "text", "html"].map(|name| email.get(name).unwrap().as_str().unwrap());
        assert!((5..70).contains(&subject.len()) && !subject.contains('\n'), "{subject}");
        assert!(
            text.contains("ada@example.com") && html.contains("ada@example.com"),
            "{text}"
        );
        assert!(html.contains(&format!("<title>{subject}</title>")), "{html}");
        for sentence in text.split("\n\n").filter(|paragraph| !paragraph.starts_with("http")) {
            assert!(
                html.contains(&format!("<p>{}</p>", sentence.trim_end())),
                "{sentence}\n{html}"
            );
        }
        for rendered in [text, html] {
            assert!(
                !rendered.contains("{address}") && !rendered.contains("{link}"),
                "{rendered}"
            );
            assert!(
                !rendered.contains("{body}") && !rendered.contains("{title}"),
                "{rendered}"
            );
        }
        assert_eq!(email.pointer("/headers/Auto-Submitted").unwrap(), "auto-generated");
        assert_eq!(email.pointer("/from/email").unwrap(), "hello@example.com");
        assert_eq!(email.pointer("/from/name").unwrap(), "Example");
    }
}

#[test]
fn a_link_leads_to_its_page_of_the_frontend() {
    for (message, path) in [
        (Message::VerifyEmail("a.b.c"), "/verify-email?token=a.b.c"),
        (Message::ResetPassword("a.b.c"), "/reset-password?token=a.b.c"),
        (Message::ChangeEmail("a.b.c"), "/confirm-email?token=a.b.c"),
        (Message::AlreadyRegistered, ""),
        (Message::Notice(Notice::PasswordReset), ""),
    ] {
        let email = render("ada@example.com", message);
        let link = format!("{APP_URL}{path}");
        let text = email.get("text").unwrap().as_str().unwrap();
        assert!(text.lines().any(|line| line == link), "{text}");
        assert!(
            email
                .get("html")
                .unwrap()
                .as_str()
                .unwrap()
                .contains(&format!("href=\"{link}\""))
        );
    }
}

#[test]
fn html_loads_nothing_and_suits_dark_mode() {
    for message in all() {
        let email = render("ada@example.com", message);
        let html = email.get("html").unwrap().as_str().unwrap();
        for remote in ["<img", "<script", "<link", "url(", "@import", "src="] {
            assert!(!html.contains(remote), "{remote}");
        }
        assert!(html.contains("<meta name=\"color-scheme\" content=\"light dark\">"));
        assert!(html.contains("@media (prefers-color-scheme: dark)"));
    }
}

#[test]
fn an_address_is_escaped_and_never_filled_in() {
    let email = render("{link}&'{title}@example.com", Message::VerifyEmail("a.b.c"));
    let html = email.get("html").unwrap().as_str().unwrap();
    assert!(html.contains("that {link}&amp;&#39;{title}@example.com is"), "{html}");
    let text = email.get("text").unwrap().as_str().unwrap();
    assert!(text.contains("that {link}&'{title}@example.com is"), "{text}");
}
