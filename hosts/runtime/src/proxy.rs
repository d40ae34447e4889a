//! The proxy that the environment names: requests by https go through a tunnel of it.
//!
//! What is loopback never does, and neither does plain http, which leaves no machine. Through a tunnel the proxy resolves
//! the name: then only what the URL says can be checked, and not where it leads.

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;

use http::Uri;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tower_service::Service;

use crate::connector::{ConnectError, Connection, Door, Shut};
use crate::http::HttpError;
use crate::policy::{Host, Origin};

/// Where to go through a proxy, and where not. The default is nowhere.
#[derive(Clone, Default)]
pub struct Proxy(Option<Arc<Matcher>>);

/// A variable that does not name a proxy. It does not repeat the value, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoProxyUrl(&'static str);

impl Proxy {
    /// Takes the first of `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY` and `all_proxy`, except for the hosts of `NO_PROXY`
    /// or `no_proxy`: names with all that end in them, addresses and ranges, or `*`. An empty variable counts as unset.
    ///
    /// # Errors
    /// The variable is no URL of a proxy that speaks http or https.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, NoProxyUrl> {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| Some((*name, variable(name).filter(|value| !value.is_empty())?)))
        };
        let Some((name, url)) = first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]) else {
            return Ok(Self::default());
        };
        // The library passes over what it cannot read, and a request would go straight where a proxy was wanted.
        if !is_proxy(&url) {
            return Err(NoProxyUrl(name));
        }
        let except = first(&["NO_PROXY", "no_proxy"]).map_or(String::new(), |(_, hosts)| hosts);
        Ok(Self(Some(Arc::new(Matcher::builder().https(url).no(except).build()))))
    }

    /// The proxy through which an origin is reached; none if it is reached straight.
    pub(crate) fn of(&self, origin: &Origin, uri: &Uri) -> Option<Intercept> {
        // Names below `localhost` are this machine, and not the proxy's. Source: RFC 6761, section 6.3.
        let below = matches!(origin.host(), Host::Name(name) if name.ends_with(".localhost"));
        let here = origin.is_loopback() || below;
        if here || !origin.is_secure() { None } else { self.0.as_ref()?.intercept(uri) }
    }
}

/// Has the proxy connect to the server of a URL. `door` connects to the proxy.
pub(crate) async fn tunnel(proxy: &Intercept, uri: &Uri, door: Door) -> Result<Connection, ConnectError> {
    let tunnel = Tunnel::new(proxy.uri().clone(), door);
    let mut tunnel = match proxy.basic_auth() {
        Some(credentials) => tunnel.with_auth(credentials.clone()),
        None => tunnel,
    };
    tunnel.call(uri.clone()).await.map_err(|error| {
        let shut = error.source().and_then(|cause| cause.downcast_ref::<Shut>()).and_then(Shut::take);
        let why = match shut {
            Some(unreachable) => format!("it cannot be reached: {}", unreachable.code()),
            None => error.to_string(),
        };
        let at = proxy.uri().authority().map_or("", |authority| authority.as_str());
        HttpError::InternalError(Some(format!("no connection through the proxy {at}: {why}"))).into()
    })
}

fn is_proxy(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|uri| {
        let scheme = uri.scheme_str().unwrap_or("http");
        uri.host().is_some_and(|host| !host.is_empty()) && matches!(scheme, "http" | "https")
    })
}

impl fmt::Display for NoProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} names no proxy that can be used; write http://host:port or https://host:port", self.0)
    }
}

impl std::error::Error for NoProxyUrl {}
