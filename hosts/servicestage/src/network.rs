//! The way to servers.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use component_runtime::{
    Certificates, Client, Declaration, Direct, Grant, Layer, Network, Policy, Proxy, Traced, files,
};
use zeroize::Zeroizing;

use crate::credentials::Identity;
use crate::environment::Environment;
use crate::error::InvalidArgument;

/// The authorities to trust, and the certificate for servers that ask for one. Each is a PEM file.
///
/// ```
/// use servicestage::network::{Http, Security};
/// use servicestage::{Client, Environment};
///
/// let security = Security { ca_file: Some("no/such/file.pem".into()), client_certificate: None };
/// let refused = Http::new(&security, &Environment::of(|_| None, None)).err().unwrap();
/// assert_eq!(refused.argument, "ca-file");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Security {
    /// The authorities to trust, and no others. Default: those of the system, or where it has none those of the web.
    pub ca_file: Option<PathBuf>,
    /// The certificate to show, followed by those that lead to its authority, and the file of its private key.
    pub client_certificate: Option<(PathBuf, PathBuf)>,
}

/// Completes requests. All pass it but those to the metadata of a cloud server.
///
/// ```
/// use component_runtime::Policy;
/// use servicestage::Environment;
/// use servicestage::network::{Http, Security};
///
/// let environment = Environment::of(|name| (name == "HTTPS_PROXY").then(|| "http://proxy.example:3128".to_owned()), None);
/// let http = Http::new(&Security::default(), &environment)?;
/// let last_layer = http.layer(&Policy::default());
/// # drop(last_layer);
/// # Ok::<(), servicestage::error::InvalidArgument>(())
/// ```
#[derive(Clone)]
pub struct Http(Transport);

#[derive(Clone)]
enum Transport {
    Network(Arc<Client<Network>>),
    Layer(Arc<dyn Layer>),
}

impl Http {
    /// Returns the way to servers by TCP and TLS, through the proxy that the environment names.
    ///
    /// # Errors
    /// A file cannot be used, or the proxy's URL is not valid.
    pub fn new(security: &Security, environment: &Environment) -> Result<Self, InvalidArgument> {
        let network = Network::with(certificates(security)?)
            .map_err(|error| InvalidArgument::new("ca-file", error.to_string()))?;
        let proxy = Proxy::of_environment(|name| environment.variable(name));
        let proxy = proxy.map_err(|error| InvalidArgument::new(error.variable(), error.to_string()))?;
        Ok(Self(Transport::Network(Arc::new(Client::new(network.through(proxy))))))
    }

    /// Returns the way through this layer, which completes requests by itself. Nothing checks the addresses that it
    /// connects to.
    #[must_use]
    pub(crate) fn unchecked(layer: Arc<dyn Layer>) -> Self {
        Self(Transport::Layer(layer))
    }

    /// Returns the last layer of a component's stack, which connects only to what the policy admits.
    #[must_use]
    pub fn layer(&self, policy: &Policy) -> Arc<dyn Layer> {
        match &self.0 {
            Transport::Network(client) => Arc::new(client.under(policy)),
            Transport::Layer(layer) => Arc::clone(layer),
        }
    }

    /// Returns the layer for the host's own requests, and the policy that keeps their denials. These requests obtain a
    /// token or the key of this cloud server. Only they may ask the server's metadata.
    #[must_use]
    pub fn own_layer(&self, identity: &Identity, grant: &Grant) -> (Arc<dyn Layer>, Policy) {
        let policy = Policy::new(Declaration::default(), grant.clone());
        let direct = match (identity, &self.0) {
            (Identity::Metadata(metadata), Transport::Network(_)) => Direct::to(&metadata.base()),
            _ => None,
        };
        let layer: Arc<dyn Layer> = match (direct, &self.0) {
            (Some(direct), _) => Arc::new(Traced::new(Client::new(direct))),
            (None, Transport::Network(client)) => Arc::new(Traced::new(client.under(&policy))),
            (None, Transport::Layer(layer)) => Arc::clone(layer),
        };
        (layer, policy)
    }
}

fn certificates(security: &Security) -> Result<Certificates, InvalidArgument> {
    let mut certificates = Certificates::default();
    if let Some(file) = &security.ca_file {
        certificates =
            certificates.trusting_pem(&read("ca-file", file)?).map_err(|error| in_file("ca-file", file, error))?;
    }
    if let Some((certificate, key)) = &security.client_certificate {
        let (chain, secret) = (read("client-cert", certificate)?, read("client-key", key)?);
        let known = certificates.with_client_certificate(&chain, &secret);
        certificates = known.map_err(|error| in_file("client-cert", certificate, error))?;
    }
    Ok(certificates)
}

fn read(argument: &str, file: &Path) -> Result<Zeroizing<Vec<u8>>, InvalidArgument> {
    files::read_small(file, files::LARGEST_TEXT).map_err(|error| in_file(argument, file, error))
}

fn in_file(argument: &str, file: &Path, error: impl Display) -> InvalidArgument {
    InvalidArgument::new(argument, format!("{file:?} cannot be used: {error}"))
}
