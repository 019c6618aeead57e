-- DropIndex
DROP INDEX "bugs_project_id_idx";

-- CreateIndex
CREATE INDEX "bugs_project_id_status_idx" ON "bugs"("project_id", "status");

-- DropIndex: the next one holds all of it.
DROP INDEX "bugs_open_kpis_idx";

-- CreateIndex: whatever is counted or summed over open bugs, in all, by project or by person, is read from this index
-- alone, without touching the table.
CREATE INDEX "bugs_open_figures_idx" ON "bugs"("project_id") INCLUDE ("severity", "status", "is_blocker", "sla_hours", "sla_due_at", "sla_stopped_at", "sla_breached_at", "revenue_impact", "assigned_to_id", "estimated_hours") WHERE "status" IN ('pending', 'in_progress', 'verified');
