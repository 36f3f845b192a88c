export * as SqliteClient from "./SqliteClient.ts"
export * as SqliteErrors from "./SqliteErrors.ts"
