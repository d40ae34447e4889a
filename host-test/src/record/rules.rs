//! The meaning of the strings of an answer, by the names of their members.

use huaweicloud_sign::date;

use super::json::StringPosition;
use super::names::{FoundValues, Kind};

/// The treatment of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It stays, but for values that are known from elsewhere: a word of the API, a time, a sentence.
    Stays,
    /// It is replaced as a whole.
    Is(Kind),
}

/// The longest word of the API that stays.
const LONGEST_WORD: usize = 64;

/// From so many characters on, with this many digits among them, a run is taken for an id: machines make such.
const ID_CHARACTERS: usize = 16;
const ID_DIGITS: usize = 4;

/// The treatment of a string of an answer. An unknown one is replaced.
#[must_use]
pub fn meaning(place: StringPosition<'_>, text: &str) -> Meaning {
    let (member, parent) = match place {
        StringPosition::Name if is_member_name(text) => return Meaning::Stays,
        StringPosition::Name => return Meaning::Is(Kind::Text),
        StringPosition::Value { member, parent } => (plain(member), plain(parent)),
    };
    let stays_if = |stays: bool| if stays { Meaning::Stays } else { Meaning::Is(Kind::Text) };
    match (member.as_str(), parent.as_str()) {
        ("errormsg" | "errormessage" | "message" | "title", _) => Meaning::Stays,
        ("errorcode" | "code" | "status" | "configmode" | "approvalstatus", _) => stays_if(is_word(text)),
        ("createtime" | "createdtime" | "updatetime" | "updatedtime" | "lasttriggerat", _) => stays_if(is_time(text)),
        ("version" | "modelversion" | "count", _) => stays_if(is_time(text)),
        ("enterpriseprojectid", _) if text == "0" => Meaning::Stays,
        ("requestid" | "traceid", _) => Meaning::Is(Kind::RequestId),
        ("projectid" | "enterpriseprojectid", _) | ("id", "project" | "projects") => Meaning::Is(Kind::ProjectId),
        ("domainid" | "accountid" | "parentid", _) | ("id", "domain") => Meaning::Is(Kind::AccountId),
        ("userid" | "creatorid", _) | ("id", "user" | "users") => Meaning::Is(Kind::UserId),
        ("pipelineid", _) | ("id", "" | "pipelines") => Meaning::Is(Kind::TaskId),
        ("id", _) => Meaning::Is(Kind::OtherId),
        ("projectname" | "enterpriseproject", _) | ("name", "project" | "projects") => Meaning::Is(Kind::ProjectName),
        ("domainname" | "accountname" | "domain", _) | ("name", "domain") => Meaning::Is(Kind::AccountName),
        ("creator" | "username" | "user" | "owner", _) | ("name", "user" | "users") => Meaning::Is(Kind::UserName),
        ("name", "" | "pipelines") => Meaning::Is(Kind::TaskName),
        _ => Meaning::Is(Kind::Text),
    }
}

/// Whether a text is a word of the API, such as a status or a code.
#[must_use]
pub fn is_word(text: &str) -> bool {
    let of_word = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.len() <= LONGEST_WORD && text.bytes().all(of_word) && ids(text).is_empty()
}

/// Whether the value of a header has its standard form and may stay: a media type, a time, a number of seconds.
#[must_use]
pub fn is_header(name: &str, value: &str) -> bool {
    match name {
        "content-type" => {
            let (media, parameter) = value.split_once(';').unwrap_or((value, "charset=utf-8"));
            let charset = parameter.trim().strip_prefix("charset=");
            let halves = media.split('/').filter(|half| !half.is_empty() && is_word(half)).count();
            halves == 2 && media.matches('/').count() == 1 && charset.is_some_and(is_word)
        }
        _ => value.bytes().all(|byte| byte.is_ascii_digit()) || jiff::fmt::rfc2822::parse(value).is_ok(),
    }
}

