-- What --newer-only compares with: as far as the tracker is followed.
ALTER TABLE "bugs" ADD COLUMN "external_updated_at" TIMESTAMPTZ(3);
