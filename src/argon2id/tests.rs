//! Compares every tag with the one that the crate `argon2` computes.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::{memory, tag};
use argon2::{
    Algorithm, Argon2, AssociatedData, KeyId, Params, ParamsBuilder, PasswordHasher, PasswordVerifier, Version,
    password_hash::{Error, phc::PasswordHash},
};

fn params(memory: u32, passes: u32, tag_bytes: Option<usize>) -> Params {
    Params::new(memory, passes, 1, tag_bytes).unwrap()
}

fn assert_same_tag(password: &[u8], salt: &[u8], params: &Params) {
    let reference = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let expected = reference.hash_password_with_salt(password, salt).unwrap().hash;
    let context = format!("{params:?}, {} and {} bytes", password.len(), salt.len());
    assert_eq!(Some(tag(password, salt, params).unwrap()), expected, "{context}");
}

/// Covers segments from 2 blocks to more than two blocks of 128 addresses, and sizes that are not a multiple of 4.
#[test]
fn matches_the_crate_for_any_memory_and_passes() {
    for memory in (8..=40).chain([63, 64, 511, 516, 1027]) {
        for passes in 1..=4 {
            assert_same_tag(b"password", b"somesaltsomesalt", &params(memory, passes, None));
        }
    }
}

/// Covers lengths around BLAKE2b's block of 128 bytes.
#[test]
fn matches_the_crate_for_any_password_and_salt() {
    let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
    for password in [0, 1, 7, 60, 63, 64, 84, 127, 128, 129, 255, 256, 512, 1000] {
        for salt in [8, 9, 16, 31, 32, 47, 48] {
            let (password, salt) = (bytes.get(..password).unwrap(), bytes.get(..salt).unwrap());
            assert_same_tag(password, salt, &params(8, 1, None));
        }
    }
}

#[test]
fn computes_every_tag_length_that_a_phc_string_can_hold() {
    for tag_bytes in 10..=64 {
        assert_same_tag(b"password", b"somesaltsomesalt", &params(9, 1, Some(tag_bytes)));
    }
    for tag_bytes in [4, 9, 65, 1024, 1 << 20] {
        let result = tag(b"password", b"somesaltsomesalt", &params(8, 1, Some(tag_bytes)));
        assert_eq!(result, Err(Error::OutputSize), "{tag_bytes}");
    }
}

#[test]
fn keeps_the_memory_of_the_largest_hash() {
    for memory in [16, 64, 8] {
        tag(b"password", b"somesaltsomesalt", &params(memory, 1, None)).unwrap();
    }
    let blocks = memory::take(8).unwrap();
    assert!(blocks.is_empty() && blocks.capacity() >= 64, "{}", blocks.capacity());
}

#[test]
fn matches_the_crate_with_associated_data_and_key_identifier() {
    let mut builder = ParamsBuilder::new();
    builder
        .m_cost(16)
        .t_cost(2)
        .p_cost(1)
        .keyid(KeyId::new(b"key").unwrap());
    assert_same_tag(b"password", b"somesaltsomesalt", &builder.build().unwrap());
    builder.data(AssociatedData::new(&[7; 32]).unwrap());
    assert_same_tag(b"password", b"somesaltsomesalt", &builder.build().unwrap());
}

#[test]
fn verifies_the_crates_hashes_and_the_reverse() {
    let params = params(77, 3, None);
    let reference = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let mut hash: PasswordHash = reference
        .hash_password_with_salt(b"password", b"somesaltsomesalt")
        .unwrap();
    assert_eq!(Some(tag(b"password", b"somesaltsomesalt", &params).unwrap()), hash.hash);
    hash.hash = Some(tag(b"another", b"somesaltsomesalt", &params).unwrap());
    assert_eq!(Argon2::default().verify_password(b"another", &hash), Ok(()));
    assert_eq!(
        Argon2::default().verify_password(b"password", &hash),
        Err(Error::PasswordInvalid)
    );
}

#[test]
fn computes_several_lanes_by_the_crate() {
    assert_same_tag(b"password", b"somesaltsomesalt", &Params::new(64, 1, 2, None).unwrap());
    assert_same_tag(
        b"password",
        b"somesaltsomesalt",
        &Params::new(77, 3, 4, Some(64)).unwrap(),
    );
}
