import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { StoredTemplate, TemplateKey } from "./StoredTemplate.ts"

/** Where the templates of stores are kept, with every version of them. */
export class TemplateRepository extends Context.Service<TemplateRepository, {
  /** The current versions of a template in some languages. One statement. */
  readonly current: (
    name: string,
    languages: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<StoredTemplate>, StorageError>
  /** The current versions of all templates, by name and language, at most 1,000. */
  readonly all: Effect.Effect<ReadonlyArray<StoredTemplate>, StorageError>
  /** The versions of a template, the newest first, at most 100. */
  readonly versions: (key: TemplateKey) => Effect.Effect<ReadonlyArray<StoredTemplate>, StorageError>
  /**
   * Adds a version and makes it the current one, if there is no later one; returns whether it did. Of two who add the same
   * version one does.
   */
  readonly add: (template: StoredTemplate) => Effect.Effect<boolean, StorageError>
  /** Makes no version of a template the current one; returns whether one was. */
  readonly retire: (key: TemplateKey) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/notifications/TemplateRepository") {}
