import { gatewayConformance } from "./GatewayConformance.ts"
import { sandboxHarness } from "./SandboxHarness.ts"

gatewayConformance(sandboxHarness)
