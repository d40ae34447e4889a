//! The commands and their forms.

#[path = "support/language.rs"]
mod language;
mod support;

use language::{Ran, run};
use serde_json::{Value, json};
use support::{Folder, PROJECT, Server, TOKEN, command};

fn tasks() -> Value {
    json!([
        { "id": "11111111-a", "name": "shop", "status": 2, "create_time": 1_739_865_312_000_u64, "creator": "ann",
          "config_mode": "ui" },
        { "id": "22222222-b", "name": "blog", "status": 3, "create_time": 1_739_865_311_000_u64, "creator": "ann",
          "last_trigger_at": 1_739_865_315_000_u64 },
        { "id": "22222222-c", "name": "blog", "status": 3, "create_time": 1_739_779_000_000_u64, "config_mode": "=y" },
    ])
}

/// The tool with a server, in UTC.
fn towards(server: &Server, words: &[&str]) -> Ran {
    let mut tool = command(&[]);
    tool.env("HW_AUTH_TOKEN", TOKEN).env("HW_PROJECT_ID", PROJECT).env("TZ", "UTC");
    run(tool, &[words, &["--endpoint", &server.url]].concat())
}

#[test]
fn every_way_to_a_listing_is_the_same() {
    let server = Server::listing(&tasks());
    for words in [&["list"][..], &["ls"], &["pipelines", "list"], &["pipelines", "ls"], &["pipeline", "list"]] {
        let words = [words, &["-o", "id"]].concat();
        towards(&server, &words).stdout("11111111-a\n22222222-b\n22222222-c\n").stderr("").exit(0);
    }
}

#[test]
fn each_form_has_its_text() {
    let server = Server::listing(&tasks());
    let list =
        |words: &[&str]| towards(&server, &[&["list", "--columns", "name,mode,last_run"], words].concat()).exit(0);
    list(&[]).stdout("NAME  MODE  LAST RUN (UTC)\nshop  ui    -\nblog  -     2025-02-18 07:55\nblog  =y    -\n");
    list(&["--no-headers"]).stdout("shop  ui  -\nblog  -   2025-02-18 07:55\nblog  =y  -\n");
    list(&["-o", "name"]).stdout("shop\nblog\nblog\n");
    list(&["-o", "csv"]).stdout("name,config_mode,last_trigger_at\r\nshop,ui,\r\nblog,,1739865315000\r\nblog,'=y,\r\n");
    list(&["-o", "csv", "--iso-times", "--no-headers", "--bom"])
        .stdout("\u{feff}shop,ui,\r\nblog,,2025-02-18T07:55:15Z\r\nblog,'=y,\r\n");
    list(&["-o", "tsv"])
        .stdout("name\tconfig_mode\tlast_trigger_at\r\nshop\tui\t\r\nblog\t\t1739865315000\r\nblog\t'=y\t\r\n");
    list(&["-o", "jsonl", "--limit", "2"]).stdout(
        "{\"name\":\"shop\",\"config_mode\":\"ui\",\"last_trigger_at\":null}\n\
         {\"name\":\"blog\",\"config_mode\":null,\"last_trigger_at\":1739865315000}\n",
    );
    list(&["-o", "json", "--limit", "1"]).stdout_has(
        r#"{"pipelines":[{"name":"shop","config_mode":"ui","last_trigger_at":null}],"total":3,"matched":3,"truncated":true,"#,
    );
    list(&["-o", "yaml", "--limit", "1"]).stdout_has("name: shop\n").stdout_has("\ntotal: 3\n");
}

#[test]
fn a_task_is_found_by_its_id_its_name_or_the_beginning_of_its_id() {
    let server = Server::listing(&tasks());
    let get = |words: &[&str]| towards(&server, &[&["pipelines", "get"], words].concat());
    for task in ["11111111-a", "shop", "11111111"] {
        get(&[task, "-o", "id"]).stdout("11111111-a\n").exit(0);
    }
    get(&["shop", "-o", "json", "--columns", "status"]).stdout("{\"status\":\"succeeded\"}\n").exit(0);
    get(&["shop"])
        .stdout_has("NAME                   shop\n")
        .stdout_has("CREATED (UTC)          2025-02-18 07:55\n")
        .exit(0);
    let ids = "\"22222222-b\", \"22222222-c\"";
    get(&["blog"]).stderr_has("the argument `ID|NAME` is not valid").stderr_has(ids).exit(2);
    get(&["22222222"]).stderr_has(ids).exit(2);
    get(&["nothing", "-o", "json"]).stdout("").stderr_has("\"kind\":\"not_found\"").exit(5);
    get(&["shpo"]).stderr_has("Did you mean \"shop\"?").exit(5);
}

