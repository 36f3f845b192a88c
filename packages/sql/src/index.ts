export * as Dialect from "./Dialect.ts"
export * as Migration from "./Migration.ts"
export * as MigrationErrors from "./MigrationErrors.ts"
export * as Migrations from "./Migrations.ts"
