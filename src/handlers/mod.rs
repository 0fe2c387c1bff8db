//! Handlers, one file per group of routes: parse the request, call the store, build the response.

pub mod accounts;
pub mod active_sessions;
pub mod admin;
mod current_password;
pub mod deletion;
pub mod docs;
pub mod email_change;
mod email_limit;
pub mod email_verification;
pub mod export;
pub mod health;
pub mod oauth;
#[cfg(test)]
mod openapi_tests;
pub mod password;
pub mod password_reset;
pub mod sessions;
pub mod signin;
mod signin_attempt;
pub mod tasks;
pub mod users;
