import { defineConfig } from "tsup"
import { library } from "../tsup.config.base.ts"

/** What runs in a process of its own, whose memory and start must not know that it was TypeScript. */
export default defineConfig({ ...library, entry: ["server/*.ts"] })
