/**
 * What messages say: the words of a store before those that are shipped, and their administration.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import * as Actor from "../kernel/Actor.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { Stores } from "../stores/Stores.ts"
import * as Rendering from "./Rendering.ts"
import {
  PreviewTemplate,
  SaveTemplate,
  type StoredTemplate,
  TemplateKey,
  type TemplatePreview,
  type TemplateSummary
} from "./StoredTemplate.ts"
import type { Template } from "./Template.ts"
import * as TemplateCatalog from "./TemplateCatalog.ts"
import { TemplateInvalid, TemplateNotFound } from "./TemplateErrors.ts"
import * as TemplateExamples from "./TemplateExamples.ts"
import { TemplateRepository } from "./TemplateRepository.ts"

/** A template with the language that it is in. */
export interface FoundTemplate extends Template {
  readonly language: string
}

export class NotificationTemplates extends Context.Service<NotificationTemplates, {
  /**
   * The template of a name that is nearest to a language, or else to that of the store, or else in English; for what sends
   * messages. One statement.
   */
  readonly find: (
    name: string,
    language: string,
    ofStore: string
  ) => Effect.Effect<FoundTemplate | undefined, StorageError>
  /** Every template that there is, by name and language. Needs `notifications:read`. */
  readonly list: Effect.Effect<ReadonlyArray<TemplateSummary>, StorageError | Denied>
  /** The current words of a template: the store's own, or else those that are shipped. Needs `notifications:read`. */
  readonly get: (
    key: typeof TemplateKey.Encoded
  ) => Effect.Effect<StoredTemplate, InvalidInput | TemplateNotFound | StorageError | Denied>
  /** The versions that staff wrote, the newest first. Needs `notifications:read`. */
  readonly versions: (
    key: typeof TemplateKey.Encoded
  ) => Effect.Effect<ReadonlyArray<StoredTemplate>, InvalidInput | StorageError | Denied>
  /** A new version, which is tried out before it is kept. Needs `notifications:write`. */
  readonly save: (
    input: typeof SaveTemplate.Encoded
  ) => Effect.Effect<StoredTemplate, InvalidInput | TemplateInvalid | VersionConflict | StorageError | Denied>
  /** Goes back to what is shipped; the versions stay. Needs `notifications:write`. */
  readonly reset: (
    key: typeof TemplateKey.Encoded
  ) => Effect.Effect<void, InvalidInput | TemplateNotFound | StorageError | Denied>
  /** What a message would be. Needs `notifications:read`. */
  readonly preview: (
    input: typeof PreviewTemplate.Encoded
  ) => Effect.Effect<
    typeof TemplatePreview.Type,
    InvalidInput | TemplateNotFound | TemplateInvalid | StorageError | Denied
  >
}>()("@stoa/core/notifications/NotificationTemplates") {}

const decodeKey = Input.decoder(TemplateKey)
const decodeSave = Input.decoder(SaveTemplate)
const decodePreview = Input.decoder(PreviewTemplate)

/** A template without what is left out or `null`. */
const words = (template: {
  readonly subject: string
  readonly text: string
  readonly html?: string | null
  readonly sms?: string | null
}): Template => ({
  subject: template.subject,
  text: template.text,
  ...(typeof template.html === "string" ? { html: template.html } : {}),
  ...(typeof template.sms === "string" ? { sms: template.sms } : {})
})

