//! jq expressions.

use jaq_core::load::{Arena, Error, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::{Val, read};

type Filter = jaq_core::compile::Filter<jaq_core::Native<data::JustLut<Val>>>;

/// Returns why an expression cannot be used.
pub fn check(expression: &str) -> Result<(), String> {
    compiled(expression).map(drop)
}

/// Passes the results of an expression on, as they come: text bare, anything else as JSON.
pub fn run<T>(
    expression: &str,
    json: &[u8],
    pass_on: impl FnOnce(&mut dyn Iterator<Item = Result<String, String>>) -> Result<T, String>,
) -> Result<T, String> {
    let filter = compiled(expression)?;
    let input = read::parse_single(json).map_err(|error| error.to_string())?;
    let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
    let results = filter.id.run((context, input)).map(unwrap_valr);
    pass_on(&mut results.map(|result| match result {
        Ok(value) => Ok(format!("{}\n", shown(&value))),
        Err(error) => Err(error.to_string()),
    }))
}

fn shown(value: &Val) -> String {
    match value {
        Val::TStr(text) | Val::BStr(text) => String::from_utf8_lossy(text).into_owned(),
        value => value.to_string(),
    }
}

fn compiled(expression: &str) -> Result<Filter, String> {
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let loaded = Loader::new(definitions).load(&arena, File { code: expression, path: () });
    let loaded =
        loaded.map_err(|errors| errors.iter().map(|(_, error)| unreadable(error)).collect::<Vec<_>>().join("; "))?;
    Compiler::default().with_funs(functions).compile(loaded).map_err(|errors| {
        let unknown = errors.iter().flat_map(|(_, errors)| errors);
        unknown.map(|(name, kind)| format!("`{name}` is not a known {}", kind.as_str())).collect::<Vec<_>>().join("; ")
    })
}

fn unreadable(error: &Error<&str>) -> String {
    let expected = |expected: &str, rest: &str| {
        if rest.is_empty() {
            format!("{expected} is missing at the end")
        } else {
            format!("{expected} is missing before `{rest}`")
        }
    };
    let reasons: Vec<String> = match error {
        Error::Io(errors) => errors.iter().map(|(path, why)| format!("`{path}` cannot be read: {why}")).collect(),
        Error::Lex(errors) => errors.iter().map(|(what, rest)| expected(what.as_str(), rest)).collect(),
        Error::Parse(errors) => errors.iter().map(|(what, rest)| expected(what.as_str(), rest)).collect(),
    };
    reasons.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(expression: &str, json: &str) -> Result<String, String> {
        run(expression, json.as_bytes(), |results| results.collect())
    }

    #[test]
    fn text_is_bare_and_the_rest_is_json() {
        for (expression, expected) in [
            (".a[].name", "x\ny\n"),
            (".a | map(select(.n > 1))", "[{\"name\":\"y\",\"n\":2}]\n"),
            (".big", "18446744073709551615\n"),
            (r#".a[] | "\(.name)\t\(.n)""#, "x\t1\ny\t2\n"),
            (r#"[.a[].name] | join("+")"#, "x+y\n"),
            (".a[0].n * 1000 | todate", "1970-01-01T00:16:40Z\n"),
            (".a | map(.name | test(\"^x\"))", "[true,false]\n"),
            ("empty", ""),
        ] {
            let json = r#"{"a": [{"name": "x", "n": 1}, {"name": "y", "n": 2}], "big": 18446744073709551615}"#;
            assert_eq!(results(expression, json).as_deref(), Ok(expected), "{expression}");
        }
    }

    #[test]
    fn a_wrong_expression_is_told_where_it_is_wrong() {
        for (expression, part) in
            [(".a[", "missing"), ("nothing", "`nothing`"), ("$x", "`$x`"), (". | ", "at the end"), ("{(.)}", "}")]
        {
            let why = check(expression).unwrap_err();
            assert!(why.contains(part), "{expression}: {why}");
        }
        assert!(
            results(".a + 1", r#"{"a": []}"#).unwrap_err().contains("cannot"),
            "{:?}",
            results(".a + 1", r#"{"a": []}"#)
        );
    }

    #[test]
    fn results_come_one_by_one() {
        let first = run("repeat(1)", b"null", |results| results.take(3).collect::<Result<Vec<_>, _>>());
        assert_eq!(first.unwrap().concat(), "1\n1\n1\n");
    }
}
