import type { Ddl } from "../Dialect.ts"

/** Which files a product shows follows from its pictures, whoever writes them. */
const uses = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [
      `CREATE TRIGGER products_media_inserted AFTER INSERT ON products WHEN NEW.images LIKE '%"mediaId"%' BEGIN
        INSERT OR IGNORE INTO product_media (store_id, product_id, media_id)
        SELECT NEW.store_id, NEW.id, m.id FROM json_each(NEW.images) AS i
        CROSS JOIN media AS m WHERE m.id = i.value ->> 'mediaId' AND m.store_id = NEW.store_id AND m.status = 'ready';
      END`,
      `CREATE TRIGGER products_media_updated AFTER UPDATE OF images ON products WHEN NEW.images <> OLD.images BEGIN
        DELETE FROM product_media WHERE product_id = NEW.id;
        INSERT OR IGNORE INTO product_media (store_id, product_id, media_id)
        SELECT NEW.store_id, NEW.id, m.id FROM json_each(NEW.images) AS i
        CROSS JOIN media AS m WHERE m.id = i.value ->> 'mediaId' AND m.store_id = NEW.store_id AND m.status = 'ready';
      END`
    ],
    pg: [
      // a file that is being deleted must not be shown, so whoever comes second waits for the first
      `CREATE FUNCTION stoa_product_media() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN DELETE FROM product_media WHERE product_id = NEW.id; END IF;
        INSERT INTO product_media (store_id, product_id, media_id)
        SELECT NEW.store_id, NEW.id, m.id FROM media AS m
        WHERE m.id IN (SELECT i ->> 'mediaId' FROM jsonb_array_elements(NEW.images::jsonb) AS i)
          AND m.store_id = NEW.store_id AND m.status = 'ready'
        FOR SHARE OF m
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$`,
      `CREATE TRIGGER products_media_inserted AFTER INSERT ON products
        FOR EACH ROW WHEN (NEW.images LIKE '%"mediaId"%') EXECUTE FUNCTION stoa_product_media()`,
      `CREATE TRIGGER products_media_updated AFTER UPDATE OF images ON products
        FOR EACH ROW WHEN (NEW.images IS DISTINCT FROM OLD.images) EXECUTE FUNCTION stoa_product_media()`
    ]
  })

/** Files, those that somebody may send, the keys that addresses are signed with, and what products show. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE media (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    status ${d.text} NOT NULL CHECK (status IN ('arriving', 'ready', 'leaving')),
    content_type ${d.text} NOT NULL,
    visibility ${d.text} NOT NULL CHECK (visibility IN ('public', 'private')),
    name ${d.text},
    bytes ${d.int} NOT NULL,
    hash ${d.text} NOT NULL,
    width ${d.int},
    height ${d.int},
    animated ${d.bool} NOT NULL,
    alt ${d.text} NOT NULL,
    alt_texts ${d.json} NOT NULL,
    rendition_state ${d.text} NOT NULL CHECK (rendition_state IN ('none', 'waiting', 'ready', 'failed')),
    renditions ${d.json} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX media_by_age ON media (store_id, created_at, id)",
  "CREATE INDEX media_unfinished ON media (store_id, updated_at) WHERE status <> 'ready'",
  `CREATE TABLE media_uploads (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    token_hash ${d.text} UNIQUE,
    bytes ${d.int} NOT NULL,
    visibility ${d.text} NOT NULL,
    name ${d.text},
    alt ${d.text} NOT NULL,
    expires_at ${d.text} NOT NULL,
    taken_at ${d.text}
  )${d.strict}`,
  "CREATE INDEX media_uploads_by_expiry ON media_uploads (store_id, expires_at)",
  `CREATE TABLE media_keys (
    store_id ${d.text} PRIMARY KEY,
    sealed ${d.text} NOT NULL
  )${d.strict}`,
  `CREATE TABLE product_media (
    store_id ${d.text} NOT NULL,
    product_id ${d.text} NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    media_id ${d.text} NOT NULL REFERENCES media (id),
    PRIMARY KEY (product_id, media_id)
  )${d.strict}`,
  "CREATE INDEX product_media_by_media ON product_media (media_id)",
  ...uses(d)
]
