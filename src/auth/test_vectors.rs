//! Runs published test vectors through the code that verifies requests: Wycheproof's JWS and HMAC cases, RFC 7515 and RFC
//! 7520. RFC 9106's vector has four lanes, so it runs through the crate `argon2`, which the tests of [`crate::argon2id`]
//! compare with. `tests/vectors/README.md` names the sources.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test may fail by panicking")]

use super::{
    jws::UntrustedToken,
    keys::{Keyring, Secret, mac},
};
use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::Value;

const JWS: &str = include_str!("../../tests/vectors/json_web_signature_test.json");
const JWK: &str = include_str!("../../tests/vectors/json_web_key_test.json");
const JOSE: &str = include_str!("../../tests/vectors/json_web_crypto_test.json");
const HMAC: &str = include_str!("../../tests/vectors/hmac_sha256_test.json");
const RFC_7515: &str = include_str!("../../tests/vectors/rfc7515_a1.json");
const RFC_7520: &str = include_str!("../../tests/vectors/rfc7520_4_4.json");
const RFC_9106: &str = include_str!("../../tests/vectors/rfc9106_5_3.json");

fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn hex(value: &Value) -> Vec<u8> {
    let digits = text(value);
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

/// Whether the signature layer accepts a token with this secret as `JWT_SECRET`.
fn accepts(secret: &[u8], token: &str) -> bool {
    let Some(secret) = Secret::new(secret) else {
        return false;
    };
    let keys = Keyring::new(secret, None, None);
    UntrustedToken::parse(token)
        .is_ok_and(|untrusted| untrusted.is_signed_by(&keys.current.access_token) && untrusted.payload().is_ok())
}

/// Runs the named cases of a file; returns how many ran.
fn run_jws(file: &str, cases: &[u64]) -> usize {
    let file = parse(file);
    let mut count = 0;
    for group in array(&file["testGroups"]) {
        let key = &group["private"];
        let key = key.get("k").unwrap_or(&key["keys"][0]["k"]);
        let Some(key) = key.as_str() else { continue };
        let secret = Base64UrlUnpadded::decode_vec(key).unwrap();
        for test in array(&group["tests"]) {
            let id = test["tcId"].as_u64().unwrap();
            if !cases.contains(&id) {
                continue;
            }
            let token = test["jws"].as_str().map(str::to_owned);
            let token = token.unwrap_or_else(|| test["jws"].to_string());
            let valid = text(&test["result"]) == "valid";
            assert_eq!(accepts(&secret, &token), valid, "{id}: {}", test["comment"]);
            count += 1;
        }
    }
    count
}

/// Runs the 60 cases with one symmetric key and one correct result. Leaves out of the 75 symmetric ones: signature 367 and
/// 370 (the same bytes as the valid 357), 372 and 373 (valid only for a parser that drops junk characters), key 14 and 15
/// (HS384 and HS512), key 25 and 26 (about a JWK's metadata, which this service does not read), and seven with a set of two
/// keys (key 1 to 4, crypto 47 to 49).
#[test]
fn verifies_wycheproof_json_web_signatures() {
    let range = |from, to| (from..=to).collect::<Vec<u64>>();
    let mut signature = range(1, 17);
    signature.extend([348, 352]);
    signature.extend(range(357, 366));
    signature.extend([368, 369, 371, 374, 375, 376, 377]);
    let count = run_jws(JWS, &signature) + run_jws(JWK, &[10, 11, 12, 13, 16, 17, 18]) + run_jws(JOSE, &range(1, 17));
    assert_eq!(count, 60);
}

#[test]
fn computes_wycheproof_hmac_sha256() {
    let file = parse(HMAC);
    let mut count = 0;
    for group in array(&file["testGroups"]) {
        let tag_bytes = usize::try_from(group["tagSize"].as_u64().unwrap()).unwrap() / 8;
        for test in array(&group["tests"]) {
            let key = jwt_compact::alg::Hs256Key::new(hex(&test["key"]));
            let computed = mac(&key, &hex(&test["msg"]));
            let valid = computed[..tag_bytes] == hex(&test["tag"]);
            assert_eq!(valid, text(&test["result"]) == "valid", "{}", test["tcId"]);
            count += 1;
        }
    }
    assert_eq!(count, 174);
}

#[test]
fn verifies_rfc_7515_appendix_a_1() {
    let vector = parse(RFC_7515);
    let secret = Base64UrlUnpadded::decode_vec(text(&vector["key_b64url"])).unwrap();
    assert!(accepts(&secret, text(&vector["jws"])));
    assert!(!accepts(&[0; 64], text(&vector["jws"])));
}

#[test]
fn verifies_rfc_7520_section_4_4() {
    let vector = parse(RFC_7520);
    let secret = Base64UrlUnpadded::decode_vec(text(&vector["input"]["key"]["k"])).unwrap();
    assert!(accepts(&secret, text(&vector["output"]["compact"])));
}

#[test]
fn computes_rfc_9106_section_5_3() {
    let vector = parse(RFC_9106);
    let number = |name: &str| u32::try_from(vector[name].as_u64().unwrap()).unwrap();
    let mut params = ParamsBuilder::new();
    params
        .m_cost(number("m_kib"))
        .t_cost(number("t"))
        .p_cost(number("p"))
        .data(AssociatedData::new(&hex(&vector["ad"])).unwrap());
    let secret = hex(&vector["secret"]);
    let params = params.build().unwrap();
    let argon2 = Argon2::new_with_secret(&secret, Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let mut tag = [0; 32];
    let (password, salt) = (hex(&vector["password"]), hex(&vector["salt"]));
    argon2.hash_password_into(&password, &salt, &mut tag).unwrap();
    assert_eq!(tag.as_slice(), hex(&vector["tag"]));
}
