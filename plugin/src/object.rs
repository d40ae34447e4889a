//! Structs whose fields are the attributes that a source computes.

use std::collections::{BTreeMap, BTreeSet};

use crate::attribute::Type;

/// A type whose values are values of an attribute. [`object!`](macro@crate::object) implements it for structs.
pub trait Value {
    /// The type of such an attribute.
    const TYPE: Type;
}

/// Defines a struct whose fields are attributes, with the names, types and documentation of the fields.
///
/// It adds the table of them, the constant `ATTRIBUTES`, and implements [`Value`], so that objects nest. A field may have
/// the name of an argument: then people set it or the source computes it, and the argument's description is used.
///
/// ```
/// use serde::Serialize;
///
/// declarative_plugin::object! {
///     /// How a currency stands.
///     #[derive(Serialize)]
///     struct Rate<'a> {
///         /// The currency's code, such as `EUR`.
///         code: &'a str,
///         /// The rate; null where none is known.
///         rate: Option<f64>,
///     }
/// }
///
/// declarative_plugin::object! {
///     #[derive(Serialize)]
///     struct Rates<'a> {
///         /// The rates, by the code.
///         rates: Vec<Rate<'a>>,
///     }
/// }
///
/// let rates = Rates { rates: vec![Rate { code: "EUR", rate: Some(0.9) }] };
/// assert_eq!(serde_json::to_string(&rates)?, r#"{"rates":[{"code":"EUR","rate":0.9}]}"#);
/// assert_eq!(Rates::ATTRIBUTES.len(), 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! object {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident $(<$lifetime:lifetime>)? {
            $($(#[doc = $documentation:literal])* $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$attribute])*
        $visibility struct $name $(<$lifetime>)? {
            $($(#[doc = $documentation])* $field: $type,)*
        }

        impl $(<$lifetime>)? $name $(<$lifetime>)? {
            /// The attributes, by the fields.
            $visibility const ATTRIBUTES: &'static [$crate::attribute::Attribute] = &[
                $($crate::attribute::Attribute::of_field(
                    stringify!($field),
                    <$type as $crate::object::Value>::TYPE,
                    concat!($($documentation),*),
                )),*
            ];
        }

        impl $(<$lifetime>)? $crate::object::Value for $name $(<$lifetime>)? {
            const TYPE: $crate::attribute::Type = $crate::attribute::Type::Object(Self::ATTRIBUTES);
        }
    };
}

/// Implements [`Value`] for types of one kind.
macro_rules! value {
    ($($type:ty),* => $holds:ident) => {
        $(impl Value for $type {
            const TYPE: Type = Type::$holds;
        })*
    };
}

value!(str, String => Text);
value!(u32, u64, i32, i64, f64, serde_json::Number => Number);
value!(bool => TruthValue);

impl<T: Value + ?Sized> Value for &T {
    const TYPE: Type = T::TYPE;
}

/// None is null.
impl<T: Value> Value for Option<T> {
    const TYPE: Type = T::TYPE;
}

impl<T: Value> Value for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
}

impl<T: Value> Value for BTreeSet<T> {
    const TYPE: Type = Type::Set(&T::TYPE);
}

impl<T: Value> Value for BTreeMap<String, T> {
    const TYPE: Type = Type::Map(&T::TYPE);
}
