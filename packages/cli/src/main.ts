#!/usr/bin/env node
/**
 * The `stoa` command, as it is started.
 */
import * as module from "node:module"
import { fileURLToPath } from "node:url"

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)

// an older Node would stop at the first thing that it does not know, in words that say nothing of the reason
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`stoa needs Node 22.19 or newer, and this is Node ${process.versions.node}.\n`)
  process.exitCode = 1
} else {
  // From source, Node strips the types of some hundred files at every start unless it remembers what came of it. The
  // folder is the project's own, as whoever can write there decides what runs here.
  if (import.meta.url.endsWith(".ts")) {
    module.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url)))
  }
  await import("./Program.ts")
}
