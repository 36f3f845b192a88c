import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { SegmentBounds } from "../analytics/Segments.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type {
  Campaign,
  CampaignAudience,
  CampaignChannel,
  CampaignId,
  CampaignProgress,
  CampaignReader,
  ListCampaigns,
  StoredCampaign
} from "./Campaign.ts"

/** Whom messages of a campaign go to, by what holds at a time. */
export interface AudienceQuery {
  readonly audience: CampaignAudience
  readonly channel: CampaignChannel
  readonly bounds: SegmentBounds
}

/** Where campaigns are kept, and the people whom they are for. */
export class CampaignRepository extends Context.Service<CampaignRepository, {
  /** Newest first. */
  readonly list: (query: ListCampaigns) => Effect.Effect<Page<Campaign>, StorageError | InvalidInput>
  readonly find: (id: string) => Effect.Effect<StoredCampaign | undefined, StorageError>
  /** The same, which nobody else changes until the transaction ends. */
  readonly hold: (id: string) => Effect.Effect<StoredCampaign | undefined, StorageError>
  readonly insert: (campaign: StoredCampaign) => Effect.Effect<void, StorageError>
  /** Replaces one that is held. */
  readonly replace: (campaign: StoredCampaign) => Effect.Effect<void, StorageError>
  readonly delete: (id: string) => Effect.Effect<void, StorageError>
  /** Readers after one of them, by id. */
  readonly readers: (
    query: AudienceQuery,
    after: string,
    limit: number
  ) => Effect.Effect<ReadonlyArray<CampaignReader>, StorageError>
  readonly countReaders: (query: AudienceQuery) => Effect.Effect<number, StorageError>
  /** What has become of the messages of a campaign that are still kept. */
  readonly progress: (id: string) => Effect.Effect<Omit<CampaignProgress, "complete">, StorageError>
  /** Takes back what it was not decided on. */
  readonly drop: (id: string, at: Timestamp) => Effect.Effect<void, StorageError>
  /** Those whose time has come, and those that are being sent, the longest untouched first, at most so many. */
  readonly due: (now: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<CampaignId>, StorageError>
}>()("@stoa/core/campaigns/CampaignRepository") {}
