//! Statuses as words and numbers. The words are those of the crate `model`.

use model::status::NotAStatus;
use servicestage::types::Status;

/// Returns the word in snake_case, or the number if it has no word. `--status` accepts what is printed.
pub fn word(status: Status) -> String {
    model::status::Status::from(status).to_string()
}

/// Reads a word, with underscores or hyphens, or any number.
pub fn parse(text: &str) -> Result<Status, String> {
    text.parse::<model::status::Status>().map(Status::from).map_err(|error: NotAStatus| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_as_it_is_printed_and_named_as_in_the_json_form() {
        for number in 0..=15 {
            let status = parse(&number.to_string()).unwrap();
            assert_eq!(parse(&word(status)), Ok(status));
            match status {
                Status::Other(other) => assert_eq!((other, word(status)), (number, number.to_string())),
                status => assert_eq!(serde_json::to_value(status).unwrap(), word(status)),
            }
        }
    }
}
