import { consoleMailer } from "@stoa/adapter-mail"
import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import { AuthenticatorEmulator, PasskeysCredentialsMemoryRepository, WebAuthnEmulator } from "nid-webauthn-emulator"

const origin = "https://shop.example"
const email = "ada@example.com"

// what her mailbox gets; a shop that is open uses smtp({ ... }) instead
let mailbox = ""

await using shop = await createStoa({
  storage: sqlite({ filename: ":memory:" }),
  store: { name: "The Tea Shop" },
  mailer: consoleMailer({ write: (text) => void (mailbox = text) }),
  identity: { passkeys: { rpId: "shop.example", rpName: "The Tea Shop", origins: [origin] } },
  secret: "only-an-example-takes-its-secret-from-its-source",
  workers: false
})

// she asks for a code; the answer would be the same if nobody had ever heard of her
const { challengeId } = await shop.auth.startPasswordless({ email })
await shop.jobs.drain()
console.log(mailbox.split("\n")[1]?.replace(/\d{6}/, "......"))

const code = /\d{6}/.exec(mailbox)?.[0] ?? ""
const first = await shop.auth.verifyPasswordless({ challengeId, code })
console.log(`${first.user.email} is in, with a code by mail`)

// the same code again is worth nothing
await shop.auth.verifyPasswordless({ challengeId, code }).catch((error: { readonly code: string }) => console.log(`the same code again: ${error.code}`))

// she adds her telephone: in a browser, navigator.credentials.create does what the emulator does here
const telephone = new WebAuthnEmulator(
  new AuthenticatorEmulator({ credentialsRepository: new PasskeysCredentialsMemoryRepository() })
)
const sent = (response: unknown) => JSON.parse(JSON.stringify(response))
const ada = shop.as(await shop.auth.authenticate(first.accessToken))
const registration = await ada.auth.startPasskeyRegistration()
const { passkey, recoveryCodes } = await ada.auth.registerPasskey({
  challengeId: registration.challengeId,
  response: sent(telephone.createJSON(origin, registration.options as never)),
  name: "Telephone"
})
console.log(`passkey "${passkey.name}" added, with ${recoveryCodes?.length} recovery codes to write down`)

// from now on it is all she needs
const asked = await shop.auth.startPasskey()
const second = await shop.auth.verifyPasskey({
  challengeId: asked.challengeId,
  response: sent(telephone.getJSON(origin, asked.options as never))
})
console.log(`${second.user.email} is in, with a passkey alone`)

// and a code by mail is not enough any more
const again = await shop.auth.startPasswordless({ email })
await shop.jobs.drain()
await shop.auth.verifyPasswordless({ challengeId: again.challengeId, code: /\d{6}/.exec(mailbox)?.[0] ?? "" })
  .catch((error: { readonly code: string; readonly methods: ReadonlyArray<string> }) =>
    console.log(`a code by mail alone: ${error.code} (${error.methods.join(" or ")})`))

const me = shop.as(await shop.auth.authenticate(second.accessToken))
for (const { method, outcome } of (await me.auth.loginHistory()).items) console.log(`${outcome}: ${method}`)
