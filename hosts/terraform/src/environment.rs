//! The environment variables that may fill the attributes of a component.
//!
//! A component names them in its description, and a component that is not built in may name any. So it may read those
//! of its provider, and others only if the policy file grants them.

use component_runtime::Grant;
use component_runtime::policy::Entry;

use crate::scheme;

/// The environment, as far as a component may use it.
pub struct Environment<'a> {
    /// Returns the value of a variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The grant of the policy file.
    pub grant: &'a Grant,
    /// The variables that the component may read.
    pub access: VariableAccess<'a>,
}

/// The variables that a component may read.
#[derive(Clone, Copy)]
pub enum VariableAccess<'a> {
    /// All that it names. The component is built into the provider.
    Any,
    /// Those of the provider of this name. The component is not built in.
    Provider(&'a str),
}

impl Environment<'_> {
    /// Returns the value of a variable that may be read, is set and is not empty.
    pub fn read(&self, name: &str) -> Option<String> {
        if self.grants(name) { self.value(name) } else { None }
    }

    /// Returns whether a variable may be read.
    pub fn grants(&self, name: &str) -> bool {
        match self.access {
            VariableAccess::Any => true,
            VariableAccess::Provider(provider) => self.grant.has_variable(name) || belongs_to(provider, name),
        }
    }

    /// Returns whether a variable is set and may not be read.
    pub fn withholds(&self, name: &str) -> bool {
        !self.grants(name) && self.value(name).is_some()
    }

    /// Returns why variables are not read, and the policy under which they are.
    pub fn explain<'b>(&self, withheld: impl IntoIterator<Item = &'b str>) -> String {
        let VariableAccess::Provider(provider) = self.access else { return String::new() };
        let mut policy = self.grant.clone();
        policy.extend(withheld.into_iter().filter_map(|name| Entry::variable(name).ok()));
        format!(
            "Unless a policy names more, a component that is not built into the provider may read only variables that \
             begin with `{}`. Of these, it may not read those of Terraform, of proxies or of known credentials. To allow \
             more, let {} name a file with this policy:\n{policy}",
            variable(provider, ""),
            variable(provider, "POLICY")
        )
    }

    fn value(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|text| !text.is_empty())
    }
}

/// Returns the name of a variable that belongs to the provider of this name.
pub fn variable(provider: &str, what: &str) -> String {
    format!("{}_{what}", provider.to_ascii_uppercase().replace('-', "_"))
}

/// Returns a variable of the process. Bytes that are not Unicode become replacement characters, which are refused where
/// they matter.
pub fn process_variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Returns whether a variable belongs to a provider. Those of Terraform, of proxies and of known schemes never do,
/// whatever the provider's name.
fn belongs_to(provider: &str, name: &str) -> bool {
    // Some systems ignore the case of names.
    let upper = name.to_ascii_uppercase();
    let of_another = upper.starts_with("TF_") || upper.starts_with("PLUGIN_") || upper.ends_with("_PROXY");
    !provider.is_empty() && name.starts_with(&variable(provider, "")) && !of_another && !scheme::is_secret(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readable(provider: &str, policy: &str, name: &str) -> bool {
        let allow = format!(r#"{{"version": 1, "allow": [{policy}]}}"#);
        let (variable, grant) = (|_: &str| Some("set".to_owned()), Grant::from_json(&allow).unwrap());
        Environment { variable: &variable, grant: &grant, access: VariableAccess::Provider(provider) }
            .read(name)
            .is_some()
    }

    #[test]
    fn a_component_that_people_bring_reads_the_variables_of_its_provider() {
        for name in ["EXAMPLE_ZONE", "EXAMPLE_", "EXAMPLE_A_B"] {
            assert!(readable("example", "", name), "{name}");
        }
        assert!(readable("my-own", "", "MY_OWN_ZONE"));
        for name in [
            "",
            "EXAMPLE",
            "EXAMPLES_ZONE",
            "example_ZONE",
            "Example_Zone",
            " EXAMPLE_ZONE",
            "AWS_SECRET_ACCESS_KEY",
            "aws_secret_access_key",
            "HOME",
            "TF_VAR_password",
            "TF_PLUGIN_MAGIC_COOKIE",
            "PLUGIN_CLIENT_CERT",
            "HTTPS_PROXY",
            "HW_SECRET_KEY",
        ] {
            assert!(!readable("example", "", name), "{name}");
        }
    }

    #[test]
    fn no_name_of_a_provider_opens_what_belongs_to_others() {
        for (provider, name) in [
            ("tf", "TF_VAR_password"),
            ("tf", "TF_TOKEN_app_terraform_io"),
            ("plugin", "PLUGIN_CLIENT_CERT"),
            ("https", "HTTPS_PROXY"),
            ("https", "HTTPS_proxy"),
            ("all", "ALL_PROXY"),
            ("hw", "HW_SECRET_KEY"),
            ("hw", "HW_AUTH_TOKEN"),
            ("huaweicloud", "HUAWEICLOUD_SDK_SK"),
            ("", "_ZONE"),
        ] {
            assert!(!readable(provider, "", name), "{provider} {name}");
        }
    }

    #[test]
    fn the_policy_file_grants_a_variable_by_its_exact_name() {
        let line = r#"{"variable": "OTHER_ZONE"}"#;
        assert!(readable("example", line, "OTHER_ZONE"));
        for name in ["OTHER_ZONES", "OTHER_ZON", "other_zone"] {
            assert!(!readable("example", line, name), "{name}");
        }
    }

    #[test]
    fn the_component_that_was_built_in_reads_what_it_names() {
        let (variable, grant) = (|_: &str| Some("set".to_owned()), Grant::default());
        let environment = Environment { variable: &variable, grant: &grant, access: VariableAccess::Any };
        assert!(environment.read("HW_SECRET_KEY").is_some() && !environment.withholds("HW_SECRET_KEY"));
    }
}
