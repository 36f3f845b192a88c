/**
 * A typed client of the REST API. Loads nothing of the server.
 */
export * as Problem from "../api/Problem.ts"
export { defaultPrefix, StoaApi, withPrefix } from "../api/StoaApi.ts"
export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type CreateClientOptions,
  type Credential,
  type EffectClient,
  type FileBody,
  make
} from "./Client.ts"
export { type CommonCode, StoaProblem, StoaUnreachable } from "./StoaProblem.ts"
