//! The schemes that this provider knows by name: all that it knows of any vendor.

use std::time::SystemTime;

use http::request::Parts;
use servicestage_host::Secret;
use servicestage_host::credentials::AccessKey;
use servicestage_host::scheme::SdkHmacSha256;

/// Authenticates requests.
pub trait Scheme: Send + Sync {
    /// Adds the headers of a signature. Returns the part of it that must not be told.
    fn sign(&self, head: &mut Parts, body: &[u8], now: SystemTime) -> Result<Option<String>, String>;
}

/// The inputs of a scheme, by its names for them.
pub type Inputs<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

/// Makes a scheme of its inputs, or says which of them is wrong and why.
pub type Maker = fn(Inputs<'_>) -> Result<Box<dyn Scheme>, (&'static str, String)>;

/// The scheme of this name.
pub fn find(name: &str) -> Option<Maker> {
    SCHEMES.iter().find(|(known, _)| *known == name).map(|(_, maker)| *maker)
}

const SCHEMES: [(&str, Maker); 1] = [("sdk-hmac-sha256", sdk_hmac_sha256)];

fn sdk_hmac_sha256(input: Inputs<'_>) -> Result<Box<dyn Scheme>, (&'static str, String)> {
    let key = AccessKey {
        id: input("access-key-id").unwrap_or_default().to_owned(),
        secret: Secret::new(input("secret-access-key").unwrap_or_default()),
        security_token: input("security-token").map(Secret::new),
    };
    match SdkHmacSha256::new(key) {
        Ok(scheme) => Ok(Box::new(scheme)),
        Err(invalid) => {
            let names = ["access-key-id", "secret-access-key", "security-token"];
            let name = names.into_iter().find(|name| invalid.argument.ends_with(name)).unwrap_or("access-key-id");
            Err((name, invalid.reason))
        }
    }
}

impl Scheme for SdkHmacSha256 {
    fn sign(&self, head: &mut Parts, body: &[u8], now: SystemTime) -> Result<Option<String>, String> {
        Self::sign(self, head, body, now).map(|signature| signature.map(|secret| secret.expose().to_owned()))
    }
}
