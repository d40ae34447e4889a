//! What `describe` says: tables, in the terms of the contract, which documents each field.

/// What this component offers.
pub const DESCRIPTION: &str =
    "Lists the release tasks (\"pipelines\") of Huawei Cloud ServiceStage, which no other provider offers.";

/// The name of what the component is about.
pub const NAME: &str = "ServiceStage";

/// The objects, by their indexes below.
pub const OBJECTS: [&[Attribute]; 3] = [&PROVIDER_ATTRIBUTES, &PIPELINES_ATTRIBUTES, &PIPELINE_ATTRIBUTES];
/// The provider's configuration.
pub const PROVIDER: usize = 0;
/// The source `pipelines`.
pub const PIPELINES: usize = 1;
/// A release task.
const PIPELINE: u32 = 2;

/// The names of the attributes that people set, by the indexes above.
pub(super) const NAMES: [&[&str]; 2] = [&names(&PROVIDER_ATTRIBUTES), &names(&PIPELINES_ATTRIBUTES)];

/// The one data source.
pub const SOURCE: Source = Source {
    name: "pipelines",
    description: "Lists the release tasks of a ServiceStage project that match every argument. The result is complete \
                  and in the order asked for, or it is an error; what matches nothing is an empty list.",
};

/// A data source.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Source {
    pub name: &'static str,
    pub description: &'static str,
}

/// A value of an object.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Attribute {
    pub name: &'static str,
    pub holds: Type,
    pub mode: Mode,
    pub description: &'static str,
    pub sensitive: bool,
    pub environment: &'static [&'static str],
}

/// What an attribute here holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Type {
    Text,
    Number,
    TextList,
    TextSet,
    ObjectList(u32),
    TruthValue,
}

/// Who sets an attribute here. None is required: each has a default, or stands in for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Mode {
    Optional,
    Computed,
    OptionalComputed,
}

/// How requests are authenticated.
pub const TOKEN_HEADER: (&str, &str) = ("x-auth-token", "token");
/// The scheme for access keys.
pub const SCHEME: &str = "sdk-hmac-sha256";
/// Its inputs: their names, the attributes that feed them, and whether they may be missing.
pub const SCHEME_INPUTS: [(&str, &str, bool); 3] = [
    ("access-key-id", "access_key", false),
    ("secret-access-key", "secret_key", false),
    ("security-token", "security_token", true),
];

/// Where requests of a role go.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Endpoint {
    pub role: &'static str,
    pub attribute: &'static str,
    pub defaults: [&'static str; 2],
    pub stable: bool,
}

/// European regions are the second origin's; which ones, `connection` knows.
pub const ENDPOINTS: [Endpoint; 2] = [
    Endpoint {
        role: "service",
        attribute: "endpoint",
        defaults: ["https://servicestage.{region}.myhuaweicloud.com", "https://servicestage.{region}.myhuaweicloud.eu"],
        stable: false,
    },
    Endpoint {
        role: "iam",
        attribute: "iam_endpoint",
        defaults: ["https://iam.{region}.myhuaweicloud.com", "https://iam.{region}.myhuaweicloud.eu"],
        stable: true,
    },
];

#[expect(clippy::indexing_slicing, reason = "the compiler does it, and would refuse")]
const fn names<const N: usize>(attributes: &[Attribute; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut at = 0;
    while at < N {
        names[at] = attributes[at].name;
        at += 1;
    }
    names
}

const fn optional(name: &'static str, holds: Type, description: &'static str) -> Attribute {
    Attribute { name, holds, mode: Mode::Optional, description, sensitive: false, environment: &[] }
}

const fn computed(name: &'static str, holds: Type, description: &'static str) -> Attribute {
    Attribute { mode: Mode::Computed, ..optional(name, holds, description) }
}

const fn provider(
    name: &'static str,
    environment: &'static [&'static str],
    sensitive: bool,
    description: &'static str,
) -> Attribute {
    Attribute { environment, sensitive, ..optional(name, Type::Text, description) }
}

pub(crate) const PROVIDER_ATTRIBUTES: [Attribute; 10] = [
    provider("region", &["HW_REGION_NAME", "OS_REGION_NAME"], false, "The region, such as `cn-north-4`."),
    provider(
        "project_id",
        &["HW_PROJECT_ID", "OS_PROJECT_ID"],
        false,
        "The id of the project, 32 hexadecimal digits. Without it the project that has the region's name is looked up.",
    ),
    provider(
        "access_key",
        &["HW_ACCESS_KEY", "OS_ACCESS_KEY"],
        true,
        "The id of an access key (\"AK\"), which signs requests together with `secret_key`.",
    ),
    provider("secret_key", &["HW_SECRET_KEY", "OS_SECRET_KEY"], true, "The secret access key (\"SK\")."),
    provider(
        "security_token",
        &["HW_SECURITY_TOKEN"],
        true,
        "The security token that belongs to a temporary access key.",
    ),
    provider(
        "token",
        &["HW_AUTH_TOKEN", "OS_AUTH_TOKEN"],
        true,
        "An IAM token of the region's project, valid for 24 hours. It is used before an access key.",
    ),
    provider(
        "endpoint",
        &[],
        false,
        "The origin of the ServiceStage API. Default: `https://servicestage.{region}.myhuaweicloud.com`.",
    ),
    provider(
        "iam_endpoint",
        &[],
        false,
        "The origin of the IAM API, where projects are looked up. Default: `https://iam.{region}.myhuaweicloud.com`.",
    ),
    optional("max_attempts", Type::Number, "How often a request is tried at most, from 1 to 10. Default: 4."),
    optional(
        "timeout",
        Type::Number,
        "How many seconds reading a data source may take, with its look-up, retries and waits; also how long each wait \
         for a connection or for data may take. Default: 120, and 10 for a connection, 30 for data.",
    ),
];

