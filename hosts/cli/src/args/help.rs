//! The longer texts of the help.

/// What the environment says to every command that calls the service.
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
  0 success, 2 invalid argument, 3 authentication, 4 denied, 5 not found, 6 worth retrying, 1 anything else";
