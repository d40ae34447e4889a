# Builds rates.wasm: bindings, a core module, and the component of it. See README.md for the tools.
set -eu
wit-bindgen go wit --world guest --out-dir bindings
mkdir -p bindings/export_declarative_plugin_data_source
cp ./*.go bindings/export_declarative_plugin_data_source/
# A workspace (GOWORK) may hold the one module that the bindings import.
[ -n "${GOWORK:-}" ] || .venv/bin/go -C bindings mod tidy
GOOS=wasip1 GOARCH=wasm .venv/bin/go build -C bindings -buildmode=c-shared -ldflags="-s -checklinkname=0" -o core.wasm .
wasm-tools component embed wit bindings/core.wasm --world guest --output bindings/core.wasm
wasm-tools component new bindings/core.wasm --output rates.wasm \
  --adapt wasi_snapshot_preview1=adapter/package/lib/wasi_snapshot_preview1.reactor.wasm
