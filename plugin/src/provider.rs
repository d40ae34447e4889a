//! The provider and its sources: the two traits that a component implements.

use serde::Serialize;

use crate::arguments::Arguments;
use crate::attribute::Attribute;
use crate::contract::{Diagnostic, Reading, Resolved};
use crate::diagnostic;
use crate::fields::Fields;
use crate::network::{Authentication, Endpoint};
use crate::object::Object;
use crate::origins;

/// A provider: the part that all its sources share.
///
/// ```
/// use declarative_plugin::contract::Diagnostic;
/// use declarative_plugin::diagnostic::invalid;
/// use declarative_plugin::network::{Authentication, Endpoint, Request};
/// use declarative_plugin::{Entry, Provider, component};
///
/// declarative_plugin::arguments! {
///     struct Configuration {
///         /// The origin of the service. Default: `https://rates.example.com`.
///         endpoint: Option<String>,
///         /// The token of the account.
///         token: Option<String> => sensitive.or(&["RATES_TOKEN"]),
///     }
/// }
///
/// enum Rates {}
///
/// impl Provider for Rates {
///     type Configuration = Configuration;
///     type Context = ();
///     const NAME: &'static str = "Rates";
///     const DESCRIPTION: &'static str = "Reads exchange rates.";
///     const AUTHENTICATION: &'static [Authentication] =
///         &[Authentication::Header { name: "x-token", prefix: "", attribute: "token" }];
///     const ENDPOINTS: &'static [Endpoint] = &[Endpoint::new("rates", "endpoint", &["https://rates.example.com"])
///         .requests(&[Request { method: "GET", path: "/v1/rates/{}", query: &["date"] }])];
///     const SOURCES: &'static [Entry<Self>] = &[];
///
///     fn check(configuration: &Configuration) -> Vec<Diagnostic> {
///         match configuration.token.as_deref() {
///             Some("") => vec![invalid("token", "it is empty")],
///             _ => vec![],
///         }
///     }
/// }
///
/// assert_eq!(component::needs::<Rates>()[0].path, "/v1/rates/{}");
/// ```
pub trait Provider: Sized + 'static {
    /// The configuration, which people write once. `()` if there is nothing to configure.
    type Configuration: Arguments;

    /// The dependency that a read needs, such as a transport that tests replace. `()` if it needs nothing.
    type Context: ?Sized + 'static;

    /// The component's name for people.
    const NAME: &'static str;

    /// The purpose of the provider, in Markdown. The first sentence stands alone.
    const DESCRIPTION: &'static str;

    /// The ways to authenticate requests. A host uses the first that is complete.
    const AUTHENTICATION: &'static [Authentication] = &[];

    /// The endpoints, with all requests that go there. A host with a policy lets no other request out.
    const ENDPOINTS: &'static [Endpoint] = &[];

    /// The data sources.
    const SOURCES: &'static [Entry<Self>];

    /// Returns the faults of a configuration, as far as it is known. An attribute that is not set is not missing yet.
    fn check(_configuration: &Self::Configuration) -> Vec<Diagnostic> {
        vec![]
    }
}

