/**
 * What happens to files. The subject is the file.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { ContentType, Visibility } from "./Media.ts"

const file = Schema.Struct({ contentType: ContentType, visibility: Visibility, bytes: Schema.Int })

/** A file is there, looked at and cleaned. */
export const MediaUploaded = DomainEvent.define("media.uploaded", file)

/** What is said of a file changed. */
export const MediaUpdated = DomainEvent.define("media.updated", Schema.Struct({ version: Schema.Int }))

/** The sizes of a picture are made. */
export const MediaRendered = DomainEvent.define("media.rendered", Schema.Struct({ renditions: Schema.Int }))

/** A file is gone. */
export const MediaDeleted = DomainEvent.define("media.deleted", Schema.Struct({ contentType: ContentType }))
