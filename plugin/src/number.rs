//! Numbers with all their digits.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// A number with all its digits, as the JSON has it. Floating point loses digits of large and of decimal numbers.
///
/// ```
/// use declarative_plugin::Number;
///
/// let price: Number = serde_json::from_str("12345678901234567890.125")?;
/// assert_eq!(serde_json::to_string(&price)?, "12345678901234567890.125");
/// assert_eq!(serde_json::from_str::<Number>("0.5")?.as_f64(), 0.5);
/// assert!(serde_json::from_str::<Number>(r#""0.5""#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Number(Box<RawValue>);

impl Number {
    /// Returns the nearest number in floating point. It is infinite beyond the range of `f64`.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        serde_json::from_str(self.0.get()).unwrap_or(f64::INFINITY)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if is_number(&raw) { Ok(Self(raw)) } else { Err(Error::custom("expected a number")) }
    }
}

/// Returns whether a value of JSON is a number.
pub(crate) fn is_number(raw: &RawValue) -> bool {
    raw.get().starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get())
    }
}
