//! The encodings of imported hashes that no crate of this service decodes.

/// Decodes hexadecimal digits of exactly `N` bytes.
pub fn decode_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |digit: &u8| char::from(*digit).to_digit(16);
    decode(text, 2, |pair| match pair {
        [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?)
            .ok()
            .map(|byte| ([byte, 0, 0], 1)),
        _ => None,
    })
}

/// Decodes bcrypt's own Base64, without padding, of exactly `N` bytes. Ignores the bits beyond the last byte, as bcrypt does:
/// some libraries set them.
pub fn decode_bcrypt_base64<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |digit: u8| match digit {
        b'.' | b'/' => Some(digit - b'.'),
        b'A'..=b'Z' => Some(digit - b'A' + 2),
        b'a'..=b'z' => Some(digit - b'a' + 28),
        b'0'..=b'9' => Some(digit - b'0' + 54),
        _ => None,
    };
    decode(text, 4, |group| {
        let mut bits = 0;
        for at in 0..4 {
            bits = bits << 6 | u32::from(group.get(at).map_or(Some(0), |byte| digit(*byte))?);
        }
        let [_, first, second, third] = bits.to_be_bytes();
        Some((
            [first, second, third],
            group.len().checked_sub(1).filter(|bytes| *bytes > 0)?,
        ))
    })
}

/// Decodes each group of digits to up to three bytes.
fn decode<const N: usize>(
    text: &str,
    group_digits: usize,
    decode_group: impl Fn(&[u8]) -> Option<([u8; 3], usize)>,
) -> Option<[u8; N]> {
    let mut decoded = Vec::with_capacity(N);
    for group in text.as_bytes().chunks(group_digits) {
        let (bytes, count) = decode_group(group)?;
        decoded.extend(bytes.iter().take(count));
    }
    decoded.try_into().ok()
}