/// Finds what looks like an id or the address of a person or a machine within free text.
pub fn find_in_text(text: &str, found: &mut FoundValues) {
    for word in text.split(|c: char| c.is_whitespace() || "\"'<>(),;|=".contains(c)) {
        let word = word.trim_matches(['.', ':', '!', '?', '[', ']']);
        if word.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) {
            found.add(Kind::Text, word);
        }
        let host = word.split_once("://").map_or(word, |(_, rest)| rest).split(['/', ':']).next().unwrap_or_default();
        if host.parse::<std::net::IpAddr>().is_ok() {
            found.add(Kind::OtherId, host);
        }
    }
    ids(text).into_iter().for_each(|id| found.add(Kind::OtherId, id));
}

fn ids(text: &str) -> Vec<&str> {
    let runs = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    let is_id = |run: &&str| {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        run.len() >= ID_CHARACTERS && digits >= ID_DIGITS && digits < run.len() && date::parse(run).is_none()
    };
    runs.filter(is_id).collect()
}

fn is_member_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= LONGEST_WORD
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && ids(text).is_empty()
}

/// Digits, and what stands between those of a date.
fn is_time(text: &str) -> bool {
    text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_digit() || b"TZ:.+-".contains(&byte))
}

/// A member's name without the differences between the vendor's services.
fn plain(name: Option<&str>) -> String {
    name.unwrap_or_default().chars().filter(|c| !matches!(c, '_' | '-')).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_are_replaced() {
        let of = |parent, member, text| meaning(StringPosition::Value { member: Some(member), parent }, text);
        assert_eq!(of(None, "creator", "ann"), Meaning::Is(Kind::UserName));
        assert_eq!(of(Some("projects"), "id", "x"), Meaning::Is(Kind::ProjectId));
        assert_eq!(of(Some("pipelines"), "name", "x"), Meaning::Is(Kind::TaskName));
        assert_eq!(of(Some("extend_info"), "name", "x"), Meaning::Is(Kind::Text));
        assert_eq!(of(None, "enterprise_project_id", "0"), Meaning::Stays);
        assert_eq!(of(None, "enterprise_project_id", "1"), Meaning::Is(Kind::ProjectId));
        assert_eq!(of(None, "errorCode", "SVCSTG.00100400"), Meaning::Stays);
        assert_eq!(of(None, "error_code", "ask Ann"), Meaning::Is(Kind::Text));
        assert_eq!(of(None, "create_time", "2025-01-01T08:30:00Z"), Meaning::Stays);
        assert_eq!(of(None, "create_time", "soon"), Meaning::Is(Kind::Text));
        assert_eq!(of(None, "new", "anything"), Meaning::Is(Kind::Text));
        assert_eq!(meaning(StringPosition::Name, "stageStates"), Meaning::Stays);
        assert_eq!(meaning(StringPosition::Name, "Ann's"), Meaning::Is(Kind::Text));
    }

    #[test]
    fn headers_stay_if_they_are_what_they_should_be() {
        for (name, value) in [
            ("content-type", "application/json;charset=utf8"),
            ("content-type", "text/html"),
            ("date", "Wed, 01 Jan 2025 08:30:00 GMT"),
            ("retry-after", "120"),
        ] {
            assert!(is_header(name, value), "{value}");
        }
        for (name, value) in [
            ("content-type", "text/html; of=ann"),
            ("content-type", "text/ann at work"),
            ("content-type", "a/b/c"),
            ("date", "when ann likes"),
        ] {
            assert!(!is_header(name, value), "{value}");
        }
    }

    #[test]
    fn ids_and_addresses_within_sentences_are_found() {
        let text = "signature expired, signature time:20260528T092752Z, user d78cbac186b744899480f25bd022f468 \
                    (ann@example.com) at https://10.1.2.3:443/x, code APIGW.0301";
        let mut found = FoundValues::default();
        find_in_text(text, &mut found);
        let names = found.numbered();
        let values: Vec<&str> = names.all().map(|(value, _, _)| value).collect();
        assert_eq!(values, ["10.1.2.3", "ann@example.com", "d78cbac186b744899480f25bd022f468"]);
    }
}
