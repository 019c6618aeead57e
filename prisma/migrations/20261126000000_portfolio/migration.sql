-- Area 1, the portfolio. The statements up to "What Prisma cannot express" are Prisma's own.
-- No statement names a schema: the same file creates the tables in the first schema of the search path. It contains nothing
-- that a cluster (Citus) rejects; comments give the reasons for workarounds.

-- `cto db init` installs the extension first, in a schema of its choice; this statement is for Prisma's tools. If the
-- extension is installed, CREATE EXTENSION must not run: with IF NOT EXISTS a cluster requires its owner.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
    CREATE EXTENSION pg_trgm;
  END IF;
END
$$;

CREATE SEQUENCE "bug_number_seq" START WITH 1001;

-- CreateEnum
CREATE TYPE "BugSeverity" AS ENUM ('critical', 'high', 'medium', 'low');

-- CreateEnum
CREATE TYPE "BugStatus" AS ENUM ('pending', 'in_progress', 'verified', 'shipped', 'closed', 'deferred');

-- CreateEnum
CREATE TYPE "ProjectStatus" AS ENUM ('active', 'shipped', 'deferred', 'cancelled');

-- CreateEnum
CREATE TYPE "UserRole" AS ENUM ('cto', 'manager', 'engineer', 'senior_engineer', 'qa_engineer');

-- CreateEnum
CREATE TYPE "ImportSource" AS ENUM ('csv', 'github', 'manual');

-- CreateFunction: each enum has two IMMUTABLE casts, since a cluster rejects PostgreSQL's own, which are STABLE, in
-- INSERT … RETURNING and UPDATE … SET. Their bodies are expressions that the planner inlines, as fast as the built-in
-- casts. A migration that adds a label must be followed by one that replaces both functions.
CREATE FUNCTION "refuse_label"("label" text, "kind" anyenum) RETURNS anyenum LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1 AS $$
BEGIN
  IF "label" IS NULL THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'invalid input value for enum %: "%"', pg_typeof("kind"), "label" USING ERRCODE = 'invalid_text_representation';
END
$$;

CREATE FUNCTION "bug_severity_text"("BugSeverity") RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE $1
  WHEN 'critical' THEN 'critical'
  WHEN 'high' THEN 'high'
  WHEN 'medium' THEN 'medium'
  WHEN 'low' THEN 'low'
END;

CREATE FUNCTION "bug_severity_of"(text) RETURNS "BugSeverity" LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE $1
  WHEN 'critical' THEN 'critical'::"BugSeverity"
  WHEN 'high' THEN 'high'::"BugSeverity"
  WHEN 'medium' THEN 'medium'::"BugSeverity"
  WHEN 'low' THEN 'low'::"BugSeverity"
  ELSE "refuse_label"($1, 'critical'::"BugSeverity")
END;

CREATE CAST ("BugSeverity" AS text) WITH FUNCTION "bug_severity_text"("BugSeverity") AS ASSIGNMENT;

CREATE CAST (text AS "BugSeverity") WITH FUNCTION "bug_severity_of"(text);

CREATE FUNCTION "bug_status_text"("BugStatus") RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE $1
  WHEN 'pending' THEN 'pending'
  WHEN 'in_progress' THEN 'in_progress'
  WHEN 'verified' THEN 'verified'
  WHEN 'shipped' THEN 'shipped'
  WHEN 'closed' THEN 'closed'
  WHEN 'deferred' THEN 'deferred'
END;

CREATE FUNCTION "bug_status_of"(text) RETURNS "BugStatus" LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE $1
  WHEN 'pending' THEN 'pending'::"BugStatus"
  WHEN 'in_progress' THEN 'in_progress'::"BugStatus"
  WHEN 'verified' THEN 'verified'::"BugStatus"
  WHEN 'shipped' THEN 'shipped'::"BugStatus"
  WHEN 'closed' THEN 'closed'::"BugStatus"
  WHEN 'deferred' THEN 'deferred'::"BugStatus"
  ELSE "refuse_label"($1, 'pending'::"BugStatus")
END;

CREATE CAST ("BugStatus" AS text) WITH FUNCTION "bug_status_text"("BugStatus") AS ASSIGNMENT;

CREATE CAST (text AS "BugStatus") WITH FUNCTION "bug_status_of"(text);

