/**
 * The first words to somebody who has registered and whose address is confirmed, once.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { CustomerRegistered } from "../identity/IdentityEvents.ts"
import { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { Stores } from "../stores/Stores.ts"

export const layer: Layer.Layer<never, never, Events | Notifications | PreferencesRepository | Stores | UserRepository> =
  Layer.effectDiscard(Effect.gen(function*() {
    const events = yield* Events
    const notifications = yield* Notifications
    const preferences = yield* PreferencesRepository
    const stores = yield* Stores
    const users = yield* UserRepository

    yield* events.subscribe({
      name: "messages.welcome",
      types: [CustomerRegistered.type],
      handle: Effect.fnUntraced(function*({ subject }) {
        const user = yield* users.find(subject)
        const { settings: { contactEmail, storefrontUrl, welcome } } = yield* stores.current
        // staff whom somebody else wrote down have not come by themselves
        if (!welcome || user === undefined || !user.emailVerified || user.status !== "active") return
        const language = (yield* preferences.find(user.id))?.language ?? undefined
        yield* notifications.queue([{
          recipient: { channel: "email", address: user.email },
          inbox: user.id,
          link: storefrontUrl,
          push: false,
          template: "welcome",
          id: `welcome:${user.id}`,
          ...(language === undefined ? {} : { locale: language }),
          data: { name: user.name, contact: contactEmail, url: storefrontUrl }
        }])
      })
    })
  }))
