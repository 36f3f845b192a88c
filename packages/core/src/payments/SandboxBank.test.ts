import { sandboxBankSuite } from "../testing/SandboxBankSuite.ts"
import { layerMemory } from "./SandboxBank.ts"

sandboxBankSuite("in memory", () => layerMemory)