CREATE FUNCTION "project_status_text"("ProjectStatus") RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE $1
  WHEN 'active' THEN 'active'
  WHEN 'shipped' THEN 'shipped'
  WHEN 'deferred' THEN 'deferred'
  WHEN 'cancelled' THEN 'cancelled'
END;

CREATE FUNCTION "project_status_of"(text) RETURNS "ProjectStatus" LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE $1
  WHEN 'active' THEN 'active'::"ProjectStatus"
  WHEN 'shipped' THEN 'shipped'::"ProjectStatus"
  WHEN 'deferred' THEN 'deferred'::"ProjectStatus"
  WHEN 'cancelled' THEN 'cancelled'::"ProjectStatus"
  ELSE "refuse_label"($1, 'active'::"ProjectStatus")
END;

CREATE CAST ("ProjectStatus" AS text) WITH FUNCTION "project_status_text"("ProjectStatus") AS ASSIGNMENT;

CREATE CAST (text AS "ProjectStatus") WITH FUNCTION "project_status_of"(text);

CREATE FUNCTION "user_role_text"("UserRole") RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE $1
  WHEN 'cto' THEN 'cto'
  WHEN 'manager' THEN 'manager'
  WHEN 'engineer' THEN 'engineer'
  WHEN 'senior_engineer' THEN 'senior_engineer'
  WHEN 'qa_engineer' THEN 'qa_engineer'
END;

CREATE FUNCTION "user_role_of"(text) RETURNS "UserRole" LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE $1
  WHEN 'cto' THEN 'cto'::"UserRole"
  WHEN 'manager' THEN 'manager'::"UserRole"
  WHEN 'engineer' THEN 'engineer'::"UserRole"
  WHEN 'senior_engineer' THEN 'senior_engineer'::"UserRole"
  WHEN 'qa_engineer' THEN 'qa_engineer'::"UserRole"
  ELSE "refuse_label"($1, 'cto'::"UserRole")
END;

CREATE CAST ("UserRole" AS text) WITH FUNCTION "user_role_text"("UserRole") AS ASSIGNMENT;

CREATE CAST (text AS "UserRole") WITH FUNCTION "user_role_of"(text);

CREATE FUNCTION "import_source_text"("ImportSource") RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE $1
  WHEN 'csv' THEN 'csv'
  WHEN 'github' THEN 'github'
  WHEN 'manual' THEN 'manual'
END;

CREATE FUNCTION "import_source_of"(text) RETURNS "ImportSource" LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE $1
  WHEN 'csv' THEN 'csv'::"ImportSource"
  WHEN 'github' THEN 'github'::"ImportSource"
  WHEN 'manual' THEN 'manual'::"ImportSource"
  ELSE "refuse_label"($1, 'csv'::"ImportSource")
END;

CREATE CAST ("ImportSource" AS text) WITH FUNCTION "import_source_text"("ImportSource") AS ASSIGNMENT;

CREATE CAST (text AS "ImportSource") WITH FUNCTION "import_source_of"(text);

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "UserRole" NOT NULL DEFAULT 'engineer',
    "password_hash" TEXT,
    "avatar_url" TEXT,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "projects" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "description" TEXT,
    "github_url" TEXT,
    "external_uid" TEXT,
    "demo_url" TEXT,
    "language" TEXT,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "stars" INTEGER,
    "forks" INTEGER,
    "last_commit" TIMESTAMPTZ(3),
    "status" "ProjectStatus" NOT NULL DEFAULT 'active',
    "arr" DECIMAL(14,2),
    "year1_revenue" DECIMAL(14,2),
    "year3_revenue" DECIMAL(14,2),
    "roi_score" DECIMAL(9,4),
    "dcf_valuation" DECIMAL(18,2),
    "monthly_infra_cost" DECIMAL(14,2),
    "tam" DECIMAL(18,2),
    "sam" DECIMAL(18,2),
    "som_year3" DECIMAL(18,2),
    "traction_mrr" DECIMAL(14,2),
    "margin_percent" DECIMAL(9,4),
    "complexity" INTEGER,
    "client_appeal" INTEGER,
    "current_milestone" INTEGER NOT NULL DEFAULT 0,
    "total_milestones" INTEGER NOT NULL DEFAULT 0,
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bugs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "bug_number" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "severity" "BugSeverity" NOT NULL,
    "status" "BugStatus" NOT NULL DEFAULT 'pending',
    "assigned_to_id" UUID,
    "created_by_id" UUID,
    "project_id" UUID,
    "sla_hours" INTEGER NOT NULL,
    "sla_due_at" TIMESTAMPTZ(3) NOT NULL,
    "sla_stopped_at" TIMESTAMPTZ(3),
    "sla_breached_at" TIMESTAMPTZ(3),
    "business_impact" TEXT,
    "revenue_impact" DECIMAL(14,2),
    "is_blocker" BOOLEAN NOT NULL DEFAULT false,
    "priority_score" INTEGER NOT NULL DEFAULT 50,
    "priority_pinned" BOOLEAN NOT NULL DEFAULT false,
    "estimated_hours" DECIMAL(10,2),
    "actual_hours" DECIMAL(10,2),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(3),
    "external_source" TEXT,
    "external_id" TEXT,
    "external_url" TEXT,
    "external_uid" TEXT,
    "external_aliases" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "duplicate_of_id" UUID,
    "links" JSONB NOT NULL DEFAULT '[]',
    "import_id" UUID,
    -- For --newer-only: the tracker's time of the last change that was imported.
    "external_updated_at" TIMESTAMPTZ(3),

    CONSTRAINT "bugs_pkey" PRIMARY KEY ("id")
);

