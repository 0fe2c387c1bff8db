//! A screen for each group of routes: parse, call, answer.

pub mod accounts;
#[cfg(test)]
mod description_tests;
pub mod docs;
pub mod health;
pub mod paging;
pub mod replicas;
pub mod sessions;
pub mod tasks;
pub mod tokens;
pub mod users;
