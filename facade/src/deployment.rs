//! Which service is asked: set where the facade is deployed, out of its callers' reach.

/// What the environment says. The component checks it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    /// `HW_REGION_NAME`, as the command-line tool has it.
    pub region: Option<String>,
    /// `SERVICESTAGE_ENDPOINT`, in place of the region's.
    pub endpoint: Option<String>,
    /// `SERVICESTAGE_IAM_ENDPOINT`, in place of the region's.
    pub iam_endpoint: Option<String>,
}

impl Deployment {
    /// Takes what it knows from the environment. An empty variable counts as unset.
    #[must_use]
    pub fn of(environment: &[(String, String)]) -> Self {
        let look_up = |wanted: &str| {
            let found = environment.iter().find(|(name, value)| name == wanted && !value.is_empty());
            found.map(|(_, value)| value.clone())
        };
        Self {
            region: look_up("HW_REGION_NAME"),
            endpoint: look_up("SERVICESTAGE_ENDPOINT"),
            iam_endpoint: look_up("SERVICESTAGE_IAM_ENDPOINT"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_unset_and_others_are_not_read() {
        let environment = [
            ("HW_REGION_NAME", "cn-north-4"),
            ("SERVICESTAGE_ENDPOINT", ""),
            ("SERVICESTAGE_IAM_ENDPOINT", "https://iam.example.com"),
            ("HW_AUTH_TOKEN", "example-token"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let expected = Deployment {
            region: Some("cn-north-4".to_owned()),
            endpoint: None,
            iam_endpoint: Some("https://iam.example.com".to_owned()),
        };
        assert_eq!(Deployment::of(&environment), expected);
    }
}
