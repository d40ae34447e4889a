//! The service that the facade asks: set where it is deployed, out of its callers' reach.

use model::connection::Connection;

/// Returns the connection that the environment describes, without a project and a caller's credentials. The component
/// checks it. An empty variable counts as unset.
///
/// - `HW_REGION_NAME`: the region, as the command-line tool has it
/// - `SERVICESTAGE_ENDPOINT` and `SERVICESTAGE_IAM_ENDPOINT`: origins in place of the region's
#[must_use]
pub fn connection(environment: &[(String, String)]) -> Connection {
    let look_up = |wanted: &str| {
        let found = environment.iter().find(|(name, value)| name == wanted && !value.is_empty());
        found.map(|(_, value)| value.clone())
    };
    Connection {
        region: look_up("HW_REGION_NAME"),
        endpoint: look_up("SERVICESTAGE_ENDPOINT"),
        iam_endpoint: look_up("SERVICESTAGE_IAM_ENDPOINT"),
        ..Connection::default()
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
        let expected = Connection {
            region: Some("cn-north-4".to_owned()),
            iam_endpoint: Some("https://iam.example.com".to_owned()),
            ..Connection::default()
        };
        assert_eq!(connection(&environment), expected);
    }
}
