//! Fills a template: once as plain text, once as HTML, from the same sentences.
//!
//! A template is a subject, an empty line, and paragraphs. A paragraph that is only `{link}` becomes a button in HTML.

use std::borrow::Cow;

const LAYOUT: &str = include_str!("templates/layout.html");
const LINK: &str = "{link}";

/// The templates.
#[derive(Clone, Copy)]
pub enum Template {
    /// Verifies an address.
    VerifyEmail,
    /// Sets a new password.
    ResetPassword,
    /// Changes an address.
    ChangeEmail,
    /// The address has an account.
    AlreadyRegistered,
    /// The subject, what happened, and what to do about it.
    Notice([&'static str; 3]),
}

impl Template {
    fn text(self) -> Cow<'static, str> {
        match self {
            Self::VerifyEmail => include_str!("templates/verify-email.txt").into(),
            Self::ResetPassword => include_str!("templates/reset-password.txt").into(),
            Self::ChangeEmail => include_str!("templates/change-email.txt").into(),
            Self::AlreadyRegistered => include_str!("templates/already-registered.txt").into(),
            Self::Notice([subject, event, advice]) => include_str!("templates/notice.txt")
                .replace("{subject}", subject)
                .replace("{event}", event)
                .replace("{advice}", advice)
                .into(),
        }
    }

    /// Returns the subject, the text and the HTML. Neither the recipient's address nor the link is searched for placeholders.
    pub fn render(self, recipient: &str, link: &str) -> (String, String, String) {
        let template = self.text();
        let mut paragraphs = template.trim_end().split("\n\n");
        let subject = paragraphs.next().unwrap_or_default();
        let (mut text, mut body) = (String::new(), String::new());
        for paragraph in paragraphs {
            if paragraph == LINK {
                push_all(&mut text, &[link, "\n\n"]);
                let link = escape(link);
                push_all(
                    &mut body,
                    &[
                        "<p><a class=\"button\" href=\"",
                        &link,
                        "\">",
                        subject_action(subject),
                        "</a></p>\n",
                    ],
                );
                push_all(
                    &mut body,
                    &["<p class=\"address\"><a href=\"", &link, "\">", &link, "</a></p>\n"],
                );
            } else {
                push_all(&mut text, &[&paragraph.replace("{address}", recipient), "\n\n"]);
                push_all(
                    &mut body,
                    &[
                        "<p>",
                        &escape(paragraph).replace("{address}", &escape(recipient)),
                        "</p>\n",
                    ],
                );
            }
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        let html = LAYOUT.replace("{title}", subject).replace("{body}", body.trim_end());
        (subject.to_owned(), text, html)
    }
}

/// The words of the button: a subject that asks for something says it already.
fn subject_action(subject: &str) -> &str {
    match subject.starts_with("Your ") || subject.starts_with("You ") || subject.starts_with("A ") {
        true => "Open the service",
        false => subject,
    }
}

fn push_all(target: &mut String, parts: &[&str]) {
    for part in parts {
        target.push_str(part);
    }
}

/// Escapes text for HTML, attributes included.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