export const make = Effect.gen(function*() {
  const repository = yield* TemplateRepository
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const stores = yield* Stores
  const catalog = yield* TemplateCatalog.TemplateCatalog
  const render = yield* Rendering.renderer

  const find = Effect.fnUntraced(function*(name: string, language: string, ofStore: string) {
    const languages = TemplateCatalog.languages(language, ofStore)
    const own = yield* repository.current(name, languages)
    for (const each of languages) {
      const written = own.find((template) => template.language === each)
      if (written !== undefined) return { ...words(written), language: each }
      const shipped = TemplateCatalog.exactly(catalog, name, each)
      if (shipped !== undefined) return { ...shipped, language: each }
    }
    return undefined
  })

  /** Renders each part, so that whoever wrote it is told which one is wrong. */
  const tried = Effect.fnUntraced(function*(template: Template, language: string, data: Rendering.TemplateData) {
    const { name, settings } = yield* stores.current
    const seen = { ...data, locale: language, store: { name, url: settings.storefrontUrl } }
    const plain = { subject: "", text: "" }
    const parts: ReadonlyArray<readonly ["subject" | "text" | "html" | "sms", Template]> = [
      ["subject", { ...plain, subject: template.subject }],
      ["text", { ...plain, text: template.text }],
      ...(template.html === undefined ? [] : [["html", { ...plain, html: template.html }] as const]),
      ...(template.sms === undefined ? [] : [["sms", { ...plain, sms: template.sms }] as const])
    ]
    for (const [part, alone] of parts) {
      yield* Effect.mapError(render(alone, seen), () => new TemplateInvalid({ part }))
    }
    return yield* Effect.mapError(render(template, seen), () => new TemplateInvalid({ part: "template" }))
  })

  return NotificationTemplates.of({
    find,

    list: Effect.gen(function*() {
      yield* Permission.require("notifications:read")
      const own = yield* repository.all
      const keyOf = (name: string, language: string) => `${name} ${language}`
      const all = new Map<string, TemplateSummary>()
      for (const { language, name, template } of TemplateCatalog.entries(catalog)) {
        all.set(keyOf(name, language), { name, language, subject: template.subject, origin: "shipped", version: null })
      }
      for (const { language, name, subject, version } of own) {
        all.set(keyOf(name, language), { name, language, subject, origin: "store", version })
      }
      return [...all.values()].sort((a, b) => (keyOf(a.name, a.language) < keyOf(b.name, b.language) ? -1 : 1))
    }),

    get: Effect.fn("NotificationTemplates.get")(function*(input) {
      yield* Permission.require("notifications:read")
      const key = yield* decodeKey(input)
      const [own] = yield* repository.current(key.name, [key.language])
      if (own !== undefined) return own
      const shipped = TemplateCatalog.exactly(catalog, key.name, key.language)
      if (shipped === undefined) return yield* new TemplateNotFound(key)
      return {
        ...key,
        version: 1,
        subject: shipped.subject,
        text: shipped.text,
        html: shipped.html ?? null,
        sms: shipped.sms ?? null,
        current: true,
        createdAt: Timestamp.fromMillis(0),
        createdBy: "system:stoa"
      }
    }),

    versions: Effect.fn("NotificationTemplates.versions")(function*(input) {
      yield* Permission.require("notifications:read")
      return yield* repository.versions(yield* decodeKey(input))
    }),

    save: Effect.fn("NotificationTemplates.save")(function*(input) {
      yield* Permission.require("notifications:write")
      const { html = null, language, name, sms = null, subject, text, version } = yield* decodeSave(input)
      yield* tried(words({ subject, text, html, sms }), language, TemplateExamples.data)
      const createdAt = yield* Timestamp.now
      const createdBy = Actor.describe(yield* Actor.CurrentActor)
      return yield* transactor.transaction(Effect.gen(function*() {
        const [newest] = yield* repository.versions({ name, language })
        const before = newest?.version ?? 0
        const id = `${name}:${language}`
        if (version !== undefined && version !== before) return yield* new VersionConflict({ id, expected: version })
        const template: StoredTemplate = {
          name,
          language,
          version: before + 1,
          subject,
          text,
          html,
          sms,
          current: true,
          createdAt,
          createdBy
        }
        if (!(yield* repository.add(template))) return yield* new VersionConflict({ id, expected: before })
        yield* audit.record({ action: "notification_template.save", subject: id, details: { version: before + 1 } })
        return template
      }))
    }),

    reset: Effect.fn("NotificationTemplates.reset")(function*(input) {
      yield* Permission.require("notifications:write")
      const key = yield* decodeKey(input)
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.retire(key))) return yield* new TemplateNotFound(key)
        yield* audit.record({ action: "notification_template.reset", subject: `${key.name}:${key.language}` })
      }))
    }),

    preview: Effect.fn("NotificationTemplates.preview")(function*(input) {
      yield* Permission.require("notifications:read")
      const { data, language, name, template } = yield* decodePreview(input)
      const { settings: { locale } } = yield* stores.current
      const shown = template === undefined ? yield* find(name, language, locale) : { ...words(template), language }
      if (shown === undefined) return yield* new TemplateNotFound({ name, language })
      const manner = TemplateCatalog.mannerOf(shown.language, language, locale)
      const { html, sms, subject, text } = yield* tried(shown, manner, { ...TemplateExamples.data, ...data })
      return { subject, text, html, sms: sms ?? null }
    })
  })
})

export const layer: Layer.Layer<NotificationTemplates, never, TemplateRepository | Transactor | AuditLog | Stores> = Layer
  .effect(NotificationTemplates, make)
