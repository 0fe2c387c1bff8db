//! bcrypt (Provos and Mazières, 1999), as passlib, pyca/bcrypt, Supabase, PHP and many others store it. The crate `blowfish`
//! computes its key schedule.

use super::encoding::decode_bcrypt_base64;
use blowfish::Blowfish;

/// The highest cost: 2^14 rounds bound the CPU time of one sign-in. Each step doubles it; most libraries use 10 or 12.
const MAX_COST: u32 = 14;
const MIN_COST: u32 = 4;
/// bcrypt uses no more of a password, the NUL byte that ends it included. Libraries ignore the rest, or accept none.
const MAX_KEY_BYTES: usize = 72;
const SALT_CHARACTERS: usize = 22;
/// The last of the 24 bytes is not stored.
const TAG_BYTES: usize = 23;
/// `OrpheanBeholderScryDoubt`, which is encrypted 64 times.
const PLAINTEXT: [[u32; 2]; 3] = [
    [0x4f72_7068, 0x6561_6e42],
    [0x6568_6f6c, 0x6465_7253],
    [0x6372_7944, 0x6f75_6274],
];

pub struct Bcrypt {
    cost: u32,
    salt: [u8; 16],
}

impl Bcrypt {
    /// Parses `$2b$<cost>$<salt><tag>`. `$2a$`, `$2b$` and `$2y$` are names of one computation; `$2x$` is of a faulty one.
    pub fn parse(stored: &str) -> Option<(Self, [u8; TAG_BYTES])> {
        let rest = ["$2a$", "$2b$", "$2y$"]
            .iter()
            .find_map(|prefix| stored.strip_prefix(prefix))?;
        let (cost, encoded) = rest.split_once('$')?;
        let (salt, tag) = encoded.split_at_checked(SALT_CHARACTERS)?;
        let is_cost = cost.len() == 2 && cost.bytes().all(|byte| byte.is_ascii_digit());
        let cost = cost.parse().ok().filter(|_| is_cost)?;
        let (salt, tag) = (decode_bcrypt_base64(salt)?, decode_bcrypt_base64(tag)?);
        (MIN_COST..=MAX_COST)
            .contains(&cost)
            .then_some((Self { cost, salt }, tag))
    }

    pub fn compute(&self, password: &[u8]) -> [u8; TAG_BYTES] {
        let mut key = [password, &[0]].concat();
        key.truncate(MAX_KEY_BYTES);
        let mut state = Blowfish::bc_init_state();
        state.salted_expand_key(&self.salt, &key);
        for _ in 0..1_u32 << self.cost {
            state.bc_expand_key(&key);
            state.bc_expand_key(&self.salt);
        }
        let encrypted = PLAINTEXT.map(|block| {
            (0..64)
                .fold(block, |block, _| state.bc_encrypt(block))
                .map(u32::to_be_bytes)
        });
        let mut tag = [0; TAG_BYTES];
        tag.iter_mut()
            .zip(encrypted.as_flattened().as_flattened())
            .for_each(|(to, byte)| *to = *byte);
        tag
    }
}
