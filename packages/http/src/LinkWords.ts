/**
 * What the pages behind links say, in the language that mails have: that of the store, nearest first, and English where a
 * shop has given no words of its own.
 */
import * as TemplateCatalog from "@stoa/core/notifications/TemplateCatalog"
import * as Schema from "effect/Schema"

const english = {
  signInTitle: "Sign in",
  signInButton: "Sign in",
  confirmTitle: "Confirm your address",
  confirmButton: "Confirm",
  passwordTitle: "Choose a new password",
  passwordLabel: "New password",
  passwordButton: "Save",
  passwordDone: "Your new password counts from now on. Sign in with it.",
  passwordRefused: "Choose a longer or less common password.",
  goOn: "Go on",
  notWhole: "This link is not whole. Open it from the message once more.",
  notGood: "This link is no longer good. Ask for a new one.",
  tryAgain: "That did not work. Try again in a moment.",
  noScript: "Type the code from the message instead, or allow scripts on this page.",
  unsubscribeTitle: "No more messages?",
  unsubscribeText: "Press the button to get no more {kind} from {shop}.",
  unsubscribeButton: "Unsubscribe",
  unsubscribeDoneTitle: "Done",
  unsubscribeDone: "You get no more {kind} from {shop}.",
  /** What `{kind}` says. */
  unsubscribeNews: "news and offers",
  unsubscribeCartReminders: "reminders of your cart",
  unsubscribeBackInStock: "messages about what is in stock again",
  unsubscribeReviewRequests: "requests for reviews",
  unsubscribePriceDrops: "messages about what has become cheaper on your wish list"
}

export type LinkWords = Readonly<Record<keyof typeof english, string>>

/** Words by language, `"de"` or `"de-AT"`; what is left out is said in the next language, English last. */
export type LinkWordsByLanguage = Readonly<Record<string, Partial<LinkWords>>>

/** The same as a schema, for words that come from a file. */
export const LinkWordsByLanguage: Schema.Codec<LinkWordsByLanguage> = Schema.Record(
  Schema.String,
  Schema.Struct(Object.fromEntries(Object.keys(english).map((name) => [name, Schema.optionalKey(Schema.String)])))
)

const rightToLeft: ReadonlySet<string> = new Set(["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"])

/** The words nearest to a language, what the language is that most of them are in, and how it is written. */
export const find = (own: LinkWordsByLanguage, locale: string) => {
  const languages = TemplateCatalog.languages(locale)
  const given = languages.filter((language) => Object.hasOwn(own, language))
  const words: LinkWords = Object.assign({}, english, ...given.toReversed().map((language) => own[language]))
  const language = given[0] ?? "en"
  return { language, direction: rightToLeft.has(language.split("-", 1)[0] ?? "") ? "rtl" : "ltr", words } as const
}
