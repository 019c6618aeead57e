-- Indexes that measured plans asked for. Prisma cannot express either.

-- CreateIndex: a bug is named by its URL in the old tracker. A hash, as URLs can be longer than a B-tree takes.
CREATE INDEX "bugs_external_url_lower_idx" ON "bugs" USING hash (lower("external_url")) WHERE "external_url" IS NOT NULL;

-- CreateIndex: open bugs that are not late yet are few, and hidden among those of every priority: 170 ms at 1,000,000.
CREATE INDEX "bugs_open_sla_due_idx" ON "bugs"((CASE WHEN "sla_stopped_at" IS NULL THEN "sla_due_at" ELSE 'infinity'::timestamptz END)) WHERE "status" IN ('pending', 'in_progress', 'verified');
