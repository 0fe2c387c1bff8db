//! The databases of a deployment: `DB` with all users, and, where wrangler.toml binds them, the homes with the sessions and tasks
//! of other users than its own. With `DB` alone nothing here waits or asks.

use super::{Store, StoreError, Value, accounts::Account, first, statements, unexpected_row};
use crate::{
    domain::{
        home::{Home, Homes},
        ids::UserId,
    },
    platform::{bindings::DATABASE, ffi, random},
};
use js_sys::{JsString, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;

/// The databases that the Worker reaches through its bindings.
#[derive(Clone, Copy)]
pub struct Databases<'a> {
    env: &'a Env,
    homes: &'a Homes,
}

/// What decides the home of a user whose id names none.
#[derive(Clone, Copy)]
enum Decision {
    /// Nothing yet: the request only reads.
    None,
    /// A write.
    Write,
    /// A sign-in, of a user of this version.
    SignIn(u64),
}

impl<'a> Databases<'a> {
    /// Takes the Worker's bindings, and which of them the settings found.
    pub fn new(env: &'a Env, homes: &'a Homes) -> Self {
        Self { env, homes }
    }

    /// Opens `DB`.
    ///
    /// # Errors
    /// If the binding is missing.
    pub fn main(self) -> Result<Store, StoreError> {
        Store::from_env(self.env)
    }

    /// Every home, `DB` first.
    pub fn homes(self) -> impl Iterator<Item = Home> {
        self.homes.all()
    }

    /// Opens the home of a user; `None` is `DB`. Waits, once an isolate and user, only for one whose id names no home.
    ///
    /// # Errors
    /// [`StoreError`], also where the home is not bound: the user's tasks are in no other database.
    pub async fn home_of(self, user: &UserId) -> Result<Option<Store>, StoreError> {
        let home = self.find_home(user, Decision::None).await?;
        self.open(home.unwrap_or(Home::MAIN))
    }

    /// Opens the home of a user, `DB` included.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn home_store(self, user: &UserId) -> Result<Store, StoreError> {
        match self.home_of(user).await? {
            Some(home) => Ok(home),
            None => self.main(),
        }
    }

    /// Opens a home for a write, the first of which decides the home of a user whose id names none.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn home_to_write(self, user: &UserId) -> Result<Option<Store>, StoreError> {
        let home = self.find_home(user, Decision::Write).await?;
        self.open(home.unwrap_or(Home::MAIN))
    }

    /// The home of a user who signs in, which decides it as a write does; `None` if the user has changed since the account was read.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn home_to_sign_in(self, account: &Account) -> Result<Option<Home>, StoreError> {
        self.find_home(&account.id, Decision::SignIn(account.version)).await
    }

    async fn find_home(self, user: &UserId, decision: Decision) -> Result<Option<Home>, StoreError> {
        if self.homes.is_single() {
            // Of a deployment that binds no further database any more, its users must not begin anew in `DB`.
            return Ok(Some(user.home().unwrap_or(Home::MAIN)));
        }
        let known = user
            .home()
            .or_else(|| ffi::known_home(user.as_str()).and_then(Home::new));
        if known.is_some() {
            return Ok(known);
        }
        let [random] = random::bytes().map_err(|error| StoreError::Failed(error.to_string()))?;
        let home = self
            .main()?
            .stored_home(user, decision, self.homes.choose(random))
            .await?;
        if let Some(home) = home {
            ffi::remember_home(user.as_str(), home.number());
        }
        Ok(home)
    }

    /// Opens a home; `None` is `DB`.
    ///
    /// # Errors
    /// If it is not bound.
    pub fn open(self, home: Home) -> Result<Option<Store>, StoreError> {
        if home == Home::MAIN {
            return Ok(None);
        }
        let name = home.binding();
        let database = Reflect::get(self.env, &JsValue::from_str(&name)).ok();
        match database.filter(|database| !database.is_undefined()) {
            Some(database) => Ok(Some(Store(database.unchecked_into()))),
            None => Err(StoreError::Failed(format!(
                "the D1 binding {name} is missing from wrangler.toml, beside {DATABASE}: users are at home in it"
            ))),
        }
    }
}

impl Store {
    /// Reads the home of a user whose id names none, or decides it.
    async fn stored_home(&self, user: &UserId, decision: Decision, new_home: Home) -> Result<Option<Home>, StoreError> {
        let subject = Value::Text(user.as_str());
        let home = Value::Number(new_home.number().into());
        let rows = match decision {
            Decision::None => self.read(&self.bind(statements::HOME, &[subject])?).await?,
            Decision::Write => {
                self.write(&self.bind(statements::ASSIGN_HOME, &[subject, home])?)
                    .await?
            }
            Decision::SignIn(version) => {
                let values = [subject, home, Value::Number(version)];
                self.write(&self.bind(statements::ASSIGN_HOME_OF_USER, &values)?)
                    .await?
            }
        };
        let parse = |number: JsString| String::from(number).parse().ok().and_then(Home::new);
        let home = first(&rows)?.map(|number| parse(number).ok_or_else(unexpected_row));
        home.transpose()
    }
}