/// A data source. The documentation of the crate has a whole example.
///
/// ```
/// use declarative_plugin::contract::Diagnostic;
/// use declarative_plugin::diagnostic::warning;
/// use declarative_plugin::network::Endpoint;
/// use declarative_plugin::{Call, Entry, Provider, Source, component};
///
/// declarative_plugin::object! {
///     struct Results {
///         /// The server that was asked.
///         server: String,
///     }
/// }
///
/// enum Server {}
///
/// impl Source for Server {
///     type Provider = Demo;
///     type Arguments = ();
///     type Results = Results;
///     const NAME: &'static str = "server";
///     const DESCRIPTION: &'static str = "Reads which server would be asked.";
///
///     fn read(call: &mut Call<Demo>, _: ()) -> Result<Results, Vec<Diagnostic>> {
///         let server = call.origin("rates")?.to_owned();
///         call.warn(warning("Nothing was sent", "This is an example.", None));
///         Ok(Results { server })
///     }
/// }
///
/// enum Demo {}
///
/// impl Provider for Demo {
///     type Configuration = ();
///     type Context = ();
///     const NAME: &'static str = "Demo";
///     const DESCRIPTION: &'static str = "Shows a server.";
///     const ENDPOINTS: &'static [Endpoint] = &[Endpoint::new("rates", "endpoint", &["https://rates.example.com"])];
///     const SOURCES: &'static [Entry<Self>] = &[Entry::of::<Server>()];
/// }
///
/// # use declarative_plugin::contract::Values;
/// let nothing = Values { json: "{}".to_owned(), unknown: vec![] };
/// let reading = component::read::<Demo>(&mut (), "server", &nothing, &nothing, None).unwrap();
/// assert_eq!(reading.json, r#"{"server":"https://rates.example.com"}"#);
/// assert_eq!(reading.diagnostics.len(), 1);
/// ```
pub trait Source: 'static {
    /// The provider of this source.
    type Provider: Provider;

    /// The arguments, which people set.
    type Arguments: Arguments;

    /// The attributes that it computes. If an argument is here too, people set it, or else it is computed.
    type Results: Object + Serialize;

    /// Its name.
    const NAME: &'static str;

    /// The values that it reads, in Markdown. The first sentence stands alone.
    const DESCRIPTION: &'static str;

    /// The source to use instead, such as "Use `dice`." None: it is not deprecated.
    const DEPRECATED: Option<&'static str> = None;

    /// Returns the faults of arguments. An optional argument that is not set may be unknown yet.
    fn check(_arguments: &Self::Arguments) -> Vec<Diagnostic> {
        vec![]
    }

    /// Reads the source. The provider's configuration and the arguments were checked before.
    ///
    /// # Errors
    /// One or more diagnostics for people. A panic is a fault of the component. With the feature `http`, people see its
    /// message. Without it, they see only that the component trapped.
    fn read(call: &mut Call<'_, Self::Provider>, arguments: Self::Arguments) -> Result<Self::Results, Vec<Diagnostic>>;
}

/// A read that is under way: the configuration, the origins to ask, and the warnings. [`Source`] has an example.
pub struct Call<'a, P: Provider> {
    /// The provider's configuration.
    pub configuration: P::Configuration,
    /// The dependency that a read needs.
    pub context: &'a mut P::Context,
    pub(crate) endpoints: Vec<Resolved>,
    pub(crate) warnings: Vec<Diagnostic>,
}

impl<P: Provider> Call<'_, P> {
    /// Returns the origin of an endpoint, such as `https://rates.example.com`: the first if there are several.
    ///
    /// # Errors
    /// No pattern of the endpoint could be completed with these values.
    pub fn origin(&self, role: &str) -> Result<&str, Diagnostic> {
        origins::first(&self.endpoints, role)
    }

    /// Adds a warning to the result.
    pub fn warn(&mut self, warning: Diagnostic) {
        self.warnings.push(warning);
    }
}

/// A source in the list of its provider. [`Source`] has an example.
pub struct Entry<P: Provider> {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) deprecated: Option<&'static str>,
    pub(crate) arguments: &'static [Attribute],
    pub(crate) results: &'static [Attribute],
    pub(crate) check: fn(&mut Fields) -> Vec<Diagnostic>,
    pub(crate) read: fn(&mut Call<'_, P>, &mut Fields) -> Result<Reading, Vec<Diagnostic>>,
}

impl<P: Provider> Entry<P> {
    /// Returns the entry of a source.
    #[must_use]
    pub const fn of<S: Source<Provider = P>>() -> Self {
        Self {
            name: S::NAME,
            description: S::DESCRIPTION,
            deprecated: S::DEPRECATED,
            arguments: <S::Arguments as Object>::ATTRIBUTES,
            results: <S::Results as Object>::ATTRIBUTES,
            check: |fields| check(fields, S::check),
            read: read::<S>,
        }
    }
}

/// Returns the faults of the values that people set: those of single values, then those that the component finds.
pub(crate) fn check<A: Arguments>(fields: &mut Fields, check: fn(&A) -> Vec<Diagnostic>) -> Vec<Diagnostic> {
    let found = A::read(fields).map(|arguments| check(&arguments)).unwrap_or_default();
    let mut faults = std::mem::take(&mut fields.faults);
    faults.extend(found);
    faults
}

fn read<S: Source>(call: &mut Call<'_, S::Provider>, fields: &mut Fields) -> Result<Reading, Vec<Diagnostic>> {
    let Some(arguments) = S::Arguments::read(fields) else { return Err(fields.all_faults()) };
    let results = S::read(call, arguments)?;
    let diagnostics = std::mem::take(&mut call.warnings);
    match serde_json::to_string(&results) {
        Ok(json) => Ok(Reading { json, diagnostics }),
        Err(error) => {
            let detail = format!("{error}.\nReport it to those who made the component.");
            Err(vec![diagnostic::error("The results cannot be written as JSON", detail, None)])
        }
    }
}
