-- Who brings the clock of a bug along, as cto does, need not wait for the trigger that fills it in: an eighth of the time
-- it takes to store a bug.
CREATE OR REPLACE TRIGGER "bugs_fill_sla" BEFORE INSERT ON "bugs" FOR EACH ROW
  WHEN (
    NEW."sla_hours" IS NULL
    OR NEW."sla_due_at" IS NULL
    OR (NEW."sla_stopped_at" IS NULL AND NEW."status" IN ('shipped', 'closed', 'deferred'))
  )
  EXECUTE FUNCTION "bugs_fill_sla"();
