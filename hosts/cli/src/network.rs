//! What completes requests: it sends them, and with `-vv` tells of it.

use std::sync::Arc;

use component_runtime::client::Client;
use component_runtime::{Declaration, Grant, Layer, Network, Policy};
use servicestage_host::credentials::Identity;

use crate::progress::Progress;
use crate::trace::Traced;

/// The address of a cloud server's metadata, which no component reaches.
const METADATA: &str = "169.254.169.254/32";

/// The last layer of the component's stack, which connects only to what the policy admits.
pub fn layer(policy: &Policy, trace: Option<&Progress>) -> Result<Arc<dyn Layer>, String> {
    Ok(over(network()?.under(policy), trace))
}

/// What the tool's own requests pass, for a token or for the key of this cloud server. Only here may the latter's
/// metadata be asked.
pub fn own_layer(identity: &Identity, grant: &Grant, trace: Option<&Progress>) -> Result<Arc<dyn Layer>, String> {
    let mut grant = grant.clone();
    if let Identity::Metadata(_) = identity {
        grant.allow_address(METADATA).map_err(|error| error.to_string())?;
    }
    Ok(over(network()?.under(&Policy::new(Declaration::default(), grant)), trace))
}

fn network() -> Result<Network, String> {
    Network::new().map_err(|error| error.to_string())
}

fn over(network: Network, trace: Option<&Progress>) -> Arc<dyn Layer> {
    let client = Client::new(network);
    match trace {
        Some(progress) => Arc::new(Traced::new(client, progress.clone())),
        None => Arc::new(client),
    }
}
