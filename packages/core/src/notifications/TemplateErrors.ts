import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

export class TemplateNotFound extends StoaError<TemplateNotFound>()("TemplateNotFound", {
  code: "template_not_found",
  kind: "not_found"
}, { name: Schema.String, language: Schema.String }) {
  override get message(): string {
    return `There is no template ${this.name} in ${this.language}`
  }
}

/** A template cannot be rendered: its syntax is wrong, a filter is unknown, or it does too much. */
export class TemplateInvalid extends StoaError<TemplateInvalid>()("TemplateInvalid", {
  code: "template_invalid",
  kind: "invalid"
}, { part: Schema.Literals(["subject", "text", "html", "sms", "template"]) }) {
  override get message(): string {
    return `The ${this.part} cannot be rendered: its syntax is wrong, a filter is unknown, or it does too much`
  }
}
