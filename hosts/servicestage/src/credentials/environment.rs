//! Credentials in environment variables.

use super::parts::{Names, PartKind, ResolvedCredentials, Source, assemble};
use crate::error::InvalidArgument;

/// The variables of the official Terraform provider, then those of the official SDK. Those of two programs are never
/// mixed.
const FAMILIES: [Names; 2] = [
    &[
        (PartKind::Token, "HW_AUTH_TOKEN"),
        (PartKind::AccessKeyId, "HW_ACCESS_KEY"),
        (PartKind::SecretAccessKey, "HW_SECRET_KEY"),
        (PartKind::SecurityToken, "HW_SECURITY_TOKEN"),
        (PartKind::UserName, "HW_USER_NAME"),
        (PartKind::Password, "HW_USER_PASSWORD"),
        (PartKind::DomainName, "HW_DOMAIN_NAME"),
    ],
    &[
        (PartKind::AccessKeyId, "HUAWEICLOUD_SDK_AK"),
        (PartKind::SecretAccessKey, "HUAWEICLOUD_SDK_SK"),
        (PartKind::SecurityToken, "HUAWEICLOUD_SDK_SECURITY_TOKEN"),
    ],
];

/// The variables to set, for a user who has set none of them.
pub(super) const ADVICE: &str = "set HW_ACCESS_KEY and HW_SECRET_KEY (and HW_SECURITY_TOKEN if the key is \
     temporary), or HW_AUTH_TOKEN, or HW_USER_NAME, HW_USER_PASSWORD and HW_DOMAIN_NAME, or HUAWEICLOUD_SDK_AK and \
     HUAWEICLOUD_SDK_SK (and HUAWEICLOUD_SDK_SECURITY_TOKEN)";

/// The credentials of the first family that has any.
pub(super) fn find(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<ResolvedCredentials>, InvalidArgument> {
    for names in FAMILIES {
        if let Some((identity, parts)) = assemble(names, "", variable)? {
            let source = Source::Environment;
            return Ok(Some(ResolvedCredentials { identity, source, parts, region: None, project_id: None }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Identity;

    fn find(variables: &[(&str, &str)]) -> Result<Option<ResolvedCredentials>, InvalidArgument> {
        super::find(&|name| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_first_family_with_any_credential_is_taken_as_a_whole() {
        let sdk = [("HUAWEICLOUD_SDK_AK", "id"), ("HUAWEICLOUD_SDK_SK", "secret")];
        let Identity::AccessKey(key) = find(&sdk).unwrap().unwrap().identity else { panic!("no key") };
        assert_eq!((key.id.as_str(), key.secret.expose()), ("id", "secret"));
        assert!(key.security_token.is_none());

        let mixed = [&sdk[..], &[("HW_AUTH_TOKEN", "token")]].concat();
        let Identity::Token(token) = find(&mixed).unwrap().unwrap().identity else { panic!("no token") };
        assert_eq!(token.expose(), "token");

        // Half a key of the first family is not completed by the second.
        let half = [&sdk[..], &[("HW_ACCESS_KEY", "id")]].concat();
        let error = find(&half).unwrap_err();
        assert_eq!(error.argument, "credentials.secret-access-key");
        assert_eq!(error.reason, "HW_ACCESS_KEY is set, HW_SECRET_KEY is missing");
    }

    #[test]
    fn an_empty_variable_is_unset_and_the_account_s_name_alone_is_nothing() {
        for variables in [&[][..], &[("HW_AUTH_TOKEN", ""), ("HW_ACCESS_KEY", "")], &[("HW_DOMAIN_NAME", "d")]] {
            assert!(find(variables).unwrap().is_none(), "{variables:?}");
        }
        let key = [("HW_DOMAIN_NAME", "d"), ("HW_ACCESS_KEY", "id"), ("HW_SECRET_KEY", "hush")];
        let found = find(&key).unwrap().unwrap();
        assert!(matches!(found.identity, Identity::AccessKey(_)));
        assert_eq!(found.parts.iter().map(|part| part.name).collect::<Vec<_>>(), ["HW_ACCESS_KEY", "HW_SECRET_KEY"]);
    }

    #[test]
    fn a_user_needs_name_password_and_account() {
        let all = [("HW_USER_NAME", "u"), ("HW_USER_PASSWORD", "hush"), ("HW_DOMAIN_NAME", "d")];
        let Identity::Password(user) = find(&all).unwrap().unwrap().identity else { panic!("no user") };
        assert_eq!((user.user.as_str(), user.password.expose(), user.domain.as_str()), ("u", "hush", "d"));
        for (left_out, argument) in [(0, "user-name"), (1, "password"), (2, "domain-name")] {
            let mut variables = all.to_vec();
            let (name, _) = variables.remove(left_out);
            let error = find(&variables).unwrap_err();
            assert_eq!(error.argument, format!("credentials.{argument}"));
            assert!(error.reason.ends_with(&format!("set, {name} is missing")), "{}", error.reason);
            assert!(!error.reason.contains("hush"), "{}", error.reason);
        }
    }

    #[test]
    fn credentials_that_do_not_go_together_are_refused_by_name() {
        type Variables = &'static [(&'static str, &'static str)];
        let cases: [(Variables, &str, &str); 5] = [
            (
                &[("HW_SECRET_KEY", "hush")],
                "credentials.access-key-id",
                "HW_SECRET_KEY is set, HW_ACCESS_KEY is missing",
            ),
            (
                &[("HW_SECURITY_TOKEN", "hush")],
                "credentials.access-key-id",
                "HW_SECURITY_TOKEN is set, HW_ACCESS_KEY is missing",
            ),
            (
                &[("HW_AUTH_TOKEN", "hush"), ("HW_ACCESS_KEY", "hush"), ("HW_SECRET_KEY", "hush")],
                "credentials",
                "HW_AUTH_TOKEN is set together with HW_ACCESS_KEY, HW_SECRET_KEY; unset one or the other",
            ),
            (
                &[("HW_ACCESS_KEY", "hush"), ("HW_SECRET_KEY", "hush"), ("HW_USER_NAME", "u")],
                "credentials",
                "HW_ACCESS_KEY and HW_SECRET_KEY are set together with HW_USER_NAME; unset one or the other",
            ),
            (
                &[("HUAWEICLOUD_SDK_AK", "hush"), ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "hush")],
                "credentials.secret-access-key",
                "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SECURITY_TOKEN are set, HUAWEICLOUD_SDK_SK is missing",
            ),
        ];
        for (variables, argument, reason) in cases {
            let error = find(variables).unwrap_err();
            assert_eq!((error.argument.as_str(), error.reason.as_str()), (argument, reason), "{variables:?}");
        }
    }
}
