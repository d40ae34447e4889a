//! The longer texts of the help, for terminals with 80 columns.

/// Examples come before everything else.
pub const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The end of a short help.
pub const MORE: &str = "`--help` shows all flags, the environment and the exit codes.";

pub const TOOL: &str = "\
Examples:
  servicestage list --status failed --since 24h
  servicestage pipelines wait release-1 --for succeeded";

/// Of the short help.
pub const LIST: &str = "\
Examples:
  servicestage list --status failed,rollback-failed --since 24h";

pub const LIST_LONG: &str = "\
Examples:
  servicestage list --status failed,rollback-failed --since 24h
  servicestage list --name-contains shop --created 2025-01-01..2025-02-01
  servicestage list --order-by -name -o wide
  servicestage list -o csv --columns name,status,last-run > tasks.csv";

pub const GET: &str = "\
Examples:
  servicestage pipelines get release-to-production
  servicestage pipelines get 4105b37a -o json --columns status";

pub const WAIT: &str = "\
Examples:
  servicestage pipelines wait release-1 --for succeeded --started-after now";

pub const WATCH: &str = "\
Examples:
  servicestage pipelines watch --status releasing,rolling-back";

pub const COUNT: &str = "\
Examples:
  servicestage pipelines count --by day --created 7d -o csv";

pub const FIND: &str = "\
Examples:
  servicestage projects find --region cn-north-4";

pub const SHOW: &str = "\
Examples:
  servicestage auth show
  servicestage auth show --profile work -o json";

pub const LOGIN: &str = "\
Examples:
  servicestage auth login
  servicestage auth login --profile work --region cn-north-4";

pub const TOKEN: &str = "\
Examples:
  export HW_AUTH_TOKEN=\"$(servicestage auth token)\"";

pub const CHECK: &str = "\
Examples:
  servicestage policy init > policy.json
  servicestage policy check --policy policy.json --region cn-north-4";

pub const INIT: &str = "\
Examples:
  servicestage policy init > policy.json";

pub const MCP: &str = "\
Examples:
  servicestage mcp --region cn-north-4
  servicestage mcp --allow-project 0123456789abcdef0123456789abcdef";

pub const CONFIG: &str = "\
Examples:
  servicestage config set region cn-north-4
  servicestage config set columns name,status,last-run
  servicestage config list";

pub const CONFIG_GET: &str = "\
Examples:
  servicestage config get region";

pub const CONFIG_SET: &str = "\
Examples:
  servicestage config set region cn-north-4
  servicestage config set columns name,status,last-run
  servicestage config set profile \"\"";

pub const CONFIG_LIST: &str = "\
Examples:
  servicestage config list";

pub const COMPLETION: &str = "\
Examples:
  servicestage completion bash > \\
    ~/.local/share/bash-completion/completions/servicestage
  servicestage completion zsh > \"${fpath[1]}/_servicestage\"";

/// The end of the help of `pipelines wait`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0 reached, 7 another final status or one of --fail-on, 8 the time is up,
  5 no such task, 2 several such tasks; otherwise as for `list`";

/// The end of a long help.
pub const ENVIRONMENT: &str = "\
Environment:
  HW_REGION_NAME              the region, unless --region is given
  HW_PROJECT_ID               the project's id, unless --project-id is given
  HW_ACCESS_KEY, HW_SECRET_KEY
                              an access key
  HW_SECURITY_TOKEN           the security token of a temporary access key
  HW_AUTH_TOKEN               an IAM token, instead of an access key
  HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME
                              an IAM user and the name of the account, to get a
                              token for
  HUAWEICLOUD_SDK_PROJECT_ID  the project's id, unless HW_PROJECT_ID is set
  HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_SECURITY_TOKEN
                              an access key, unless HW_ credentials are set
  HW_PROFILE                  the profile, unless --profile is given
  HUAWEICLOUD_SDK_CREDENTIALS_FILE
                              a file of profiles
                              [default: ~/.huaweicloud/credentials]
  HW_SHARED_CONFIG_FILE       the file of KooCLI's profiles
                              [default: ~/.hcloud/config.json]
  HTTPS_PROXY, ALL_PROXY      the proxy, such as http://user:password@host:port
  NO_PROXY                    hosts to reach without the proxy: names, addresses
                              and ranges, or *
  SSL_CERT_FILE, SSL_CERT_DIR
                              the system's certificate authorities
  NO_COLOR                    no colours
  CLICOLOR_FORCE              colours even if stdout is not a terminal
  COLUMNS                     the width of a table [default: the terminal's]
  PAGER                       the pager [default: less]
  TZ                          the time zone [default: the system's]

An empty variable counts as unset. Credentials come from the first of these:
  1. the profile that --profile names
  2. the environment
  3. a profile in the SDK's file, then in KooCLI's
  4. the metadata of this cloud server, with --metadata
Secrets are never arguments, and the component never gets them.

Exit codes:
  0 success, 2 invalid argument, 3 authentication, 4 denied, 5 not found,
  6 worth retrying, 1 any other error

Region, profile, output and columns may also be set in
~/.config/servicestage/config.toml; see `servicestage config`.";
