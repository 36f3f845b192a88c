/**
 * Gives the properties of fast-check the same examples in every run, so that a change is refused for what it does and not for
 * what chance has found. `STOA_PROPERTY_SEED=7 pnpm test ...` looks at others, and a property that fails says its seed.
 */
import { configureGlobal } from "fast-check"

configureGlobal({ seed: Number(process.env["STOA_PROPERTY_SEED"] ?? 1) })
