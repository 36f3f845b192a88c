export * as PostgresServer from "./PostgresServer.ts"
export * as PostgresStarter from "./PostgresStarter.ts"
export * as TestDatabase from "./TestDatabase.ts"
export * as Relay from "./Relay.ts"
