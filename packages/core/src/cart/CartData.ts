import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { CartRepository } from "./CartRepository.ts"

/** Carts, as personal data: the open one is handed out; all go but what an order was made of, which loses its names. */
export const layer = PersonalData.holder(Effect.map(CartRepository, (carts): PersonalData.PersonalDataHolder => ({
  name: "carts",
  hand: (userId) =>
    Stream.fromIterableEffect(Effect.map(carts.snapshot({ customerId: userId }), (snapshot) => {
      if (snapshot === undefined) return []
      const { tokenHash: _, ...cart } = snapshot.cart
      return [cart]
    })),
  forget: carts.forget
})))
