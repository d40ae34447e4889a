import resolve from "@rollup/plugin-node-resolve";
import { importMetaAssets } from "@web/rollup-plugin-import-meta-assets";

const forNode = process.env.INPUT === "node.js";

export default {
  input: `app/${process.env.INPUT}`,
  output: { dir: process.env.OUTPUT, format: "es", entryFileNames: forNode ? "[name].mjs" : "[name].js" },
  plugins: [resolve({ browser: !forNode, preferBuiltins: forNode }), importMetaAssets()],
  external: [/^node:/],
};
