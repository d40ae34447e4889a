//! The schemes that this provider knows by name: all that it knows of any vendor.

use std::path::Path;
use std::time::SystemTime;

use http::request::Parts;
use servicestage_host::Secret;
use servicestage_host::credentials::AccessKey;
use servicestage_host::error::InvalidArgument;
use servicestage_host::scheme::SdkHmacSha256;

/// Authenticates requests.
pub trait Scheme: Send + Sync {
    /// Adds the headers of a signature. Returns the part of it that must not be told.
    fn sign(&self, head: &mut Parts, body: &[u8], now: SystemTime) -> Result<Option<String>, String>;

    /// What it signs with, as far as that must not be told.
    fn secrets(&self) -> Vec<String>;
}

/// The inputs of a scheme, by its names for them.
pub type Inputs<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

/// Where a scheme looks for credentials that nobody configured.
pub struct User<'a> {
    /// The value of an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The home folder.
    pub home: Option<&'a Path>,
}

/// A scheme with its credentials.
pub type Made = Box<dyn Scheme>;

/// Which input of a scheme is wrong, and why.
pub type Wrong = (&'static str, String);

/// A scheme that is known.
pub struct Known {
    name: &'static str,
    /// Makes it of its inputs.
    pub of_inputs: fn(Inputs<'_>) -> Result<Made, Wrong>,
    /// Makes it of what the user has for it, if that is something, or says what is wrong with that.
    pub of_user: fn(&User<'_>) -> Result<Option<Made>, String>,
    /// What the user may have for it, to advise it.
    pub advice: &'static str,
}

/// The scheme of this name.
pub fn find(name: &str) -> Option<&'static Known> {
    SCHEMES.iter().find(|known| known.name == name)
}

static SCHEMES: [Known; 1] = [Known {
    name: "sdk-hmac-sha256",
    of_inputs: |input| {
        let key = AccessKey {
            id: input("access-key-id").unwrap_or_default().to_owned(),
            secret: Secret::new(input("secret-access-key").unwrap_or_default()),
            security_token: input("security-token").map(Secret::new),
        };
        SdkHmacSha256::new(key).map(boxed).map_err(input_at_fault)
    },
    of_user: |user| {
        let found = SdkHmacSha256::of_user(user.variable, user.home);
        found.map(|scheme| scheme.map(boxed)).map_err(|invalid| invalid.reason)
    },
    advice: "a profile of the SDK (`~/.huaweicloud/credentials`) or of KooCLI (`~/.hcloud/config.json`)",
}];

fn boxed(scheme: SdkHmacSha256) -> Made {
    Box::new(scheme)
}

fn input_at_fault(invalid: InvalidArgument) -> Wrong {
    let names = ["access-key-id", "secret-access-key", "security-token"];
    let name = names.into_iter().find(|name| invalid.argument.ends_with(name)).unwrap_or("access-key-id");
    (name, invalid.reason)
}

impl Scheme for SdkHmacSha256 {
    fn sign(&self, head: &mut Parts, body: &[u8], now: SystemTime) -> Result<Option<String>, String> {
        Self::sign(self, head, body, now).map(|signature| signature.map(|secret| secret.expose().to_owned()))
    }

    fn secrets(&self) -> Vec<String> {
        Self::secrets(self).iter().map(|secret| secret.expose().to_owned()).collect()
    }
}
