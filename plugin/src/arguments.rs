//! Structs whose values people set: the arguments of a source, and the configuration of a provider.

use crate::attribute::Attribute;
use crate::fields::Fields;
use crate::object::Object;

/// A struct whose values people set. [`arguments!`](macro@crate::arguments) implements it. `()` has no attributes.
///
/// ```
/// use declarative_plugin::Arguments;
///
/// declarative_plugin::arguments! {
///     struct Query {
///         /// The currency to convert from.
///         base: Option<String>,
///     }
/// }
///
/// assert!(Query { base: Some("EUR".to_owned()) }.has("base"));
/// assert!(!Query { base: None }.has("base"));
/// ```
pub trait Arguments: Object + Sized {
    /// Reads the values that the host passes, and notes their faults. None: a required argument has no value.
    fn read(fields: &mut Fields) -> Option<Self>;

    /// Returns whether an argument is set.
    fn has(&self, name: &str) -> bool;
}

impl Object for () {
    const ATTRIBUTES: &'static [Attribute] = &[];
}

impl Arguments for () {
    fn read(_: &mut Fields) -> Option<Self> {
        Some(())
    }

    fn has(&self, _: &str) -> bool {
        false
    }
}

/// Defines a struct whose fields are arguments, as [`object!`](macro@crate::object) does for results.
///
/// An argument whose type is an `Option` may be left out. All others are required. An argument that authenticates
/// requests must be an `Option`, because a host may keep it.
///
/// ```
/// use declarative_plugin::arguments::Arguments;
/// use declarative_plugin::object::Object;
///
/// declarative_plugin::arguments! {
///     struct Query {
///         /// The currency to convert from.
///         base: String,
///         /// The currencies to convert to. Default: all.
///         quotes: Option<Vec<String>>,
///         /// The key of the account.
///         key: Option<String> => sensitive.or(&["RATES_KEY"]),
///     }
/// }
///
/// let query = Query { base: "EUR".to_owned(), quotes: None, key: None };
/// assert!(query.has("base") && !query.has("quotes"));
/// assert_eq!(Query::ATTRIBUTES[0].name(), "base");
/// ```
#[macro_export]
macro_rules! arguments {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident {
            $(
                $(#[doc = $documentation:literal])*
                $seen:vis $field:ident: $type:ty $(=> $($mark:ident $(($value:expr))?).+)?
            ),* $(,)?
        }
    ) => {
        $crate::object! {
            $(#[$attribute])*
            $visibility struct $name {
                $($(#[doc = $documentation])* $seen $field: $type $(=> $($mark $(($value))?).+)?),*
            }
        }

        impl $crate::arguments::Arguments for $name {
            fn read(fields: &mut $crate::fields::Fields) -> Option<Self> {
                $(let $field: Option<$type> = fields.take(stringify!($field));)*
                Some(Self { $($field: $field?),* })
            }

            fn has(&self, name: &str) -> bool {
                let set = [$($crate::object::Value::is_set(&self.$field)),*];
                let attributes = <Self as $crate::object::Object>::ATTRIBUTES;
                attributes.iter().zip(set).any(|(attribute, set)| set && attribute.name() == name)
            }
        }
    };
}