#[test]
fn tasks_are_counted() {
    let server = Server::listing(&tasks());
    let count = |words: &[&str]| towards(&server, &[&["pipelines", "count"], words].concat()).exit(0);
    count(&[]).stdout("STATUS     COUNT\nfailed     2\nsucceeded  1\n");
    count(&["--by", "creator"]).stdout("CREATOR  COUNT\nann      2\n-        1\n");
    count(&["--by", "day", "-o", "csv"]).stdout("day,count\r\n2025-02-17,1\r\n2025-02-18,2\r\n");
    count(&["--by", "mode", "-o", "jsonl"])
        .stdout("{\"value\":null,\"count\":1}\n{\"value\":\"=y\",\"count\":1}\n{\"value\":\"ui\",\"count\":1}\n");
    count(&["--status", "failed", "-o", "json"]).stdout("[{\"value\":\"failed\",\"count\":2}]\n");
}

#[test]
fn a_count_of_fewer_tasks_than_match_is_refused() {
    let server = Server::listing(&tasks());
    towards(&server, &["pipelines", "count", "--limit", "1"])
        .stdout("")
        .stderr_has("the argument `--limit` is not valid")
        .exit(2);
    let help = |flag| run(command(&["pipelines", "count"]), &[flag]).exit(0);
    for flag in ["-h", "--help"] {
        assert!(!help(flag).to_string().contains("--limit"));
    }
}

#[test]
fn the_project_is_found() {
    let server = Server::of("find_project");
    let find = |words: &[&str]| {
        let mut tool = command(&["projects", "find", "--region", "cn-north-4"]);
        tool.env("HW_AUTH_TOKEN", TOKEN);
        run(tool, &[&["--iam-endpoint", server.url.as_str()], words].concat())
    };
    find(&[]).exit(0).stdout(&format!("{PROJECT}\n"));
    find(&["-o", "json"]).exit(0).stdout(&format!("{{\"project_id\":\"{PROJECT}\"}}\n"));
    find(&["--project-id", PROJECT])
        .stdout("")
        .stderr_has("`--project-id`: it is given; there is nothing to find")
        .exit(2);
}

#[test]
fn the_project_is_found_where_a_variable_or_a_profile_has_one() {
    let server = Server::of("find_project");
    let folder = Folder::new();
    let profile = format!("[basic]\nak = AK\nsk = hush\nproject_id = {}\n", "f".repeat(32));
    let file = folder.write("credentials", &profile);
    for (variable, value) in [
        ("HW_PROJECT_ID", "f".repeat(32)),
        ("HUAWEICLOUD_SDK_PROJECT_ID", "of another region".to_owned()),
        ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", file.to_str().unwrap().to_owned()),
    ] {
        let mut tool = command(&["projects", "find", "--region", "cn-north-4", "--iam-endpoint", &server.url]);
        if variable != "HUAWEICLOUD_SDK_CREDENTIALS_FILE" {
            tool.env("HW_AUTH_TOKEN", TOKEN);
        }
        tool.env(variable, value);
        run(tool, &[]).stdout(&format!("{PROJECT}\n")).exit(0);
    }
}

#[test]
fn a_wrong_word_is_reported_with_the_nearest_one_and_the_list() {
    let server = Server::listing(&tasks());
    for (words, parts) in [
        (&["list", "--status", "faild"][..], ["did you mean `failed`?", "initialized, succeeded"]),
        (&["list", "--order-by", "nam"], ["'name'", "[possible values: creation, update, last-run, name]"]),
        (&["list", "--order-by", "-nam"], ["a similar value exists: '-name'", "[possible values: creation, update"]),
        (&["list", "-o", "jsn"], ["'json'", "[possible values: table, wide, json"]),
        (&["list", "--columns", "nme"], ["'name'", "[possible values: id, name, description"]),
        (&["pipelines", "count", "--by", "stats"], ["'status'", "[possible values: status, creator, mode, day]"]),
        (&["list", "--limit", "abc"], ["'--limit <N>'", "must be a whole number from 1"]),
        (&["list", "--created", "soon"], ["`--created`", "is not a time"]),
        (&["list", "--since", "soon"], ["`--since`", "is not a time"]),
        (&["list", "--limit", "-1"], ["'--limit <N>'", "must be a whole number from 1"]),
        (&["list", "--since", "1d", "--last-run", "2d"], ["'--since <T>'", "cannot be used with"]),
    ] {
        let ran = towards(&server, words).stdout("").exit(2);
        parts.into_iter().fold(ran, Ran::stderr_has);
    }
}

