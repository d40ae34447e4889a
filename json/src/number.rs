//! What the digits of a number amount to, exactly, and the way back: no floating point is involved, and none of the
//! library's reading and writing, which is larger than all of this.

/// Beyond 2^53 others who read JSON no longer tell neighbouring whole numbers apart, unless they are written as such.
const EXACT: u64 = 1 << 53;

/// No number has more digits: divided by ten so often, nothing is left of it.
const DIGITS: u32 = 20;

/// A whole number, also written with an empty fraction or with an exponent.
#[must_use]
pub fn whole(literal: &str) -> Option<i64> {
    if is_plain(literal) {
        return integer(literal);
    }
    let (number, exact) = scaled(literal, 0)?;
    Some(number).filter(|number| exact && number.unsigned_abs() < EXACT)
}

/// The number times a thousand, rounded up.
#[must_use]
pub fn thousandths(literal: &str) -> Option<i64> {
    scaled(literal, 3).map(|(number, exact)| if exact { number } else { number + 1 })
}

/// Whether it is written as a whole number.
#[must_use]
pub fn is_plain(literal: &str) -> bool {
    !literal.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'))
}

/// What digits and nothing else amount to.
#[must_use]
pub fn natural(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0_u64, |number, digit| {
        let value = digit.wrapping_sub(b'0');
        if value > 9 || number > u64::MAX / 10 { None } else { (number * 10).checked_add(value.into()) }
    })
}

/// What digits amount to that may have a sign.
#[must_use]
pub fn integer(text: &str) -> Option<i64> {
    let (digits, negative) = match text.as_bytes() {
        [b'-', ..] => (text.get(1..)?, true),
        [b'+', ..] => (text.get(1..)?, false),
        _ => (text, false),
    };
    let number = natural(digits)?;
    if negative { 0_i64.checked_sub_unsigned(number) } else { i64::try_from(number).ok() }
}

/// What up to eight hexadecimal digits, and nothing else, amount to.
#[must_use]
pub fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' | b'A'..=b'F' => (digit | b' ') - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u32::from(value))
    })
}

/// Writes a number behind a text.
pub fn push(text: &mut String, mut number: u64) {
    let mut digits = [b'0'; DIGITS as usize];
    let mut from = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit += (number % 10) as u8;
        (number, from) = (number / 10, from - 1);
        if number == 0 {
            break;
        }
    }
    text.push_str(str::from_utf8(digits.get(from..).unwrap_or_default()).unwrap_or_default());
}

/// A number as text.
#[must_use]
pub fn decimal(number: i64) -> String {
    let mut text = String::new();
    if number < 0 {
        text.push('-');
    }
    push(&mut text, number.unsigned_abs());
    text
}

/// The number times a power of ten, rounded down, and whether that is exact.
fn scaled(literal: &str, power: i32) -> Option<(i64, bool)> {
    let end = literal.bytes().position(|byte| matches!(byte, b'e' | b'E'));
    let (digits, exponent) = literal.split_at_checked(end.unwrap_or(literal.len()))?;
    let exponent = if exponent.is_empty() { 0 } else { integer(exponent.get(1..)?)? };
    let mut power = i32::try_from(exponent).ok()?.checked_add(power)?;

    let (mut number, mut within_fraction, mut zeros) = (0_i64, false, 0);
    for digit in digits.bytes() {
        let value = i64::from(digit) - i64::from(b'0');
        match digit {
            b'-' => {}
            b'.' => within_fraction = true,
            // Zeros at the end of a fraction are nothing.
            b'0' if within_fraction => zeros += 1,
            _ => {
                for _ in 0..zeros {
                    number = number.checked_mul(10)?;
                }
                let signed = if digits.as_bytes().first() == Some(&b'-') { -value } else { value };
                number = number.checked_mul(10)?.checked_add(signed)?;
                if within_fraction {
                    power = power.checked_sub(zeros + 1)?;
                    zeros = 0;
                }
            }
        }
    }
    if number == 0 {
        return Some((0, true));
    }
    for _ in 0..power.max(0) {
        number = number.checked_mul(10)?;
    }
    let mut exact = true;
    for _ in 0..power.min(0).unsigned_abs().min(DIGITS) {
        exact &= number % 10 == 0;
        number = number.div_euclid(10);
    }
    Some((number, exact))
}
