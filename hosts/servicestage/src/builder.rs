//! Makes a client.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use component_runtime::{Grant, Layer, Limits, Lookups};
use model::connection::{LONGEST_TIMEOUT, timeout_ms};

use crate::client::{Client, Inner};
use crate::component::Component;
use crate::credentials::authenticator::Authenticator;
use crate::credentials::{AccessKey, Identity, Metadata};
use crate::environment::Environment;
use crate::error::{Error, InvalidArgument};
use crate::network::{Http, Security};
use crate::origin;
use crate::secret::Secret;
use crate::session::DEFAULT_CALL_TIMEOUT_MS;
use crate::settings::{Arguments, Settings};
use crate::types::Connection;
use crate::wording::{self, Rust, Wording};

/// The time that the host allows beyond the limit of a call, so that the component's error comes first: it says more.
const GRACE: Duration = Duration::from_secs(10);

/// Makes a [`Client`]. Everything is optional: region, project and credentials come from the environment and from
/// profiles, as for the command-line tool.
///
/// ```
/// use std::time::Duration;
///
/// use servicestage::{Client, Environment};
///
/// let client = Client::builder()
///     .region("cn-north-4")
///     .token("example")
///     .timeout(Duration::from_secs(30))
///     .environment(Environment::of(|_| None, None))
///     .build()?;
/// assert_eq!(client.connection().call_timeout_ms, Some(30_000));
/// # Ok::<(), Box<servicestage::Error>>(())
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Builder {
    arguments: Arguments,
    connection: Connection,
    timeouts: Vec<(&'static str, Duration)>,
    security: Security,
    grant: Grant,
    addresses: Vec<String>,
    limits: Option<Limits>,
    component: Option<Component>,
    #[cfg(feature = "compile")]
    component_file: Option<PathBuf>,
    http_layer: Option<Arc<dyn Layer>>,
    environment: Option<Environment>,
    wording: Option<Arc<dyn Wording>>,
}

impl Builder {
    /// Sets region, project and credentials in one piece.
    pub fn arguments(mut self, arguments: Arguments) -> Self {
        self.arguments = arguments;
        self
    }

    /// Sets the region, such as `cn-north-4`. Default: the variable `HW_REGION_NAME`, then the profile's region.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.arguments.region = Some(region.into());
        self
    }

    /// Sets the project's id. Default: the variables `HW_PROJECT_ID` and `HUAWEICLOUD_SDK_PROJECT_ID`, then the profile's
    /// project, then the region's project, which is looked up once.
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.arguments.project_id = Some(id.into());
        self
    }

    /// Sets the origin of the ServiceStage API. Default: the region's.
    pub fn endpoint(mut self, origin: impl Into<String>) -> Self {
        self.connection.endpoint = Some(origin.into());
        self
    }

    /// Sets the origin of the IAM API, where projects are looked up and tokens are issued. Default: the region's.
    pub fn iam_endpoint(mut self, origin: impl Into<String>) -> Self {
        self.connection.iam_endpoint = Some(origin.into());
        self
    }

    /// Takes the credentials from this profile, and from nowhere else. Credentials that the program sets come first.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.arguments.profile = Some(name.into());
        self
    }

    /// Sets the credentials. Default: the variables, then the profile that `HW_PROFILE` names, or the usual one.
    pub fn credentials(mut self, identity: Identity) -> Self {
        self.arguments.credentials = Some(identity);
        self
    }

    /// Sets an IAM token as the credentials.
    pub fn token(self, token: impl Into<String>) -> Self {
        self.credentials(Identity::Token(Secret::new(token)))
    }

    /// Sets a permanent access key as the credentials: its id and its secret.
    pub fn access_key(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        let key = AccessKey { id: id.into(), secret: Secret::new(secret), security_token: None };
        self.credentials(Identity::AccessKey(key))
    }

    /// Asks the metadata of the cloud server that this runs on for a key of its agency, if nothing else has credentials.
    /// Default: the metadata is not asked.
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.arguments.metadata = Some(metadata);
        self
    }

    /// Sets how long a whole call may take, retries included. Default: 120 seconds.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.within("call-timeout-ms", timeout)
    }

    /// Sets how long making a connection may take. Default: 10 seconds.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.within("connect-timeout-ms", timeout)
    }

    /// Sets how long the first byte of an answer may take. Default: 30 seconds.
    pub fn first_byte_timeout(self, timeout: Duration) -> Self {
        self.within("first-byte-timeout-ms", timeout)
    }

    /// Sets how long the server may pause within an answer. Default: 30 seconds.
    pub fn between_bytes_timeout(self, timeout: Duration) -> Self {
        self.within("between-bytes-timeout-ms", timeout)
    }

    /// Sets how often a request is tried at most, from 1 to 10. Default: 4.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.connection.max_attempts = Some(attempts);
        self
    }

    /// Sets how large the body of an answer may be, in bytes. Default: 64 MiB.
    pub fn max_response_bytes(mut self, bytes: u32) -> Self {
        self.connection.max_response_bytes = Some(bytes);
        self
    }

    /// Trusts the authorities in this PEM file, and no others. Default: those of the system, or where it has none those of
    /// the web.
    pub fn ca_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.security.ca_file = Some(file.into());
        self
    }

    /// Shows servers that ask for it the certificate in this PEM file, followed by those that lead to its authority. The
    /// second PEM file has the private key.
    pub fn client_certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.security.client_certificate = Some((certificate.into(), key.into()));
        self
    }

    /// Sets the authorities and the client certificate in one piece.
    pub fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// Also allows connections to these addresses, such as `10.0.0.0/8`. Default: the public internet alone, and loopback
    /// if an endpoint names it.
    pub fn allow_address(mut self, range: impl Into<String>) -> Self {
        self.addresses.push(range.into());
        self
    }

    /// Also allows what this grant allows, such as that of a policy file.
    pub fn grant(mut self, grant: Grant) -> Self {
        self.grant.extend(grant);
        self
    }

    /// Sets the limits of a call. Their deadline, five minutes by default, can end a call before a longer
    /// [`Builder::timeout`]. Default: [`Limits::DEFAULT`], with a deadline 10 seconds after [`Builder::timeout`]. A
    /// component of [`Builder::component`] brings its own limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Uses this component, which clients can share. It brings the limits that it was loaded with. Their deadline, five
    /// minutes by default, can end a call before a longer [`Builder::timeout`]. Default: the one within this crate.
    pub fn component(mut self, component: Component) -> Self {
        self.component = Some(component);
        self
    }

    /// Uses the component in this file, which is WebAssembly. This needs the feature `compile`.
    #[cfg(feature = "compile")]
    pub fn component_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.component_file = Some(file.into());
        self
    }

    /// Completes requests by this layer, in place of the network. Requests still pass the policy and are authenticated,
    /// but nothing checks the addresses that the layer connects to. Proxy and certificates are the layer's own matter.
    pub fn unchecked_http_layer(mut self, layer: Arc<dyn Layer>) -> Self {
        self.http_layer = Some(layer);
        self
    }

    /// Takes settings from this environment. Default: that of the process.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Sets the words for arguments and permissions in errors. Default: those of Rust.
    pub fn wording(mut self, wording: Arc<dyn Wording>) -> Self {
        self.wording = Some(wording);
        self
    }

    /// Makes the client. This sends nothing.
    ///
    /// # Errors
    /// An argument is not valid, there are no credentials, a file cannot be used, or the component does not load.
    pub fn build(self) -> Result<Client, Box<Error>> {
        let wording = self.wording.clone().unwrap_or_else(|| Arc::new(Rust));
        self.make(Arc::clone(&wording)).map_err(|mut error| {
            wording::translate(&*wording, &mut error);
            error
        })
    }

    fn make(mut self, wording: Arc<dyn Wording>) -> Result<Client, Box<Error>> {
        let operation = wording.build_operation().to_owned();
        let invalid = |invalid| Box::new(Error::invalid_argument(&operation, invalid));
        let environment = self.environment.take().unwrap_or_else(Environment::of_process);
        let settings = Settings::resolve(std::mem::take(&mut self.arguments), &environment).map_err(invalid)?;
        let connection = self.connection(&settings).map_err(invalid)?;
        let grant = origin::grant(std::mem::take(&mut self.grant), &connection, &self.addresses).map_err(invalid)?;
        let http = match self.http_layer.take() {
            Some(layer) => Http::unchecked(layer),
            None => Http::new(&self.security, &environment).map_err(invalid)?,
        };
        let component = self.load(&connection, &operation)?;
        let identity = settings.credentials.identity.clone();
        let (own, own_policy) = http.own_layer(&identity, &grant);
        let authenticator = Arc::new(Authenticator::new(identity, own, Arc::new(SystemTime::now)));
        let lookups = Arc::new(Lookups::default());
        Ok(Client::new(Inner {
            settings,
            connection,
            component,
            grant,
            http,
            own_policy,
            authenticator,
            lookups,
            wording,
        }))
    }

    fn within(mut self, argument: &'static str, timeout: Duration) -> Self {
        self.timeouts.push((argument, timeout));
        self
    }

    fn connection(&self, settings: &Settings) -> Result<Connection, InvalidArgument> {
        let mut connection = self.connection.clone();
        connection.region.clone_from(&settings.region.value);
        connection.project_id.clone_from(&settings.project_id.value);
        for (argument, timeout) in &self.timeouts {
            let field = match *argument {
                "connect-timeout-ms" => &mut connection.connect_timeout_ms,
                "first-byte-timeout-ms" => &mut connection.first_byte_timeout_ms,
                "between-bytes-timeout-ms" => &mut connection.between_bytes_timeout_ms,
                _ => &mut connection.call_timeout_ms,
            };
            *field = Some(milliseconds(argument, *timeout)?);
        }
        Ok(connection)
    }

    fn load(&mut self, connection: &Connection, operation: &str) -> Result<Component, Box<Error>> {
        let timeout = connection.call_timeout_ms.unwrap_or(DEFAULT_CALL_TIMEOUT_MS);
        let deadline = Duration::from_millis(timeout.into()) + GRACE;
        let limits = self.limits.unwrap_or(Limits { deadline, ..Limits::default() });
        if let Some(component) = self.component.take() {
            return Ok(component);
        }
        #[cfg(feature = "compile")]
        if let Some(file) = &self.component_file {
            return Component::from_file(file, limits, operation);
        }
        Component::embedded(limits, operation)
    }
}

fn milliseconds(argument: &str, timeout: Duration) -> Result<u32, InvalidArgument> {
    timeout_ms(timeout.as_secs_f64()).ok_or_else(|| {
        let reason = format!("it is too long; at most {} seconds are possible", LONGEST_TIMEOUT);
        InvalidArgument::new(argument, reason)
    })
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Arguments { region, project_id, profile, .. } = &self.arguments;
        let mut shown = f.debug_struct("Builder");
        shown.field("region", region).field("project_id", project_id).field("profile", profile);
        shown.field("endpoint", &self.connection.endpoint).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_rounded_to_milliseconds_and_never_to_none() {
        for (timeout, expected) in [
            (Duration::ZERO, 0),
            (Duration::from_nanos(1), 1),
            (Duration::from_micros(1499), 1),
            (Duration::from_micros(1500), 2),
            (Duration::from_millis(u32::MAX.into()), u32::MAX),
        ] {
            assert_eq!(milliseconds("call-timeout-ms", timeout), Ok(expected), "{timeout:?}");
        }
        assert!(milliseconds("call-timeout-ms", Duration::from_secs(u64::MAX / 2)).is_err());
    }
}
