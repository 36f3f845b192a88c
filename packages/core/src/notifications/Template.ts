/** One message. */
export interface Template {
  readonly subject: string
  readonly text: string
  /** What stands in the frame that all mails have, or a whole page. If it is left out, it is made of the text. */
  readonly html?: string
  /** What a text message says; if it is left out, there is none of this template. */
  readonly sms?: string
}

/** Templates of one language by their names. */
export type Templates = Readonly<Record<string, Template>>
