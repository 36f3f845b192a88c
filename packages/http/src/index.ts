/**
 * A Stoa engine as a REST server.
 */
export type { AdminContents, AdminFile, AdminLinks, AdminPage } from "./AdminPage.ts"
export { documented } from "./api/Document.ts"
export * as HttpErrors from "./api/HttpErrors.ts"
export * as Problem from "./api/Problem.ts"
export { defaultPrefix, StoaApi, withPrefix } from "./api/StoaApi.ts"
export { type FetchHandler, toFetchHandler } from "./FetchHandler.ts"
export * as HttpApp from "./HttpApp.ts"
export type {
  AccessLogEntry,
  BodyLimits,
  CorsOptions,
  HttpOptions,
  Limit,
  RateLimitOptions
} from "./HttpOptions.ts"
export * as LinkPages from "./LinkPages.ts"
export * as LinkWords from "./LinkWords.ts"
export { jsonLogger } from "./AccessLog.ts"
export { type NodeHandler, toNodeHandler } from "./NodeHandler.ts"
export { ListenFailed, type RunningServer, serve, type ServeOptions } from "./Server.ts"
export * as Server from "./Server.ts"
