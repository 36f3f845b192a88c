/**
 * Tells checkout the address of a customer's account, for orders of customers who give no other.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CustomerEmail } from "../checkout/CustomerEmail.ts"
import { UserRepository } from "./UserRepository.ts"

export const layer: Layer.Layer<never, never, UserRepository> = Layer.effect(
  CustomerEmail,
  Effect.map(UserRepository, (users) => (customerId: string) =>
    Effect.map(users.find(customerId), (user) => user?.email ?? null))
)
