export * as SqliteClient from "./SqliteClient.ts"
export * as SqliteErrors from "./SqliteErrors.ts"
export * as SqliteStorage from "./SqliteStorage.ts"
export { sqlite } from "./SqliteStorage.ts"
