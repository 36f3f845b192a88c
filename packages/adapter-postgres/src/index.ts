export * as PostgresClient from "./PostgresClient.ts"
export * as PostgresErrors from "./PostgresErrors.ts"
export * as PostgresStorage from "./PostgresStorage.ts"
export { postgres } from "./PostgresStorage.ts"
