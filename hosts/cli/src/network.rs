//! What completes requests.

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

use component_runtime::{
    Certificates, Client, Declaration, Direct, Grant, Layer, Network, Policy, Proxy, Traced, files,
};
use servicestage::credentials::Identity;
use servicestage::error::InvalidArgument;
use zeroize::Zeroizing;

use crate::args::Security;
use crate::report::invalid;
use crate::settings::process_variable;

/// The tool's way to servers. Everything takes it but the questions to the metadata of a cloud server.
pub struct Http {
    client: Client<Network>,
}

impl Http {
    /// The way that flags and environment describe.
    pub fn of_process(security: &Security) -> Result<Self, InvalidArgument> {
        let network = Network::with(certificates(security)?).map_err(|error| invalid("ca-file", error.to_string()))?;
        let proxy = Proxy::of_environment(process_variable);
        let proxy = proxy.map_err(|error| invalid(error.variable(), error.to_string()))?;
        Ok(Self { client: Client::new(network.through(proxy)) })
    }

    /// The last layer of the component's stack, which connects only to what the policy admits.
    pub fn layer(&self, policy: &Policy) -> Arc<dyn Layer> {
        Arc::new(self.client.under(policy))
    }

    /// What the tool's own requests pass, for a token or for the key of this cloud server, and the policy that keeps
    /// what was denied of them. Only here may the server's metadata be asked.
    pub fn own_layer(&self, identity: &Identity, grant: &Grant) -> (Arc<dyn Layer>, Policy) {
        let policy = Policy::new(Declaration::default(), grant.clone());
        let direct = match identity {
            Identity::Metadata(metadata) => Direct::to(&metadata.base()),
            _ => None,
        };
        let layer: Arc<dyn Layer> = match direct {
            Some(direct) => Arc::new(Traced::new(Client::new(direct))),
            None => Arc::new(Traced::new(self.client.under(&policy))),
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
    if let (Some(certificate), Some(key)) = (&security.client_cert, &security.client_key) {
        let (chain, secret) = (read("client-cert", certificate)?, read("client-key", key)?);
        let known = certificates.known_as(&chain, &secret);
        certificates = known.map_err(|error| in_file("client-cert", certificate, error))?;
    }
    Ok(certificates)
}

fn read(argument: &str, file: &Path) -> Result<Zeroizing<Vec<u8>>, InvalidArgument> {
    files::read_small(file, files::LARGEST_TEXT).map_err(|error| in_file(argument, file, error))
}

fn in_file(argument: &str, file: &Path, error: impl Display) -> InvalidArgument {
    invalid(argument, format!("{file:?} cannot be used: {error}"))
}
