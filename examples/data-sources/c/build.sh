# Builds rates.wasm: bindings, a core module, and the component of it. See README.md for the tools.
set -eu
wit-bindgen c wit --world guest --out-dir bindings
.venv/bin/python -m ziglang cc --target=wasm32-wasi -mexec-model=reactor -Os -std=gnu11 -Wall -Wextra -Werror -I. -Ibindings \
  rates.c plugin.c plugin_json.c bindings/guest.c bindings/guest_component_type.o -o bindings/core.wasm
wasm-tools component new bindings/core.wasm --output rates.wasm
