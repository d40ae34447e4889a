//! The longer texts of the help.

/// Examples come before everything else.
pub const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The flags that the short help leaves out.
pub const MORE: &str = "`--help` shows every flag, the environment and the exit codes.";

pub const LIST: &str = "\
Examples:
  servicestage list --status failed,rollback-failed --since 24h
  servicestage list --name-contains shop --created 2025-01-01..2025-02-01 --order-by -name
  servicestage list -o csv --columns name,status,last-run --iso-times > tasks.csv
  servicestage list -o jsonl --limit 10";

pub const GET: &str = "\
Examples:
  servicestage pipelines get release-to-production
  servicestage pipelines get 4105b37a -o json --columns status";

pub const COUNT: &str = "\
Examples:
  servicestage pipelines count --by status
  servicestage pipelines count --by day --created 7d -o csv";

pub const FIND: &str = "\
Examples:
  servicestage projects find --region cn-north-4";

pub const SHOW: &str = "\
Examples:
  servicestage auth show
  servicestage auth show --profile work -o json";

pub const CHECK: &str = "\
Examples:
  servicestage policy init > policy.json
  servicestage policy check --policy policy.json --region cn-north-4";

pub const CONFIG: &str = "\
Examples:
  servicestage config set region cn-north-4
  servicestage config set columns name,status,last-run
  servicestage config list";

pub const COMPLETION: &str = "\
Examples:
  servicestage completion bash > ~/.local/share/bash-completion/completions/servicestage
  servicestage completion zsh > \"${fpath[1]}/_servicestage\"";

/// The environment variables of every command that calls the service.
pub const ENVIRONMENT: &str = "\
Environment:
  HW_REGION_NAME                  the region, where --region is not given
  HW_PROJECT_ID                   the project's id, where --project-id is not given
  HW_ACCESS_KEY, HW_SECRET_KEY    an access key
  HW_SECURITY_TOKEN               the security token of a temporary access key
  HW_AUTH_TOKEN                   an IAM token, instead of an access key
  HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME
                                  an IAM user and the account's name, for whom a token is obtained
  HUAWEICLOUD_SDK_PROJECT_ID      the project's id, where HW_PROJECT_ID is not set
  HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_SECURITY_TOKEN
                                  an access key, where none of the HW_ credentials is set
  HW_PROFILE                      the profile, where --profile is not given
  HUAWEICLOUD_SDK_CREDENTIALS_FILE, HW_SHARED_CONFIG_FILE
                                  the files of profiles, instead of ~/.huaweicloud/credentials and ~/.hcloud/config.json
  HTTPS_PROXY, ALL_PROXY          the proxy, such as http://user:password@host:port
  NO_PROXY                        the hosts that are reached without it: names, addresses and ranges, or *
  SSL_CERT_FILE, SSL_CERT_DIR     the authorities of the system, instead of where it keeps them
  NO_COLOR, CLICOLOR_FORCE        no colours; colours also where stdout is not a terminal
  COLUMNS                         the width of a table, where it is not that of the terminal
  PAGER                           the program that shows output longer than the terminal [default: less]
  TZ                              the time zone of the table, and of times given without one
An empty variable counts as unset. Credentials come from the first of: the profile that --profile names, the
environment, a profile (the SDK's file, then KooCLI's), and with --metadata the cloud server. Secrets are never
arguments, and the component never sees them.

Exit codes:
  0 success, 2 invalid argument, 3 authentication, 4 denied, 5 not found, 6 worth retrying, 1 anything else
Region, profile, output and columns may also stand in ~/.config/servicestage/config.toml; see `servicestage config`.";
