import { Carts } from "@stoa/core/cart/Carts"
import { Coupons } from "@stoa/core/cart/Coupons"
import { CurrentActor } from "@stoa/core/kernel/Actor"
import { InvalidInput } from "@stoa/core/kernel/Input"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import * as Cookies from "effect/http/Cookies"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { cartCookie } from "../RequestActor.ts"
import { expecting, versioned, withExchange } from "./Answer.ts"

/** The open cart of whoever calls. */
const mine = "mine"

/** Has a browser keep the token of a cart, out of the reach of scripts, until the cart expires. */
export const remember = (token: string, expiresAt: Timestamp.Timestamp) =>
  withExchange((exchange) =>
    Effect.sync(() => {
      exchange.cookies.push(Cookies.makeCookieUnsafe(cartCookie, token, {
        httpOnly: true,
        sameSite: "lax",
        path: "/",
        secure: exchange.secure,
        maxAge: Math.max(0, Timestamp.toMillis(expiresAt) - exchange.startedAt)
      }))
    })
  )

/** Has a browser forget a cart that is no more. */
export const forget = withExchange((exchange) =>
  Effect.sync(() => {
    exchange.cookies.push(Cookies.makeCookieUnsafe(cartCookie, "", {
      httpOnly: true,
      sameSite: "lax",
      path: "/",
      secure: exchange.secure,
      maxAge: 0
    }))
  })
)

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "cart",
    Effect.fnUntraced(function*(handlers) {
      const carts = yield* Carts
      const coupons = yield* Coupons
      return handlers.handleAll({
        get: () => versioned(carts.get(mine)),
        create: () => Effect.tap(carts.create(), ({ cart, token }) => remember(token, cart.expiresAt)),
        update: ({ payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => carts.update(mine, changes))),
        delete: () =>
          Effect.andThen(Effect.flatMap(expecting({}), (version) => carts.delete(mine, version)), forget),
        addItem: ({ payload }) => versioned(carts.addItem(mine, payload)),
        clear: () => versioned(carts.clear(mine)),
        updateItem: ({ params, payload }) => versioned(carts.updateItem(mine, params.id, payload)),
        removeItem: ({ params }) => versioned(carts.removeItem(mine, params.id)),
        addCoupon: ({ payload }) => versioned(coupons.add(mine, payload)),
        removeCoupon: ({ params }) => versioned(coupons.remove(mine, params.code)),
        totals: Effect.fnUntraced(function*() {
          const { id, lines, pricing, version } = yield* versioned(carts.get(mine))
          const { lines: _lines, shipping: _shipping, ...sums } = pricing
          return {
            cartId: id,
            version,
            itemCount: lines.reduce((pieces, line) => pieces + line.quantity, 0),
            ...sums
          }
        }),
        merge: Effect.fnUntraced(function*({ payload }) {
          const actor = yield* CurrentActor
          const token = payload.token ?? (actor._tag === "customer" ? actor.cartToken : undefined)
          if (token === undefined) {
            return yield* InvalidInput.at(["token"], "is needed where neither Stoa-Cart nor the cookie names a cart", "missing")
          }
          const cart = yield* versioned(carts.merge(token))
          yield* forget
          return cart
        }),
        shippingOptions: () => Effect.map(carts.shippingOptions(mine), whole)
      })
    })
  )
