//! The page that lists in a browser.

use anyhow::Result;

use crate::server::Server;
use crate::{component, demo, js, shell};

/// The fixture that is shown if no endpoint is given.
const SHOWN: &str = "tests/fixtures/thousand_records";
const PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// Serves the page until it is interrupted, for this endpoint or for a fixture on loopback.
pub fn web(endpoint: Option<&str>) -> Result<()> {
    component::build()?;
    let fixture = match endpoint {
        Some(_) => None,
        None => {
            demo::build_workspace()?;
            Some(Server::start_for_pages(SHOWN)?)
        }
    };
    js::build()?;
    let mut serve = shell::command("node", &["demo/serve.js"]);
    serve.current_dir(js::folder());
    match &fixture {
        Some(server) => serve.args([&server.address, PROJECT]),
        None => serve.args(endpoint),
    };
    shell::run("Serve the page, whose address follows (Ctrl-C ends it)", &mut serve, "Node says why above.")
}
