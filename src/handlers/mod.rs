//! A screen for each group of routes: parse, call, answer.

pub mod auth;
pub mod health;
pub mod tasks;
