//! What the digits of a number amount to, exactly: no floating point is involved.

/// Beyond 2^53 others who read JSON no longer tell neighbouring whole numbers apart, unless they are written as such.
const EXACT: i64 = 1 << 53;

/// A whole number, also written with an empty fraction or with an exponent.
#[must_use]
pub fn whole(literal: &str) -> Option<i64> {
    if is_plain(literal) {
        return literal.parse().ok();
    }
    let (number, exact) = scaled(literal, 0)?;
    Some(number).filter(|number| exact && number.abs() < EXACT)
}

/// The number times a thousand, rounded up.
#[must_use]
pub fn thousandths(literal: &str) -> Option<i64> {
    scaled(literal, 3).map(|(number, exact)| if exact { number } else { number + 1 })
}

/// Whether it is written as a whole number.
#[must_use]
pub fn is_plain(literal: &str) -> bool {
    !literal.contains(['.', 'e', 'E'])
}

/// The number times a power of ten, rounded down, and whether that is exact.
fn scaled(literal: &str, power: i32) -> Option<(i64, bool)> {
    let (digits, exponent) = literal.split_once(['e', 'E']).unwrap_or((literal, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let number: i64 = [whole, fraction].concat().parse().ok()?;
    let power = exponent.parse::<i32>().ok()?.checked_add(power)?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    if number == 0 {
        return Some((0, true));
    }
    if power >= 0 {
        return Some((number.checked_mul(10_i64.checked_pow(power.unsigned_abs())?)?, true));
    }
    Some(match 10_i64.checked_pow(power.unsigned_abs()) {
        Some(divisor) => (number.div_euclid(divisor), number.rem_euclid(divisor) == 0),
        // Less than one of what is counted.
        None => (if number < 0 { -1 } else { 0 }, false),
    })
}
