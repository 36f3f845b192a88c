/**
 * How buyers prove who they are: by a code that is mailed, and then by their second factor where the account has one.
 *
 * Codes and what they belong to come in the bodies of forms, so no address, and so no history and no log of a server, has one.
 */
import type { Stoa } from "@stoa/core"
import type { SecondFactorRequired, TooManyAttempts } from "@stoa/core/identity/IdentityErrors"
import * as AccountViews from "./AccountViews.ts"
import type { Part } from "./Html.ts"
import { faultsOf, inWords, isRefusal, type Refusal, unlessRefused } from "./Refusals.ts"

/** What the page of an answer is told beside its content. */
export interface Refused {
  readonly problem: Part
  readonly status: number
  /** In how many seconds it may be tried again. */
  readonly retryAfter?: number
}

/** How one visit is answered. */
export interface Visit {
  /** The engine, as called from where the buyer is. */
  readonly shop: Stoa.Stoa
  /** Of the cart that they had before. */
  readonly cartToken: string | undefined
  /** Writes a cookie. */
  readonly keep: (name: string, value: string) => void
  readonly show: (title: string, content: Part, refused?: Refused) => Promise<void>
  readonly lead: (to: string) => void
}

type Tokens = Awaited<ReturnType<Stoa.Stoa["auth"]["verifyMfa"]>>

export const wantedOf = (form: URLSearchParams): AccountViews.Wanted | undefined => {
  const variantId = form.get("variantId")
  return variantId === null || variantId === "" ? undefined : { variantId, tell: form.has("tell") }
}

export const wish = (owner: Stoa.Stoa, { tell, variantId }: AccountViews.Wanted) =>
  owner.wishList.add({ variantId, ...(tell ? { tellWhenBack: true } : {}) })

const isSecondFactor = (error: unknown): error is Refusal & SecondFactorRequired => isRefusal(error) && error.code === "second_factor_required"

/** @param words what is said of a code that is not right */
const refusedBy = (error: Refusal, words?: string): Refused =>
  error.code === "too_many_attempts"
    ? { problem: inWords(error, undefined), status: 429, retryAfter: (error as Refusal & TooManyAttempts).retryAfterSeconds }
    : { problem: error.code === "invalid_code" && words !== undefined ? words : inWords(error, undefined), status: 400 }

/** What is done with the forms of signing in. */
export const signIn = ({ cartToken, keep, lead, shop, show }: Visit) => {
  const askForAddress = (wanted?: AccountViews.Wanted, refused?: Refused, email?: string) =>
    show("Sign in", AccountViews.signIn(wanted, email), refused)

  const askForFactor = (waiting: AccountViews.Waiting, wanted: AccountViews.Wanted | undefined, refused?: Refused) =>
    show("One more proof", AccountViews.secondFactor(waiting, wanted), refused)

  /** Somebody has proved who they are: what they had in their cart and what they wished for is theirs. */
  const enter = async ({ accessToken, refreshToken }: Tokens, wanted: AccountViews.Wanted | undefined) => {
    keep("session", accessToken)
    keep("refresh", refreshToken)
    const owner = shop.as(await shop.auth.authenticate(accessToken))
    // a cart that has gone, or was ordered, is nobody's
    if (cartToken !== undefined) await unlessRefused(owner.carts.merge(cartToken))
    keep("cart", "")
    if (wanted !== undefined) await unlessRefused(wish(owner, wanted))
    return lead("/wishes")
  }

  const sendCode = async (form: URLSearchParams) => {
    const email = form.get("email")?.trim() ?? ""
    try {
      const { challengeId } = await shop.auth.startPasswordless({ email })
      return await show("Sign in", AccountViews.code(challengeId, wantedOf(form)))
    } catch (error) {
      if (!isRefusal(error)) throw error
      const fault = faultsOf(error, form)["email"]
      return askForAddress(wantedOf(form), fault === undefined ? refusedBy(error) : { problem: fault, status: 400 }, email)
    }
  }

  const proveMailbox = async (form: URLSearchParams) => {
    const challengeId = form.get("challengeId") ?? ""
    const wanted = wantedOf(form)
    try {
      return await enter(await shop.auth.verifyPasswordless({ challengeId, code: form.get("code")?.trim() ?? "" }), wanted)
    } catch (error) {
      if (isSecondFactor(error)) return askForFactor(AccountViews.waitingFor(error.challengeId, error.methods), wanted)
      if (!isRefusal(error)) throw error
      const words = "This code is not right, or not good any more. Take the one of the last mail, or have a new one sent."
      return show("Sign in", AccountViews.code(challengeId, wanted), refusedBy(error, words))
    }
  }

  const proveFactor = async (form: URLSearchParams) => {
    const wanted = wantedOf(form)
    const waiting = AccountViews.waitingFor(
      form.get("challengeId") ?? "",
      (form.get("methods") ?? "").split(" "),
      form.get("other") ?? form.get("method") ?? ""
    )
    const { challengeId, method } = waiting
    if (form.has("other") || method === undefined) return askForFactor(waiting, wanted)
    const code = (form.get("code") ?? "").replace(/\s/g, "")
    // nothing is no try
    if (code === "") return askForFactor(waiting, wanted, { problem: "Write the code.", status: 400 })
    try {
      return await enter(await shop.auth.verifyMfa({ challengeId: challengeId as never, method, code }), wanted)
    } catch (error) {
      if (!isRefusal(error)) throw error
      return askForFactor(waiting, wanted, refusedBy(error, AccountViews.wrongCode[method]))
    }
  }

  return { askForAddress, sendCode, proveMailbox, proveFactor }
}
