//! Remembers accepted tokens, so that an isolate verifies the signature of each one only once. An entry is found by the whole
//! text, and only while everything that may have changed since still holds; otherwise the token is verified as if it were new,
//! so that a rejection never comes from here.

use crate::platform::key_set::KeySetVersion;
use std::{cell::RefCell, fmt, rc::Rc};

/// A power of two.
const MAX_TOKENS: usize = 1_024;
/// With the number of tokens it bounds the memory. Tokens of the usual issuers have 0.3 to 2 KiB.
const MAX_TOKEN_BYTES: usize = 4 * 1024;
/// 2^64 divided by the golden ratio: the upper bits of the product depend on all bits of a tail (Fibonacci hashing).
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// The accepted tokens of an isolate, each with its user `U`; the oldest makes room for the newest. Debug prints none.
pub struct VerifiedTokens<U>(RefCell<Memory<U>>);

/// A ring of entries, numbered from 1 in their order, and chains through it. A map of the standard library would add 5 KiB to
/// the bundle.
struct Memory<U> {
    ring: Vec<Verified<U>>,
    /// The number of the newest entry of each chain; zero where there is none.
    chains: Vec<usize>,
    /// The number of the newest entry.
    newest: usize,
}

struct Verified<U> {
    token: Box<str>,
    user: Rc<U>,
    /// The keys of the trusted issuer; `None` for a secret, which lasts as long as the isolate.
    keys: Option<KeySetVersion>,
    /// The number of the next older entry of the chain.
    older: usize,
}

impl<U> Default for VerifiedTokens<U> {
    fn default() -> Self {
        Self(RefCell::new(Memory {
            ring: Vec::new(),
            chains: Vec::new(),
            newest: 0,
        }))
    }
}

impl<U> VerifiedTokens<U> {
    /// The user with this token, if it was accepted before and `is_valid` now under the same keys; the session is not checked.
    pub(super) fn find(&self, token: &str, is_valid: impl FnOnce(&U) -> bool) -> Option<Rc<U>> {
        let memory = self.0.borrow();
        let verified = memory.ring.get(memory.position(token)?)?;
        let is_valid = is_valid(&verified.user) && verified.keys.as_ref().is_none_or(KeySetVersion::is_current);
        is_valid.then(|| Rc::clone(&verified.user))
    }

    /// Remembers a token that was accepted just now.
    pub(super) fn remember(&self, token: &str, user: &Rc<U>, keys: Option<KeySetVersion>) {
        if token.len() <= MAX_TOKEN_BYTES {
            self.0.borrow_mut().insert(token, Rc::clone(user), keys);
        }
    }
}

impl<U> Memory<U> {
    /// Where in the ring the token is.
    fn position(&self, token: &str) -> Option<usize> {
        let mut number = *self.chains.get(chain_of(token))?;
        // Older entries have been overwritten, and whatever follows one of them in its chain is older still.
        while number > self.newest.saturating_sub(MAX_TOKENS) {
            let position = (number - 1) % MAX_TOKENS;
            let verified = self.ring.get(position)?;
            if ct_eq(verified.token.as_bytes(), token.as_bytes()) {
                return Some(position);
            }
            number = verified.older;
        }
        None
    }

    fn insert(&mut self, token: &str, user: Rc<U>, keys: Option<KeySetVersion>) {
        if let Some(known) = self.position(token).and_then(|position| self.ring.get_mut(position)) {
            (known.user, known.keys) = (user, keys);
            return;
        }
        self.chains.resize(MAX_TOKENS, 0);
        let Some(chain) = self.chains.get_mut(chain_of(token)) else {
            return;
        };
        let position = self.newest % MAX_TOKENS;
        self.newest += 1;
        let verified = Verified {
            token: token.into(),
            user,
            keys,
            older: std::mem::replace(chain, self.newest),
        };
        match self.ring.get_mut(position) {
            Some(oldest) => *oldest = verified,
            None => self.ring.push(verified),
        }
    }
}

impl<U> fmt::Debug for VerifiedTokens<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifiedTokens")
    }
}

/// The chain of a token, by its last bytes. They are of the signature, which nobody can choose but who signs, so that a stranger
/// cannot make a chain long.
fn chain_of(token: &str) -> usize {
    let tail = token
        .as_bytes()
        .last_chunk()
        .map_or(0, |tail| u64::from_le_bytes(*tail));
    (tail.wrapping_mul(MULTIPLIER) >> (u64::BITS - MAX_TOKENS.ilog2())) as usize
}

/// Compares in constant time: how long it takes must not tell how much of a signature was guessed. By words, since a token has
/// hundreds of bytes.
fn ct_eq(left: &[u8], right: &[u8]) -> bool {
    let ((left_words, left_rest), (right_words, right_rest)) = (left.as_chunks::<8>(), right.as_chunks::<8>());
    let words = left_words.iter().zip(right_words).fold(0, |difference, (left, right)| {
        difference | (u64::from_ne_bytes(*left) ^ u64::from_ne_bytes(*right))
    });
    let rest = left_rest
        .iter()
        .zip(right_rest)
        .fold(0, |difference, (left, right)| difference | (left ^ right));
    left.len() == right.len() && (words | u64::from(rest)) == 0
}

#[cfg(test)]
mod tests;