#[test]
fn the_configuration_file_has_the_lowest_precedence_and_keeps_its_comments() {
    let folder = Folder::new();
    let config = |words: &[&str]| {
        let mut tool = command(&["config"]);
        tool.env("XDG_CONFIG_HOME", &folder.0);
        run(tool, words)
    };
    let file = folder.0.join("servicestage/config.toml");
    config(&["list"]).stdout(&format!("# {}\n", file.display())).exit(0);
    config(&["set", "region", "cn-north-4"]).stdout("").exit(0);
    std::fs::write(&file, "# mine\nregion = \"cn-north-1\" # here\n").unwrap();
    config(&["set", "region", "cn-north-4"]).exit(0);
    config(&["set", "output", "id"]).exit(0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "# mine\nregion = \"cn-north-4\" # here\noutput = \"id\"\n");
    config(&["get", "region"]).stdout("cn-north-4\n").exit(0);
    config(&["set", "output", "xml"]).stderr_has("is not an output").exit(2);
    config(&["set", "region", "cn north 4"]).stderr_has("\"cn north 4\" is not a region").exit(2);
    config(&["set", "profile", " a"]).stderr_has("`VALUE`: it holds a bracket").exit(2);
    config(&["get", "region"]).stdout("cn-north-4\n").exit(0);
    config(&["set", "colour", "x"]).stderr_has("write one of region, profile, output, columns").exit(2);

    let server = Server::listing(&tasks());
    let list = |words: &[&str]| {
        let mut tool = server.tool();
        tool.env("XDG_CONFIG_HOME", &folder.0);
        run(tool, words).exit(0)
    };
    list(&["--limit", "1"]).stdout("11111111-a\n");
    list(&["--limit", "1", "-o", "name"]).stdout("shop\n");
    let shown = |variables: &[(&str, &str)]| {
        let mut tool = command(&["auth", "show"]);
        tool.env("HW_AUTH_TOKEN", TOKEN).env("XDG_CONFIG_HOME", &folder.0).envs(variables.iter().copied());
        run(tool, &[]).exit(0)
    };
    let place = file.display().to_string();
    shown(&[]).stdout_has(&format!("cn-north-4  {place}\n")).stdout_has(&format!("configuration      {place}\n"));
    shown(&[("HW_REGION_NAME", "eu-west-101")]).stdout_has("eu-west-101  HW_REGION_NAME\n");
    config(&["set", "output", ""]).exit(0);
    config(&["set", "columns", "status,name"]).exit(0);
    list(&["--limit", "1"]).stdout("STATUS     NAME\nsucceeded  shop\n");

    std::fs::write(&file, "region = 1\n").unwrap();
    let mut tool = server.tool();
    tool.env("XDG_CONFIG_HOME", &folder.0);
    run(tool, &[]).stderr_has("\"region\" is not text").stderr_has("config.toml").exit(2);
}

#[cfg(unix)]
#[test]
fn the_configuration_file_keeps_its_mode_and_leaves_nothing_beside_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    std::fs::create_dir(folder.0.join("servicestage")).unwrap();
    let file = folder.write("servicestage/config.toml", "");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let mut tool = command(&["config", "set", "region", "cn-north-4"]);
    run(
        {
            tool.env("XDG_CONFIG_HOME", &folder.0);
            tool
        },
        &[],
    )
    .stderr("")
    .exit(0);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(std::fs::read_dir(folder.0.join("servicestage")).unwrap().count(), 1);
}

#[test]
fn each_shell_has_completions() {
    for (shell, part) in
        [("bash", "_servicestage()"), ("zsh", "#compdef servicestage"), ("fish", "complete -c servicestage")]
    {
        run(command(&["completion"]), &[shell]).stdout_has(part).stdout_has("pipelines").stderr("").exit(0);
    }
}
