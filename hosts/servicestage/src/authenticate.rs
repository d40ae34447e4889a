//! The authentication of one call: the component never sees a secret.

use std::sync::Arc;

use component_runtime::authentication::{Authenticating, ExpiryCheck};
use component_runtime::{Authentication, Layer, Scheme, Secret};
use http::request::Parts;

use crate::credentials::Identity;
use crate::credentials::authenticator::Authenticator;
use crate::credentials_error::CredentialsError;
use crate::error::{Error, InvalidArgument};
use crate::origin::{Origins, Scope};
use crate::redact::Redaction;
use crate::signature;
use crate::types::Connection;

/// The layer that signs the requests of one call or adds a token, on every attempt, and what the call's error may say.
/// Only what goes to the service or to IAM of this call is authenticated.
///
/// ```
/// use std::sync::Arc;
/// use std::time::SystemTime;
///
/// use component_runtime::http::{Decision, Request, Response, Timeouts, Verdict, full};
/// use servicestage::types::Connection;
/// use servicestage::{Authenticator, CallAuthentication, Identity, Layer, Secret};
///
/// /// Completes requests in place of a server, and sees what authenticates them.
/// struct Service;
///
/// impl Layer for Service {
///     fn decide<'a>(&'a self, request: Request, _: &'a Timeouts) -> Decision<'a> {
///         assert_eq!(request.headers()["x-auth-token"], "hush-hush");
///         Box::pin(async { Verdict::Complete(Ok(Response::new(full("[]")))) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let token = Identity::Token(Secret::new("hush-hush"));
/// let authenticator = Arc::new(Authenticator::new(token, Arc::new(Service), Arc::new(SystemTime::now)));
/// let connection = Connection { region: Some("cn-north-4".to_owned()), ..Connection::default() };
/// let authentication = CallAuthentication::new(authenticator, &connection, Arc::new(Service)).unwrap();
/// let request = http::Request::get("https://servicestage.cn-north-4.myhuaweicloud.com/").body(full("")).unwrap();
/// let verdict = authentication.layer().decide(request, &Timeouts::default()).await;
/// assert!(matches!(verdict, Verdict::Complete(Ok(_))));
/// # }
/// ```
pub struct CallAuthentication {
    layer: Arc<Authentication>,
    authenticator: Arc<Authenticator>,
}

/// The authenticator of one call, as a scheme.
struct CallScheme {
    authenticator: Arc<Authenticator>,
    scope: Option<Scope>,
}

impl CallAuthentication {
    /// Makes the authentication of a call with this connection. `below` is the layer that completes requests.
    ///
    /// # Errors
    /// The credentials cannot be sent, or the connection does not say for what a token is.
    pub fn new(
        authenticator: Arc<Authenticator>,
        connection: &Connection,
        below: Arc<dyn Layer>,
    ) -> Result<Self, InvalidArgument> {
        authenticator.identity().check()?;
        let Origins { service, iam } = Origins::of(connection);
        let scope = match authenticator.identity() {
            Identity::Password(_) => Some(Scope::of(connection)?),
            _ => None,
        };
        let scheme = Arc::new(CallScheme { authenticator: Arc::clone(&authenticator), scope });
        let (origins, secrets) = (service.into_iter().chain(iam).collect(), authenticator.identity().secrets());
        let layer = Arc::new(Authentication::new(Some(scheme), origins, secrets, below));
        Ok(Self { layer, authenticator })
    }

    /// Returns the layer, which completes requests.
    #[must_use]
    pub fn layer(&self) -> Arc<dyn Layer> {
        Arc::clone(&self.layer) as Arc<dyn Layer>
    }

    /// Replaces an error by the reason why there were no credentials, if there is one, and frees it of every secret of
    /// this call.
    pub fn explain(&self, error: &mut Error) {
        if let Some(Ok(cause)) = self.layer.take_error().map(|cause| cause.downcast::<CredentialsError>()) {
            *error = cause.into_error(&error.operation);
        }
        self.redaction().error(error);
    }

    fn redaction(&self) -> Redaction {
        let password: Vec<Secret> = self.authenticator.identity().password().cloned().into_iter().collect();
        Redaction::of(&self.layer.secrets(), &password)
    }
}

impl Scheme for CallScheme {
    fn authenticate<'a>(
        &'a self,
        head: &'a mut Parts,
        body: &'a [u8],
        expired: Option<&'a [Secret]>,
    ) -> Authenticating<'a> {
        Box::pin(async move {
            let credential = self.authenticator.renewed(self.scope.as_ref(), expired).await?;
            Ok(signature::authenticate(head, body, &credential, self.authenticator.now())?)
        })
    }

    fn expiry_check(&self) -> Option<ExpiryCheck> {
        self.authenticator.renews().then_some(says_expired)
    }
}

/// A signature that is out of date is not an expiry: the clock is wrong, and another credential changes nothing.
fn says_expired(refusal: &[u8]) -> bool {
    let text = String::from_utf8_lossy(refusal).to_ascii_lowercase();
    text.contains("expire") && !text.contains("signature expired")
}

#[cfg(test)]
mod tests {
    use component_runtime::mask;
    use huaweicloud_sign::secrets;

    #[test]
    fn masking_in_an_answer_begins_at_the_length_of_redaction_in_an_error() {
        assert_eq!(mask::SHORTEST, secrets::SHORTEST);
    }
}
