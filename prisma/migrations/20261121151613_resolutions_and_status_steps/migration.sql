-- CreateIndex
CREATE INDEX "bugs_resolved_at_idx" ON "bugs"("resolved_at");

-- CreateIndex: when it was decided whether a bug met its SLA, as slaVerdictSample has it.
CREATE INDEX "bugs_sla_verdict_at_idx" ON "bugs"(LEAST("resolved_at", COALESCE("sla_breached_at", "sla_due_at")));

-- CreateIndex: the steps of one bug, or of all bugs one after the other, without touching the table.
CREATE INDEX "bug_history_status_idx" ON "bug_history"("bug_id", "changed_at", "seq") INCLUDE ("old_value", "new_value") WHERE "field_changed" = 'status';

-- CreateIndex: the steps of a period, of which a month holds far fewer than all of history.
CREATE INDEX "bug_history_status_changed_at_idx" ON "bug_history"("changed_at") INCLUDE ("bug_id", "old_value", "new_value") WHERE "field_changed" = 'status';

-- CreateIndex: what seldom changes, among all that often does.
CREATE INDEX "bug_history_seldom_idx" ON "bug_history"("bug_id", "changed_at", "seq") WHERE "field_changed" IN ('severity', 'revenueImpact', 'isBlocker', 'priorityPinned', 'projectId', 'createdById');

-- CreateIndex: bugs that became open again, which few do.
CREATE INDEX "bug_history_returns_idx" ON "bug_history"("bug_id", "changed_at") WHERE "field_changed" = 'status' AND "new_value" IN ('pending', 'in_progress', 'verified') AND "old_value" IN ('deferred', 'shipped', 'closed');
