import * as Effect from "effect/Effect"
import { CurrentActor } from "../kernel/Actor.ts"
import type { CartView } from "./Cart.ts"
import { CartExpired, CartNotFound } from "./CartErrors.ts"
import type { Carts } from "./Carts.ts"

/** Puts something into the caller's own cart. Of a customer who has none, or whose cart has expired, one is begun for it. */
export const put = <E, R>(carts: Carts["Service"], into: Effect.Effect<CartView, E, R>) =>
  Effect.flatMap(CurrentActor, (actor) =>
    actor._tag !== "customer" ? into : Effect.catchIf(
      into,
      (error) => error instanceof CartNotFound || error instanceof CartExpired,
      () => Effect.andThen(carts.create(), into)
    ))
