/**
 * What commands need to know: which database, which store, which secret. A flag wins over the environment.
 */
import * as Config from "effect/Config"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"

export const database = Flag.String("database").pipe(
  Flag.withAlias("d"),
  Flag.withDescription("The SQLite file; STOA_DATABASE, or .stoa/shop.db, if it is left out"),
  Flag.withFallbackConfig(Config.String("STOA_DATABASE").pipe(Config.withDefault(".stoa/shop.db")))
)

export const store = Flag.String("store").pipe(
  Flag.withDescription("The store's code; STOA_STORE, or main, if it is left out"),
  Flag.withFallbackConfig(Config.String("STOA_STORE").pipe(Config.withDefault("main")))
)

export const currency = Flag.String("currency").pipe(
  Flag.withDescription("The currency of a new store; STOA_CURRENCY, or USD, if it is left out"),
  Flag.withFallbackConfig(Config.String("STOA_CURRENCY").pipe(Config.withDefault("USD")))
)

/** A secret is never a flag: command lines are seen by others on the machine. */
export const secret = Config.option(Config.Redacted("STOA_SECRET"))

export const port = Flag.Int("port").pipe(
  Flag.withAlias("p"),
  Flag.withDescription("The port to listen on, 0 for any that is free; PORT, or 3000, if it is left out"),
  Flag.withFallbackConfig(Config.Int("PORT").pipe(Config.withDefault(3000)))
)

export const host = Flag.String("host").pipe(
  Flag.withDescription("The address to listen on; HOST, or 127.0.0.1, if it is left out"),
  Flag.withFallbackConfig(Config.String("HOST").pipe(Config.withDefault("127.0.0.1")))
)

/** What is asked of most commands. */
export const shop = { database, store, currency } as const

export interface ShopSettings {
  readonly database: string
  readonly store: string
  readonly currency: string
}

export const secretOf = (value: Option.Option<Redacted.Redacted>): { readonly secret?: Redacted.Redacted } =>
  Option.match(value, { onNone: () => ({}), onSome: (secret) => ({ secret }) })
