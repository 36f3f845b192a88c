/**
 * How sign-ins are slowed down.
 *
 * **Details**
 *
 * Failures are counted for an account together with the network they come from, and for the network alone. So nobody
 * can keep an owner out of their account from somewhere else, and nobody can try one password on every account. While
 * a wait lasts, attempts are neither made nor counted: it ends by itself.
 *
 * **Gotchas**
 *
 * Where the host does not say who is calling (`CurrentClient`), there is only the account to count by, and the longest
 * wait is half a minute.
 */
import * as Duration from "effect/Duration"
import { isIP } from "node:net"
import type { Client } from "../kernel/CurrentClient.ts"
import * as Secret from "../kernel/Secret.ts"
import type { ThrottlePolicy } from "./ThrottleRepository.ts"

/** One account from one network. */
const account: ThrottlePolicy = {
  free: 5,
  delay: Duration.seconds(5),
  maximumDelay: Duration.minutes(15),
  forgetAfter: Duration.days(1)
}

/** One account, from wherever. */
const accountOnly: ThrottlePolicy = { ...account, maximumDelay: Duration.seconds(30) }

/** One network, whatever the account: offices share one. */
const network: ThrottlePolicy = {
  free: 50,
  delay: Duration.seconds(5),
  maximumDelay: Duration.minutes(15),
  forgetAfter: Duration.hours(1)
}

/** Messages to one address, whoever asks for them. */
const messages: ThrottlePolicy = {
  free: 5,
  delay: Duration.seconds(30),
  maximumDelay: Duration.minutes(10),
  forgetAfter: Duration.hours(6)
}

/** Messages that one network asks for, to whatever address. */
const messagesOfNetwork: ThrottlePolicy = { ...network, free: 20 }

/** Second factors of one account, from wherever: only who has the first one comes so far. */
const secondFactor: ThrottlePolicy = { ...account, free: 10 }

/** Mails about one account that was not let in, whoever tries. */
const refusals: ThrottlePolicy = { ...messages, free: 3, maximumDelay: Duration.hours(6), forgetAfter: Duration.days(1) }

/** What an attempt is counted by. The key is a hash, so that the counters hold no addresses. */
export interface Counter {
  readonly key: string
  readonly policy: ThrottlePolicy
}

const counter = (policy: ThrottlePolicy, ...parts: ReadonlyArray<string>): Counter => ({
  policy,
  key: Secret.hash(JSON.stringify(parts))
})

/** The counter of an account, and that of the network where it is known. */
export const ofSignIn = (email: string, client: Client): { readonly account: Counter; readonly network?: Counter } => {
  const from = networkOf(client.address)
  return from === null
    ? { account: counter(accountOnly, "sign-in", email) }
    : { account: counter(account, "sign-in", email, from), network: counter(network, "sign-in", from) }
}

/**
 * The counters of messages with codes: that of the address, and that of the network where it is known. The wait for an
 * address keeps nobody out: whoever asks in its owner's place has a message sent to the owner.
 */
export const ofMessage = (address: string, client: Client): ReadonlyArray<Counter> => {
  const from = networkOf(client.address)
  const own = counter(messages, "message", address)
  return from === null ? [own] : [counter(messagesOfNetwork, "message", "from", from), own]
}

/** The counter of codes and links that one network tries, where it is known. */
export const ofCode = ({ address }: Pick<Client, "address">): Counter | undefined => {
  const from = networkOf(address)
  return from === null ? undefined : counter(network, "code", from)
}

/** The counter of mails that tell an owner of refused sign-ins. */
export const ofRefusal = (userId: string): Counter => counter(refusals, "refusal", userId)

/** The counter of second factors of an account. */
export const ofSecondFactor = (userId: string): Counter => counter(secondFactor, "second-factor", userId)

/**
 * What one subscriber usually has: the address in IPv4, the first 64 bits in IPv6. An IPv4 address in the form of IPv6
 * is the IPv4 address. `null` for what is no address.
 */
export const networkOf = (address: string | null): string | null => {
  if (address === null) return null
  const plain = address.replace(/%.*$/, "").toLowerCase()
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1] ?? plain
  if (isIP(mapped) === 4) return mapped
  if (isIP(mapped) !== 6) return null
  const [head = "", tail] = mapped.split("::")
  const left = head === "" ? [] : head.split(":")
  const right = tail === undefined || tail === "" ? [] : tail.split(":")
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array.from({ length: zeros }, () => "0"), ...right]
  return `${groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`
}
