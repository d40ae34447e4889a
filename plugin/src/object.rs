//! Structs whose fields are attributes.

use std::collections::{BTreeMap, BTreeSet};

use crate::attribute::{Attribute, Type};
use crate::number::Number;

/// A struct whose fields are attributes. [`object!`](macro@crate::object) and [`arguments!`](macro@crate::arguments)
/// implement it.
///
/// ```
/// use declarative_plugin::object::Object;
///
/// declarative_plugin::object! {
///     struct Rate {
///         /// The rate.
///         rate: f64,
///     }
/// }
///
/// assert_eq!(Rate::ATTRIBUTES[0].name(), "rate");
/// # let _ = Rate { rate: 1.0 };
/// ```
pub trait Object {
    /// The attributes, in the order of the fields.
    const ATTRIBUTES: &'static [Attribute];
}

/// A type whose values are values of an attribute: text, numbers, truth values, [`Object`]s, and `Option`, `Vec`,
/// `BTreeSet` and `BTreeMap` of them.
///
/// ```
/// use declarative_plugin::object::Value;
///
/// assert!(<String as Value>::REQUIRED && !<Option<String> as Value>::REQUIRED);
/// assert_eq!(<Vec<u32> as Value>::EXPECTED, "a list of the right type");
/// ```
pub trait Value: Sized {
    /// The type of such an attribute.
    const TYPE: Type;

    /// The words for such a value in errors.
    const EXPECTED: &'static str;

    /// Whether an argument of this type must be set. All but `Option` must.
    const REQUIRED: bool = true;

    /// The value of an argument that is not set, if it need not be.
    const NONE: Option<Self> = None;

    /// Returns whether the value is set: all are, except `None`.
    fn is_set(&self) -> bool {
        true
    }
}

/// Defines a struct whose fields are attributes, with the names, types and documentation of the fields.
///
/// The struct implements [`Object`], [`Value`], and serde's `Serialize` and `Deserialize`, so objects nest. A field of
/// [`Results`](crate::Source::Results) may have the name of an argument. Then people set the attribute, or else the
/// source computes it, and the argument's description is used.
///
/// Write functions of [`Attribute`] that complete the attribute after `=>`.
///
/// ```
/// use declarative_plugin::object::Object;
///
/// declarative_plugin::object! {
///     /// A currency.
///     struct Rate {
///         /// The currency's code, such as `EUR`.
///         code: String,
///         /// The rate; null where none is known.
///         rate: Option<f64>,
///         /// The contract's number.
///         contract: String => sensitive.deprecated("Use `code`."),
///     }
/// }
///
/// declarative_plugin::object! {
///     struct Rates {
///         /// The rates.
///         rates: Vec<Rate>,
///     }
/// }
///
/// let rate = Rate { code: "EUR".to_owned(), rate: Some(0.9), contract: "7".to_owned() };
/// let json = r#"{"rates":[{"code":"EUR","rate":0.9,"contract":"7"}]}"#;
/// assert_eq!(serde_json::to_string(&Rates { rates: vec![rate] })?, json);
/// assert_eq!(Rate::ATTRIBUTES.len(), 3);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! object {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident {
            $(
                $(#[doc = $documentation:literal])*
                $seen:vis $field:ident: $type:ty $(=> $($mark:ident $(($value:expr))?).+)?
            ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive($crate::serde::Deserialize, $crate::serde::Serialize)]
        #[serde(crate = "declarative_plugin::serde")]
        $visibility struct $name {
            $($(#[doc = $documentation])* $seen $field: $type,)*
        }

        impl $crate::object::Object for $name {
            const ATTRIBUTES: &'static [$crate::attribute::Attribute] = &[
                $(
                    $crate::attribute::Attribute::of_field::<$type>(stringify!($field), concat!($($documentation),*))
                        $($(.$mark($($value)?))+)?
                ),*
            ];
        }

        impl $crate::object::Value for $name {
            const TYPE: $crate::attribute::Type =
                $crate::attribute::Type::Object(<Self as $crate::object::Object>::ATTRIBUTES);
            const EXPECTED: &'static str = "an object of the right type";
        }
    };
}

/// Implements [`Value`] for types of one kind.
macro_rules! value {
    ($($type:ty),* => $holds:ident, $expected:expr) => {
        $(impl Value for $type {
            const TYPE: Type = Type::$holds;
            const EXPECTED: &'static str = $expected;
        })*
    };
}

value!(String => Text, "a text");
value!(u32 => Number, "a whole number from 0 to 4294967295");
value!(u64 => Number, "a whole number from 0 to 18446744073709551615");
value!(i32 => Number, "a whole number from -2147483648 to 2147483647");
value!(i64 => Number, "a whole number from -9223372036854775808 to 9223372036854775807");
value!(f64, Number => Number, "a number");
value!(bool => TruthValue, "true or false");

/// None is null.
impl<T: Value> Value for Option<T> {
    const TYPE: Type = T::TYPE;
    const EXPECTED: &'static str = T::EXPECTED;
    const REQUIRED: bool = false;
    const NONE: Option<Self> = Some(None);

    fn is_set(&self) -> bool {
        self.is_some()
    }
}

impl<T: Value> Value for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
    const EXPECTED: &'static str = "a list of the right type";
}

impl<T: Value> Value for BTreeSet<T> {
    const TYPE: Type = Type::Set(&T::TYPE);
    const EXPECTED: &'static str = "a set of the right type";
}

impl<T: Value> Value for BTreeMap<String, T> {
    const TYPE: Type = Type::Map(&T::TYPE);
    const EXPECTED: &'static str = "a map of the right type";
}
