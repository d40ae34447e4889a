# Builds rates.wasm: bindings, a core module, and the component of it. See README.md for the tools.
set -eu
wit-bindgen go wit --world guest --out-dir bindings
mkdir -p bindings/export_declarative_plugin_data_source
cp ./*.go bindings/export_declarative_plugin_data_source/
# The one module that the bindings import comes with wit-bindgen, so that both have one version.
module=$(echo "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/wit-bindgen-go-0.63.0/src/pkg)
printf 'go 1.27.1\nuse .\nuse "%s"\n' "$module" > bindings/go.work
GOOS=wasip1 GOARCH=wasm .venv/bin/go build -C bindings -buildmode=c-shared -ldflags="-s -checklinkname=0" -o core.wasm .
wasm-tools component embed wit bindings/core.wasm --world guest --output bindings/core.wasm
wasm-tools component new bindings/core.wasm --output rates.wasm \
  --adapt wasi_snapshot_preview1=adapter/package/lib/wasi_snapshot_preview1.reactor.wasm