-- The sequence belongs to the table, so that dropping the table drops it. On a cluster it must belong to the table before a
-- default uses it.
ALTER SEQUENCE "bug_number_seq" OWNED BY "bugs"."bug_number";

ALTER TABLE "bugs" ALTER COLUMN "bug_number" SET DEFAULT ('BUG-'::text || nextval('bug_number_seq'::regclass));

-- CreateTable
CREATE TABLE "bug_history" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "seq" BIGINT NOT NULL GENERATED BY DEFAULT AS IDENTITY,
    "bug_id" UUID NOT NULL,
    "field_changed" TEXT NOT NULL,
    "old_value" TEXT,
    "new_value" TEXT,
    "note" TEXT,
    "changed_by_id" UUID,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "is_doubtful" BOOLEAN NOT NULL DEFAULT false,
    "import_id" UUID,

    CONSTRAINT "bug_history_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_metrics" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "project_id" UUID NOT NULL,
    "date" DATE NOT NULL,
    "commits_count" INTEGER NOT NULL DEFAULT 0,
    "contributors" INTEGER NOT NULL DEFAULT 0,
    "lines_of_code" BIGINT NOT NULL DEFAULT 0,
    "tech_stack" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "health_score" INTEGER,
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "project_metrics_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "monthly_metrics" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "month" DATE NOT NULL,
    "total_bugs" INTEGER NOT NULL,
    "critical_bugs" INTEGER NOT NULL,
    "high_bugs" INTEGER NOT NULL,
    "medium_bugs" INTEGER NOT NULL,
    "low_bugs" INTEGER NOT NULL,
    "eng_hours" DECIMAL(18,2) NOT NULL,
    "total_cost" DECIMAL(30,2) NOT NULL,
    "revenue_impact_daily" DECIMAL(20,2) NOT NULL,
    "avg_resolution_days" DECIMAL(10,2),
    "bugs_created" INTEGER NOT NULL,
    "bugs_resolved" INTEGER NOT NULL,
    "hourly_rate" DECIMAL(14,2) NOT NULL,
    "assumptions" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "monthly_metrics_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "portfolio_metrics" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "snapshot_date" DATE NOT NULL,
    "total_projects" INTEGER NOT NULL,
    "shipped_projects" INTEGER NOT NULL,
    "year3_revenue_total" DECIMAL(20,2) NOT NULL,
    "portfolio_dcf_total" DECIMAL(24,2) NOT NULL,
    "monthly_deps_cost" DECIMAL(20,2) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "portfolio_metrics_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_logs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "source" "ImportSource" NOT NULL,
    "records_imported" INTEGER NOT NULL DEFAULT 0,
    "records_failed" INTEGER NOT NULL DEFAULT 0,
    "errors" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "metadata" JSONB,
    "timestamp" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "import_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID,
    "action" TEXT NOT NULL,
    "entity_type" TEXT NOT NULL,
    "entity_id" TEXT,
    "details" JSONB,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "settings" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "table_sizes" (
    "date" DATE NOT NULL,
    "table_name" TEXT NOT NULL,
    "rows" BIGINT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "index_bytes" BIGINT NOT NULL,

    CONSTRAINT "table_sizes_pkey" PRIMARY KEY ("date", "table_name")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "users_import_id_idx" ON "users"("import_id");

-- CreateIndex
CREATE UNIQUE INDEX "projects_github_url_key" ON "projects"("github_url");

-- CreateIndex
CREATE UNIQUE INDEX "projects_external_uid_key" ON "projects"("external_uid");

-- CreateIndex
CREATE INDEX "projects_status_idx" ON "projects"("status");

-- CreateIndex
CREATE INDEX "projects_language_idx" ON "projects"("language");

-- CreateIndex
CREATE INDEX "projects_complexity_idx" ON "projects"("complexity");

-- CreateIndex
CREATE INDEX "projects_client_appeal_idx" ON "projects"("client_appeal");

-- CreateIndex
CREATE INDEX "projects_roi_score_idx" ON "projects"("roi_score" DESC);

-- CreateIndex
CREATE INDEX "projects_import_id_idx" ON "projects"("import_id");

-- CreateIndex
CREATE INDEX "projects_name_trgm_idx" ON "projects" USING GIN ("name" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "projects_description_trgm_idx" ON "projects" USING GIN ("description" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "projects_tags_idx" ON "projects" USING GIN ("tags");

-- CreateIndex
CREATE UNIQUE INDEX "bugs_bug_number_key" ON "bugs"("bug_number");

-- CreateIndex
CREATE INDEX "bugs_severity_idx" ON "bugs"("severity");

-- CreateIndex
CREATE INDEX "bugs_status_idx" ON "bugs"("status");

-- CreateIndex
CREATE INDEX "bugs_severity_status_idx" ON "bugs"("severity", "status");

-- CreateIndex
CREATE INDEX "bugs_assigned_to_id_idx" ON "bugs"("assigned_to_id");

-- CreateIndex
CREATE INDEX "bugs_project_id_status_idx" ON "bugs"("project_id", "status");

-- CreateIndex
CREATE INDEX "bugs_created_by_id_idx" ON "bugs"("created_by_id");

-- CreateIndex
CREATE INDEX "bugs_import_id_idx" ON "bugs"("import_id");

-- CreateIndex
CREATE INDEX "bugs_labels_idx" ON "bugs" USING GIN ("labels");

-- CreateIndex
CREATE INDEX "bugs_created_at_idx" ON "bugs"("created_at" DESC);

-- CreateIndex
CREATE INDEX "bugs_priority_score_id_idx" ON "bugs"("priority_score" DESC, "id");

-- CreateIndex
CREATE INDEX "bugs_title_trgm_idx" ON "bugs" USING GIN ("title" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "bugs_description_trgm_idx" ON "bugs" USING GIN ("description" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "bugs_resolved_at_idx" ON "bugs"("resolved_at");

-- CreateIndex
CREATE UNIQUE INDEX "bugs_external_source_external_id_key" ON "bugs"("external_source", "external_id");

-- CreateIndex
CREATE INDEX "bug_history_changed_at_idx" ON "bug_history"("changed_at" DESC);

-- CreateIndex
CREATE INDEX "bug_history_bug_id_changed_at_idx" ON "bug_history"("bug_id", "changed_at");

-- CreateIndex
CREATE INDEX "bug_history_changed_by_id_idx" ON "bug_history"("changed_by_id");

-- CreateIndex
CREATE INDEX "bug_history_import_id_idx" ON "bug_history"("import_id");

-- CreateIndex
CREATE INDEX "project_metrics_date_idx" ON "project_metrics"("date" DESC);

-- CreateIndex
CREATE INDEX "project_metrics_import_id_idx" ON "project_metrics"("import_id");

-- CreateIndex
CREATE UNIQUE INDEX "project_metrics_project_id_date_key" ON "project_metrics"("project_id", "date");

-- CreateIndex
CREATE UNIQUE INDEX "monthly_metrics_month_key" ON "monthly_metrics"("month");

-- CreateIndex
CREATE UNIQUE INDEX "portfolio_metrics_snapshot_date_key" ON "portfolio_metrics"("snapshot_date");

-- CreateIndex
CREATE INDEX "import_logs_timestamp_idx" ON "import_logs"("timestamp" DESC);

-- CreateIndex
CREATE INDEX "audit_log_created_at_idx" ON "audit_log"("created_at" DESC);

-- CreateIndex
CREATE INDEX "audit_log_entity_type_entity_id_idx" ON "audit_log"("entity_type", "entity_id");

-- CreateIndex
CREATE INDEX "audit_log_user_id_idx" ON "audit_log"("user_id");

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "projects" ADD CONSTRAINT "projects_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_assigned_to_id_fkey" FOREIGN KEY ("assigned_to_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_duplicate_of_id_fkey" FOREIGN KEY ("duplicate_of_id") REFERENCES "bugs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bug_history" ADD CONSTRAINT "bug_history_bug_id_fkey" FOREIGN KEY ("bug_id") REFERENCES "bugs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bug_history" ADD CONSTRAINT "bug_history_changed_by_id_fkey" FOREIGN KEY ("changed_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bug_history" ADD CONSTRAINT "bug_history_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_metrics" ADD CONSTRAINT "project_metrics_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_metrics" ADD CONSTRAINT "project_metrics_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma cannot express. For PostgreSQL NaN is a number above all others, which a lower bound lets in and which makes any sum NaN.

-- AddCheck
ALTER TABLE "users" ADD CONSTRAINT "users_email_lower_check" CHECK ("email" = lower("email"));

-- AddCheck
ALTER TABLE "projects" ADD CONSTRAINT "projects_complexity_check" CHECK ("complexity" BETWEEN 1 AND 5);
ALTER TABLE "projects" ADD CONSTRAINT "projects_client_appeal_check" CHECK ("client_appeal" BETWEEN 0 AND 10);
ALTER TABLE "projects" ADD CONSTRAINT "projects_counts_check" CHECK ("stars" >= 0 AND "forks" >= 0);
ALTER TABLE "projects" ADD CONSTRAINT "projects_money_check" CHECK ("arr" >= 0 AND "year1_revenue" >= 0 AND "year3_revenue" >= 0 AND "monthly_infra_cost" >= 0 AND "tam" >= 0 AND "sam" >= 0 AND "som_year3" >= 0 AND "traction_mrr" >= 0);
ALTER TABLE "projects" ADD CONSTRAINT "projects_not_nan_check" CHECK ('NaN' <> ALL (ARRAY["arr", "year1_revenue", "year3_revenue", "roi_score", "dcf_valuation", "monthly_infra_cost", "tam", "sam", "som_year3", "traction_mrr", "margin_percent"]));
ALTER TABLE "projects" ADD CONSTRAINT "projects_milestones_check" CHECK ("current_milestone" >= 0 AND "total_milestones" >= 0 AND "current_milestone" <= "total_milestones");
ALTER TABLE "projects" ADD CONSTRAINT "projects_github_url_lower_check" CHECK ("github_url" = lower("github_url"));

-- AddCheck
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_sla_hours_check" CHECK ("sla_hours" > 0);
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_priority_score_check" CHECK ("priority_score" BETWEEN 0 AND 100);
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_amounts_check" CHECK ("revenue_impact" >= 0 AND "estimated_hours" >= 0 AND "actual_hours" >= 0);
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_not_nan_check" CHECK ('NaN' <> ALL (ARRAY["revenue_impact", "estimated_hours", "actual_hours"]));
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_links_check" CHECK (jsonb_typeof("links") = 'array');
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_duplicate_of_id_check" CHECK ("duplicate_of_id" <> "id");
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_resolved_at_check" CHECK ("resolved_at" IS NULL OR "status" IN ('shipped', 'closed'));

-- AddCheck
ALTER TABLE "project_metrics" ADD CONSTRAINT "project_metrics_counts_check" CHECK ("commits_count" >= 0 AND "contributors" >= 0 AND "lines_of_code" >= 0);
ALTER TABLE "project_metrics" ADD CONSTRAINT "project_metrics_health_score_check" CHECK ("health_score" BETWEEN 0 AND 100);

-- AddCheck
ALTER TABLE "monthly_metrics" ADD CONSTRAINT "monthly_metrics_month_check" CHECK (extract(day FROM "month") = 1);
ALTER TABLE "monthly_metrics" ADD CONSTRAINT "monthly_metrics_amounts_check" CHECK ("eng_hours" >= 0 AND "total_cost" >= 0 AND "revenue_impact_daily" >= 0 AND "avg_resolution_days" >= 0 AND "hourly_rate" >= 0);
ALTER TABLE "monthly_metrics" ADD CONSTRAINT "monthly_metrics_not_nan_check" CHECK ('NaN' <> ALL (ARRAY["eng_hours", "total_cost", "revenue_impact_daily", "avg_resolution_days", "hourly_rate"]));
ALTER TABLE "monthly_metrics" ADD CONSTRAINT "monthly_metrics_counts_check" CHECK ("total_bugs" >= 0 AND "critical_bugs" >= 0 AND "high_bugs" >= 0 AND "medium_bugs" >= 0 AND "low_bugs" >= 0 AND "bugs_created" >= 0 AND "bugs_resolved" >= 0);

-- AddCheck
ALTER TABLE "portfolio_metrics" ADD CONSTRAINT "portfolio_metrics_amounts_check" CHECK ("total_projects" >= 0 AND "shipped_projects" >= 0 AND "year3_revenue_total" >= 0 AND "monthly_deps_cost" >= 0);
ALTER TABLE "portfolio_metrics" ADD CONSTRAINT "portfolio_metrics_not_nan_check" CHECK ('NaN' <> ALL (ARRAY["year3_revenue_total", "portfolio_dcf_total", "monthly_deps_cost"]));

-- AddCheck
ALTER TABLE "import_logs" ADD CONSTRAINT "import_logs_counts_check" CHECK ("records_imported" >= 0 AND "records_failed" >= 0);

-- CreateIndex: few bugs are blockers, so the index holds only those.
CREATE INDEX "bugs_blocker_idx" ON "bugs"("priority_score" DESC) WHERE "is_blocker";

-- CreateIndex: counts and sums over open bugs, in total, by project or by person, are read only from this index, without
-- the table.
CREATE INDEX "bugs_open_figures_idx" ON "bugs"("project_id") INCLUDE ("severity", "status", "is_blocker", "sla_hours", "sla_due_at", "sla_stopped_at", "sla_breached_at", "revenue_impact", "assigned_to_id", "estimated_hours") WHERE "status" IN ('pending', 'in_progress', 'verified');

-- CreateIndex: the most frequent list, the open bugs in order of priority, is read from this index.
CREATE INDEX "bugs_open_priority_idx" ON "bugs"("priority_score" DESC, "id") WHERE "status" IN ('pending', 'in_progress', 'verified');

-- CreateIndex: finds a bug by its key in the old tracker, case-insensitive.
CREATE INDEX "bugs_external_id_lower_idx" ON "bugs"(lower("external_id"));

-- CreateIndex: an import knows a bug again by its tracker's immutable id, which most trackers do not have.
CREATE UNIQUE INDEX "bugs_external_uid_key" ON "bugs"("external_source", "external_uid") WHERE "external_uid" IS NOT NULL;

-- CreateIndex: a bug is found by the keys it had before, which few bugs have.
CREATE INDEX "bugs_external_aliases_idx" ON "bugs" USING GIN ("external_aliases") WHERE "external_aliases" <> '{}';

-- CreateIndex: the duplicates of a bug, which few bugs have.
CREATE INDEX "bugs_duplicate_of_id_idx" ON "bugs"("duplicate_of_id") WHERE "duplicate_of_id" IS NOT NULL;

-- CreateIndex: finds a bug by its URL in the old tracker. A hash, since URLs can exceed the limit of a B-tree.
CREATE INDEX "bugs_external_url_lower_idx" ON "bugs" USING hash (lower("external_url")) WHERE "external_url" IS NOT NULL;

-- CreateIndex: few open bugs are not late yet, and they are spread over all priorities: 170 ms at 1,000,000 without it.
CREATE INDEX "bugs_open_sla_due_idx" ON "bugs"((CASE WHEN "sla_stopped_at" IS NULL THEN "sla_due_at" ELSE 'infinity'::timestamptz END)) WHERE "status" IN ('pending', 'in_progress', 'verified');

-- CreateIndex: when it was decided whether a bug met its SLA, as in slaVerdictSample.
CREATE INDEX "bugs_sla_missed_at_idx" ON "bugs"(COALESCE("sla_breached_at", "sla_due_at"));

-- CreateIndex: the steps of one bug, or of all bugs in order, without the table.
CREATE INDEX "bug_history_status_idx" ON "bug_history"("bug_id", "changed_at", "seq") INCLUDE ("old_value", "new_value") WHERE "field_changed" = 'status';

-- CreateIndex: the steps of a period: a month has far fewer than the whole history.
CREATE INDEX "bug_history_status_changed_at_idx" ON "bug_history"("changed_at") INCLUDE ("bug_id", "old_value", "new_value") WHERE "field_changed" = 'status';

-- CreateIndex: changes of fields that rarely change, among many others.
CREATE INDEX "bug_history_seldom_idx" ON "bug_history"("bug_id", "changed_at", "seq") WHERE "field_changed" IN ('severity', 'revenueImpact', 'isBlocker', 'priorityPinned', 'projectId', 'createdById', 'slaHours', 'priorityScore');

-- CreateIndex: bugs that became open again, which few do.
CREATE INDEX "bug_history_returns_idx" ON "bug_history"("bug_id", "changed_at") WHERE "field_changed" = 'status' AND "new_value" IN ('pending', 'in_progress', 'verified') AND "old_value" IN ('deferred', 'shipped', 'closed');

-- A cluster accepts triggers only with this setting, which has no effect elsewhere: ours reject or complete the row, and
-- write nothing else.
SET LOCAL citus.enable_unsafe_triggers = on;

-- CreateFunction: rows written by other programs get their SLA clock from the severity. The shared hours are out of reach of
-- a role without rights on settings, and of a trigger on a worker of a cluster, which may read no other table.
CREATE FUNCTION "bugs_fill_sla"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "shared_hours" integer;
BEGIN
  IF NEW."sla_hours" IS NULL THEN
    BEGIN
      EXECUTE format('SELECT ("value" #>> ''{}'')::integer FROM %I."settings" WHERE "key" = $1', TG_TABLE_SCHEMA)
        INTO "shared_hours" USING 'slaHours.' || NEW."severity"::text;
    EXCEPTION WHEN insufficient_privilege OR internal_error THEN
      "shared_hours" := NULL;
    END;
    NEW."sla_hours" := coalesce("shared_hours",
      CASE NEW."severity"::text WHEN 'critical' THEN 4 WHEN 'high' THEN 24 WHEN 'medium' THEN 72 ELSE 720 END);
  END IF;
  NEW."sla_due_at" := coalesce(NEW."sla_due_at", NEW."created_at" + make_interval(hours => NEW."sla_hours"));
  IF NEW."status"::text IN ('shipped', 'closed', 'deferred') THEN
    NEW."sla_stopped_at" := coalesce(NEW."sla_stopped_at", NEW."resolved_at", NEW."created_at");
  END IF;
  RETURN NEW;
END
$$;

-- CreateTrigger: not called for a bug with a clock, as cto stores them: that saves an eighth of the time to store a bug.
CREATE TRIGGER "bugs_fill_sla" BEFORE INSERT ON "bugs" FOR EACH ROW
  WHEN (
    NEW."sla_hours" IS NULL
    OR NEW."sla_due_at" IS NULL
    OR (NEW."sla_stopped_at" IS NULL AND NEW."status" IN ('shipped', 'closed', 'deferred'))
  )
  EXECUTE FUNCTION "bugs_fill_sla"();

-- CreateFunction: edits by other programs, which leave updated_at alone, must be seen by whoever compares it: undo, plans,
-- --if-unchanged. What follows from other columns, or only tells of the source, is no edit.
CREATE FUNCTION "set_updated_at"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "unseen" CONSTANT text[] := ARRAY['updated_at', 'external_updated_at', 'import_id', 'priority_score', 'sla_due_at', 'sla_stopped_at', 'sla_breached_at'];
BEGIN
  IF to_jsonb(NEW) - "unseen" IS DISTINCT FROM to_jsonb(OLD) - "unseen" THEN
    NEW."updated_at" := greatest(now(), OLD."updated_at" + interval '1 millisecond');
  END IF;
  RETURN NEW;
END
$$;

-- CreateFunction: a statement that sets updated_at to what it is has set it all the same. The first trigger marks its row,
-- which the second therefore leaves alone, and the third unmarks it. PostgreSQL fires them by name.
CREATE FUNCTION "keep_updated_at"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."updated_at" := CASE WHEN NEW."updated_at" = 'infinity' THEN OLD."updated_at" ELSE 'infinity' END;
  RETURN NEW;
END
$$;

CREATE TRIGGER "users_updated_at_1_given" BEFORE UPDATE OF "updated_at" ON "users" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "users_updated_at_2_set" BEFORE UPDATE ON "users" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "set_updated_at"();

CREATE TRIGGER "users_updated_at_3_given" BEFORE UPDATE OF "updated_at" ON "users" FOR EACH ROW
  WHEN (NEW."updated_at" = 'infinity') EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "projects_updated_at_1_given" BEFORE UPDATE OF "updated_at" ON "projects" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "projects_updated_at_2_set" BEFORE UPDATE ON "projects" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "set_updated_at"();

CREATE TRIGGER "projects_updated_at_3_given" BEFORE UPDATE OF "updated_at" ON "projects" FOR EACH ROW
  WHEN (NEW."updated_at" = 'infinity') EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "bugs_updated_at_1_given" BEFORE UPDATE OF "updated_at" ON "bugs" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "keep_updated_at"();

-- A foreign key that sets a reference to NULL, because a person or an original was deleted, does not edit the bug.
CREATE TRIGGER "bugs_updated_at_2_set" BEFORE UPDATE ON "bugs" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at" AND pg_trigger_depth() = 0) EXECUTE FUNCTION "set_updated_at"();

CREATE TRIGGER "bugs_updated_at_3_given" BEFORE UPDATE OF "updated_at" ON "bugs" FOR EACH ROW
  WHEN (NEW."updated_at" = 'infinity') EXECUTE FUNCTION "keep_updated_at"();

-- CreateFunction: the audit log is append-only. Deleting a person sets user_id to NULL; retention, reset
-- and restore set `SET LOCAL cto.audit_maintenance = 'on'`.
CREATE FUNCTION "audit_log_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('cto.audit_maintenance', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW."user_id" IS NULL AND to_jsonb(NEW) - 'user_id' = to_jsonb(OLD) - 'user_id' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'audit_log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "audit_log_append_only" BEFORE UPDATE OR DELETE ON "audit_log" FOR EACH ROW EXECUTE FUNCTION "audit_log_refuse"();

CREATE TRIGGER "audit_log_no_truncate" BEFORE TRUNCATE ON "audit_log" FOR EACH STATEMENT EXECUTE FUNCTION "audit_log_refuse"();

-- CreateView: for BI tools; the SLA state is that of the moment of the query.
CREATE VIEW "bugs_with_users" AS
SELECT
  b."id", b."bug_number", b."title", b."description", b."severity", b."status",
  b."priority_score", b."priority_pinned", b."is_blocker", b."business_impact", b."revenue_impact",
  b."estimated_hours", b."actual_hours", b."created_at", b."updated_at", b."resolved_at",
  b."external_source", b."external_id", b."external_uid", b."external_aliases", b."external_url",
  b."labels", b."duplicate_of_id", b."links",
  b."assigned_to_id", a."name" AS "assigned_to_name", a."email" AS "assigned_to_email",
  b."created_by_id", c."name" AS "created_by_name", c."email" AS "created_by_email",
  b."project_id", p."name" AS "project_name",
  b."sla_hours", b."sla_due_at", b."sla_stopped_at", b."sla_breached_at",
  CASE
    WHEN b."status" IN ('shipped', 'closed') THEN
      CASE WHEN s."breached" THEN 'missed' ELSE 'met' END
    WHEN b."status" = 'deferred' THEN 'paused'
    WHEN s."breached" THEN 'breached'
    WHEN s."at" >= b."sla_due_at" - make_interval(mins => b."sla_hours" * 12) THEN 'at_risk'
    ELSE 'on_track'
  END AS "sla_state",
  s."breached" AS "sla_breached"
FROM "bugs" b
CROSS JOIN LATERAL (
  SELECT
    coalesce(b."sla_stopped_at", now()) AS "at",
    b."sla_breached_at" IS NOT NULL OR coalesce(b."sla_stopped_at", now()) > b."sla_due_at" AS "breached"
) s
LEFT JOIN "users" a ON a."id" = b."assigned_to_id"
LEFT JOIN "users" c ON c."id" = b."created_by_id"
LEFT JOIN "projects" p ON p."id" = b."project_id";
