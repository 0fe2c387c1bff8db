//! Emails about an account: what each message says, and how it is sent. The templates lie in `templates/`.
//!
//! A message contains no name and no other text that a stranger could choose, except the address that it goes to: a sign-up with
//! somebody else's address must not carry anybody's words to them.

mod render;

use crate::{
    config::email::EmailSettings,
    platform::{
        bindings::{self, binding},
        ffi,
    },
};
use render::Template;
use serde::Serialize;
use std::fmt::Write;
use worker::Env;

/// A message that somebody asked for, or a notice.
#[derive(Clone, Copy, Debug)]
pub enum Message<'a> {
    /// The link that verifies an address; the text is its token, as in the next two.
    VerifyEmail(&'a str),
    /// The link that sets a new password.
    ResetPassword(&'a str),
    /// The link that makes the recipient's address that of an account.
    ChangeEmail(&'a str),
    /// The recipient has an account, but somebody tried to use the address for another one.
    AlreadyRegistered,
    /// Something happened to the recipient's account.
    Notice(Notice),
}

/// What happened to an account. Always sent, and counted for no limit.
#[derive(Clone, Copy, Debug)]
pub enum Notice {
    /// The password was changed by its owner.
    PasswordChanged,
    /// The password was replaced through a link.
    PasswordReset,
    /// A link was sent that changes the address.
    EmailChangeRequested,
    /// The account has another address now.
    EmailChanged,
    /// The account is gone.
    AccountDeleted,
}

const SECURE_ACCOUNT: &str =
    "If that was you, there is nothing to do. If it was not, choose a new password at once, which signs out everybody:";

impl Notice {
    /// The subject, what happened, and what to do if it was somebody else.
    const fn texts(self) -> [&'static str; 3] {
        match self {
            Self::PasswordChanged => [
                "Your password was changed",
                "The password of the account of {address} was changed, and all other devices were signed out.",
                SECURE_ACCOUNT,
            ],
            Self::PasswordReset => [
                "Your password was reset",
                "A new password was chosen for the account of {address} by a link in an email, and all devices were signed out.",
                SECURE_ACCOUNT,
            ],
            Self::EmailChangeRequested => [
                "A change of your email address was requested",
                "Somebody who is signed in asked to replace {address} as the address of your account. A link was sent to the new address.",
                SECURE_ACCOUNT,
            ],
            Self::EmailChanged => [
                "Your email address was changed",
                "{address} is no longer the address of your account: another one was confirmed in its place.",
                "If that was you, there is nothing to do. If it was not, ask the people who run this service for help:",
            ],
            Self::AccountDeleted => [
                "Your account was deleted",
                "The account of {address} was deleted, with everything in it.",
                "If that was not you, an administrator did it, or somebody who knows your password: then choose another one wherever else you use it. The service is here:",
            ],
        }
    }
}

impl Message<'_> {
    fn render(&self, recipient: &str, app_url: &str) -> (String, String, String) {
        let (template, page) = match self {
            Self::VerifyEmail(token) => (Template::VerifyEmail, Some(("/verify-email", token))),
            Self::ResetPassword(token) => (Template::ResetPassword, Some(("/reset-password", token))),
            Self::ChangeEmail(token) => (Template::ChangeEmail, Some(("/confirm-email", token))),
            Self::AlreadyRegistered => (Template::AlreadyRegistered, None),
            Self::Notice(notice) => (Template::Notice(notice.texts()), None),
        };
        let mut link = app_url.to_owned();
        if let Some((path, token)) = page {
            // Writing to a String cannot fail. A token needs no escaping: base64url and dots.
            let _ = write!(link, "{path}?token={token}");
        }
        template.render(recipient, &link)
    }
}

/// The sender as the binding takes it: an address, or an object with a name.
#[derive(Serialize)]
#[serde(untagged)]
enum From<'a> {
    Address(&'a str),
    Named { email: &'a str, name: &'a str },
}

#[derive(Serialize)]
struct Headers {
    /// RFC 3834, section 5: no responder may answer.
    #[serde(rename = "Auto-Submitted")]
    auto_submitted: &'static str,
}

/// What the binding's `send` takes.
#[derive(Serialize)]
struct Outgoing<'a> {
    from: From<'a>,
    to: &'a str,
    subject: &'a str,
    text: &'a str,
    html: &'a str,
    headers: Headers,
}

/// A rendered message. Its Debug would print the token of a link, so it has none.
pub struct RenderedEmail(String);

impl RenderedEmail {
    /// Renders a message to the recipient.
    ///
    /// # Errors
    /// Where the message cannot be serialized to JSON.
    pub fn new(settings: &EmailSettings, recipient: &str, message: Message<'_>) -> Result<Self, serde_json::Error> {
        let (subject, text, html) = message.render(recipient, &settings.app_url);
        let outgoing = Outgoing {
            from: match &settings.from.name {
                Some(name) => From::Named {
                    email: &settings.from.address,
                    name,
                },
                None => From::Address(&settings.from.address),
            },
            to: recipient,
            subject: &subject,
            text: &text,
            html: &html,
            headers: Headers {
                auto_submitted: "auto-generated",
            },
        };
        serde_json::to_string(&outgoing).map(Self)
    }

    /// Sends the message after the response. Whether that succeeds changes nothing for the client: a failure is logged.
    pub fn send(&self, env: &Env, request_id: &str) {
        if let Some(binding) = binding(env, bindings::EMAIL) {
            ffi::send_email(&binding, &self.0, request_id);
        }
    }
}

#[cfg(test)]
mod tests;