pub(crate) const PIPELINES_ATTRIBUTES: [Attribute; 24] = [
    Attribute {
        mode: Mode::OptionalComputed,
        ..optional("region", Type::Text, "The region. Default: the provider's.")
    },
    Attribute {
        mode: Mode::OptionalComputed,
        ..optional(
            "project_id",
            Type::Text,
            "The id of the project. Default: the provider's, unless `region` is another region than the provider's; \
             then the project that has the region's name.",
        )
    },
    optional("name", Type::Text, "The exact name."),
    optional("name_contains", Type::Text, "A part of the name. Case matters."),
    optional(
        "statuses",
        Type::TextSet,
        "The statuses, any of which will do: `initialized`, `succeeded`, `failed`, `releasing`, `pending_approval`, \
         `paused`, `skipped`, `rolling_back`, `rolled_back`, `rollback_failed`, `stopping`, `restarting`, or the number \
         of one that is not documented. A hyphen may stand for each underscore.",
    ),
    optional("config_mode", Type::Text, "The deployment mode: `ui` or `template`."),
    optional("creator", Type::Text, "The exact name of the creator."),
    optional(
        "enterprise_project_id",
        Type::Text,
        "The id of the enterprise project; `0` is the default enterprise project.",
    ),
    optional("created_from", Type::Text, "The earliest time of creation, by RFC 3339."),
    optional("created_to", Type::Text, "The end of the time of creation, by RFC 3339; itself not included."),
    optional("updated_from", Type::Text, "The earliest time of the last update, by RFC 3339."),
    optional("updated_to", Type::Text, "The end of the time of the last update, by RFC 3339; itself not included."),
    optional(
        "last_trigger_from",
        Type::Text,
        "The earliest time of the last run, by RFC 3339. A release task that never ran does not match.",
    ),
    optional(
        "last_trigger_to",
        Type::Text,
        "The end of the time of the last run, by RFC 3339; itself not included. A release task that never ran does not \
         match.",
    ),
    optional(
        "order_by",
        Type::Text,
        "What the release tasks are ordered by: `created_at`, `updated_at`, `last_trigger_at` or `name`. Default: \
         `created_at`. Those without the value come last; those of equal value are ordered by `id`.",
    ),
    optional(
        "order",
        Type::Text,
        "`ascending` or `descending`. Default: `ascending` for names, `descending` for times, so that the newest is \
         first.",
    ),
    optional("limit", Type::Number, "How many release tasks are returned at most: the first ones. Default: all."),
    computed("id", Type::Text, "The id of the project, as in `project_id`."),
    computed("pipelines", Type::ObjectList(PIPELINE), "The release tasks."),
    computed("ids", Type::TextList, "The ids of the release tasks, in the same order."),
    computed("names", Type::TextList, "The names of the release tasks, in the same order; null for one without."),
    computed("total", Type::Number, "How many release tasks the project has, whether they match or not."),
    computed("matched", Type::Number, "How many release tasks match, including those that `limit` left out."),
    computed("truncated", Type::TruthValue, "Whether `limit` left release tasks out that match."),
];

pub(crate) const PIPELINE_ATTRIBUTES: [Attribute; 15] = [
    computed("id", Type::Text, "The release task's id."),
    computed("name", Type::Text, "The name."),
    computed("description", Type::Text, "The description; may be empty."),
    computed("status", Type::Text, "Where the release task stands: a word as in `statuses`, or the number of one."),
    computed("status_code", Type::Number, "The vendor's number of the status."),
    computed("config_mode", Type::Text, "The deployment mode: `ui`, `template`, or a word that is not documented."),
    computed("creator", Type::Text, "Who created the release task."),
    computed("created_at", Type::Text, "When it was created, by RFC 3339 in UTC."),
    computed("updated_at", Type::Text, "When it was last changed, by RFC 3339 in UTC."),
    computed("last_trigger_at", Type::Text, "When it last ran, by RFC 3339 in UTC; null if it never did."),
    computed("version", Type::Number, "The version of its definition."),
    computed("model_version", Type::Number, "Its model; only 2 is documented."),
    computed("enterprise_project_id", Type::Text, "The id of its enterprise project; `0` is the default one."),
    computed("enterprise_project", Type::Text, "The name of its enterprise project."),
    computed("extend_info", Type::Text, "More about it, as JSON text exactly as the service sent it."),
];
