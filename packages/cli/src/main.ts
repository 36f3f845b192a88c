#!/usr/bin/env node
/**
 * The `stoa` command, as it is started.
 */
import { enableCompileCache } from "node:module"
import { fileURLToPath } from "node:url"

// From source, Node strips the types of some hundred files at every start unless it remembers what came of it. The
// folder is the project's own, as whoever can write there decides what runs here.
if (import.meta.url.endsWith(".ts")) {
  enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url)))
}

await import("./Program.ts")
