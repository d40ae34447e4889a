/** Region, project and credentials from the environment, by the names that the command-line tool reads. */

import type { Connection } from "./component.js";
import { invalid } from "./invalid.js";

type Variables = Readonly<Record<string, string | undefined>>;

const PROVIDER = { id: "HW_ACCESS_KEY", secret: "HW_SECRET_KEY", securityToken: "HW_SECURITY_TOKEN" } as const;
const SDK = {
  id: "HUAWEICLOUD_SDK_AK",
  secret: "HUAWEICLOUD_SDK_SK",
  securityToken: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
} as const;
const TOKEN = "HW_AUTH_TOKEN";

const ADVICE =
  "give `credentials`, or set HW_ACCESS_KEY and HW_SECRET_KEY (and HW_SECURITY_TOKEN if the key is temporary), or " +
  "HW_AUTH_TOKEN, or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK (and HUAWEICLOUD_SDK_SECURITY_TOKEN)";

export function regionFrom(variables: Variables): string | undefined {
  return set(variables, "HW_REGION_NAME");
}

export function projectIdFrom(variables: Variables): string | undefined {
  return set(variables, "HW_PROJECT_ID") ?? set(variables, "HUAWEICLOUD_SDK_PROJECT_ID");
}

/** The first family of variables of which one is set is taken as a whole. */
export function credentialsFrom(variables: Variables): Connection["credentials"] {
  const token = set(variables, TOKEN);
  const key = accessKeyFrom(variables, PROVIDER);
  if (token !== undefined && key !== undefined) {
    throw invalid("client", "credentials", `${TOKEN} is set together with an access key; unset one or the other`);
  }
  if (token !== undefined) return { tag: "token", val: token };
  if (key !== undefined) return key;
  if (set(variables, "HW_USER_NAME") !== undefined || set(variables, "HW_USER_PASSWORD") !== undefined) {
    const reason = "HW_USER_NAME and HW_USER_PASSWORD are read by the command-line tool alone";
    throw invalid("client", "credentials", `${reason}; ${ADVICE}`);
  }
  const sdk = accessKeyFrom(variables, SDK);
  if (sdk !== undefined) return sdk;
  throw invalid("client", "credentials", `they are missing; ${ADVICE}`);
}

function accessKeyFrom(
  variables: Variables,
  names: typeof PROVIDER | typeof SDK,
): Extract<Connection["credentials"], { tag: "access-key" }> | undefined {
  const accessKeyId = set(variables, names.id);
  const secretAccessKey = set(variables, names.secret);
  const securityToken = set(variables, names.securityToken);
  if (accessKeyId === undefined && secretAccessKey === undefined && securityToken === undefined) return undefined;
  const missing = (name: string) => `${name} is missing, and another variable of the same access key is set`;
  if (accessKeyId === undefined) throw invalid("client", "credentials.accessKeyId", missing(names.id));
  if (secretAccessKey === undefined) throw invalid("client", "credentials.secretAccessKey", missing(names.secret));
  const key = { accessKeyId, secretAccessKey };
  return { tag: "access-key", val: securityToken === undefined ? key : { ...key, securityToken } };
}

/** An empty variable counts as unset. */
function set(variables: Variables, name: string): string | undefined {
  const value = variables[name];
  return value === "" ? undefined : value;
}
