// node webpack.js INPUT OUTPUT: what the command line of webpack does with a configuration of these few lines.

import { fileURLToPath } from "node:url";

import webpack from "webpack";

const [, , input, path] = process.argv;
const forNode = input === "node.js";

webpack(
  {
    mode: "production",
    context: fileURLToPath(new URL(".", import.meta.url)),
    entry: `./app/${input}`,
    target: forNode ? "node20" : "web",
    // As is usual for Node, and a page is made small.
    optimization: { minimize: !forNode },
    output: { path, filename: forNode ? "node.cjs" : "web.js" },
  },
  (error, stats) => {
    if (error) throw error;
    if (stats.hasErrors()) {
      console.error(stats.toString());
      process.exitCode = 1;
    }
  },
);
