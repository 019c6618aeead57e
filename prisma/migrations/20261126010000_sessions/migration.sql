-- Sessions, tools and dashboards. The statements up to "What Prisma cannot express" are Prisma's own.

-- CreateTable
CREATE TABLE "metrics_sessions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID,
    "project_id" UUID,
    "session_start" TIMESTAMPTZ(3) NOT NULL,
    "session_end" TIMESTAMPTZ(3),
    "total_duration_ms" BIGINT,
    "active" tstzmultirange NOT NULL DEFAULT '{}'::tstzmultirange,
    "focus_time_ms" BIGINT NOT NULL DEFAULT 0,
    "interruptions_count" INTEGER NOT NULL DEFAULT 0,
    "session_type" TEXT NOT NULL DEFAULT 'development',
    "productivity_score" INTEGER,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "description" TEXT,
    "metadata" JSONB,
    "external_source" TEXT,
    "external_id" TEXT,
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "metrics_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tool_metrics" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "session_id" UUID NOT NULL,
    "tool_name" TEXT NOT NULL,
    "tool_category" TEXT NOT NULL,
    "period_start" TIMESTAMPTZ(3) NOT NULL,
    "execution_count" INTEGER NOT NULL,
    "error_count" INTEGER NOT NULL,
    "total_duration_ms" BIGINT,
    "memory_usage_mb" INTEGER,
    "cpu_time_ms" BIGINT,
    "output_size_bytes" BIGINT,
    "input_tokens" BIGINT,
    "output_tokens" BIGINT,
    "cache_read_tokens" BIGINT,
    "cache_write_tokens" BIGINT,
    "cost_usd" DECIMAL(14,6),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tool_metrics_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tool_events" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "source" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "session_id" UUID NOT NULL,
    "tool_name" TEXT NOT NULL,
    "tool_category" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" BIGINT,
    "is_error" BOOLEAN NOT NULL DEFAULT false,
    "execution_count" INTEGER NOT NULL DEFAULT 1,
    "memory_usage_mb" INTEGER,
    "cpu_time_ms" BIGINT,
    "output_size_bytes" BIGINT,
    "input_tokens" BIGINT,
    "output_tokens" BIGINT,
    "cache_read_tokens" BIGINT,
    "cache_write_tokens" BIGINT,
    "cost_usd" DECIMAL(14,6),
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tool_events_pkey" PRIMARY KEY ("source","key")
);

-- CreateTable
CREATE TABLE "dashboard_configs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID,
    "dashboard_name" TEXT NOT NULL,
    "description" TEXT,
    "widget_layout" JSONB NOT NULL,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "is_public" BOOLEAN NOT NULL DEFAULT false,
    "shared_with_roles" TEXT[] DEFAULT ARRAY[]::TEXT[],
    -- Named, since PostgreSQL 18 would give it a name of 51 characters: a cluster accepts 50.
    "refresh_interval_seconds" INTEGER CONSTRAINT "dashboard_configs_refresh_not_null" NOT NULL DEFAULT 30,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dashboard_configs_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "metrics_sessions_session_start_idx" ON "metrics_sessions"("session_start" DESC);

-- CreateIndex
CREATE INDEX "metrics_sessions_user_id_session_start_idx" ON "metrics_sessions"("user_id", "session_start" DESC);

-- CreateIndex
CREATE INDEX "metrics_sessions_project_id_session_start_idx" ON "metrics_sessions"("project_id", "session_start" DESC);

-- CreateIndex
CREATE INDEX "metrics_sessions_import_id_idx" ON "metrics_sessions"("import_id");

-- CreateIndex
CREATE UNIQUE INDEX "metrics_sessions_external_source_external_id_key" ON "metrics_sessions"("external_source", "external_id");

-- CreateIndex
CREATE INDEX "tool_metrics_period_start_tool_name_idx" ON "tool_metrics"("period_start", "tool_name");

-- CreateIndex
CREATE UNIQUE INDEX "tool_metrics_session_id_tool_name_period_start_key" ON "tool_metrics"("session_id", "tool_name", "period_start");

-- CreateIndex
CREATE INDEX "tool_events_session_id_idx" ON "tool_events"("session_id");

-- CreateIndex
CREATE INDEX "tool_events_at_idx" ON "tool_events"("at");

-- CreateIndex
CREATE INDEX "tool_events_import_id_idx" ON "tool_events"("import_id");

-- CreateIndex
CREATE UNIQUE INDEX "dashboard_configs_user_id_dashboard_name_key" ON "dashboard_configs"("user_id", "dashboard_name");

-- AddForeignKey
ALTER TABLE "metrics_sessions" ADD CONSTRAINT "metrics_sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "metrics_sessions" ADD CONSTRAINT "metrics_sessions_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "metrics_sessions" ADD CONSTRAINT "metrics_sessions_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_metrics" ADD CONSTRAINT "tool_metrics_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "metrics_sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_events" ADD CONSTRAINT "tool_events_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "metrics_sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_events" ADD CONSTRAINT "tool_events_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dashboard_configs" ADD CONSTRAINT "dashboard_configs_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma cannot express

-- AddCheck
ALTER TABLE "metrics_sessions" ADD CONSTRAINT "metrics_sessions_end_check" CHECK ("session_end" >= "session_start");
ALTER TABLE "metrics_sessions" ADD CONSTRAINT "metrics_sessions_active_check" CHECK (isempty("active") OR (lower("active") >= "session_start" AND ("session_end" IS NULL OR upper("active") <= "session_end")));
ALTER TABLE "metrics_sessions" ADD CONSTRAINT "metrics_sessions_amounts_check" CHECK ("total_duration_ms" >= 0 AND "focus_time_ms" >= 0 AND "interruptions_count" >= 0);
ALTER TABLE "metrics_sessions" ADD CONSTRAINT "metrics_sessions_type_check" CHECK ("session_type" IN ('development', 'debugging', 'review', 'testing', 'research', 'documentation', 'meeting', 'operations', 'other'));
ALTER TABLE "metrics_sessions" ADD CONSTRAINT "metrics_sessions_productivity_score_check" CHECK ("productivity_score" BETWEEN 0 AND 100);
ALTER TABLE "metrics_sessions" ADD CONSTRAINT "metrics_sessions_external_check" CHECK (("external_source" IS NULL) = ("external_id" IS NULL));

-- AddCheck
ALTER TABLE "tool_metrics" ADD CONSTRAINT "tool_metrics_tool_name_check" CHECK (length("tool_name") BETWEEN 1 AND 200);
ALTER TABLE "tool_metrics" ADD CONSTRAINT "tool_metrics_category_check" CHECK ("tool_category" IN ('file', 'search', 'shell', 'web', 'agent', 'mcp', 'editor', 'app', 'model', 'other'));
ALTER TABLE "tool_metrics" ADD CONSTRAINT "tool_metrics_errors_check" CHECK ("error_count" >= 0 AND "error_count" <= "execution_count");
ALTER TABLE "tool_metrics" ADD CONSTRAINT "tool_metrics_period_check" CHECK (extract(epoch FROM "period_start")::numeric % 900 = 0);
ALTER TABLE "tool_metrics" ADD CONSTRAINT "tool_metrics_amounts_check" CHECK ("total_duration_ms" >= 0 AND "memory_usage_mb" >= 0 AND "cpu_time_ms" >= 0 AND "output_size_bytes" >= 0 AND "cost_usd" >= 0);
ALTER TABLE "tool_metrics" ADD CONSTRAINT "tool_metrics_not_nan_check" CHECK ("cost_usd" <> 'NaN');
ALTER TABLE "tool_metrics" ADD CONSTRAINT "tool_metrics_tokens_check" CHECK ("input_tokens" >= 0 AND "output_tokens" >= 0 AND "cache_read_tokens" >= 0 AND "cache_write_tokens" >= 0);

-- AddCheck
ALTER TABLE "tool_events" ADD CONSTRAINT "tool_events_key_check" CHECK (length("key") BETWEEN 1 AND 300 AND length("source") BETWEEN 1 AND 100);
ALTER TABLE "tool_events" ADD CONSTRAINT "tool_events_tool_name_check" CHECK (length("tool_name") BETWEEN 1 AND 200);
ALTER TABLE "tool_events" ADD CONSTRAINT "tool_events_category_check" CHECK ("tool_category" IN ('file', 'search', 'shell', 'web', 'agent', 'mcp', 'editor', 'app', 'model', 'other'));
ALTER TABLE "tool_events" ADD CONSTRAINT "tool_events_amounts_check" CHECK ("duration_ms" >= 0 AND "execution_count" >= "is_error"::integer AND "memory_usage_mb" >= 0 AND "cpu_time_ms" >= 0 AND "output_size_bytes" >= 0 AND "cost_usd" >= 0);
ALTER TABLE "tool_events" ADD CONSTRAINT "tool_events_not_nan_check" CHECK ("cost_usd" <> 'NaN');
ALTER TABLE "tool_events" ADD CONSTRAINT "tool_events_tokens_check" CHECK ("input_tokens" >= 0 AND "output_tokens" >= 0 AND "cache_read_tokens" >= 0 AND "cache_write_tokens" >= 0);

-- AddCheck
ALTER TABLE "dashboard_configs" ADD CONSTRAINT "dashboard_configs_name_check" CHECK (length("dashboard_name") BETWEEN 1 AND 100);
ALTER TABLE "dashboard_configs" ADD CONSTRAINT "dashboard_configs_layout_check" CHECK (jsonb_typeof("widget_layout") = 'object');
ALTER TABLE "dashboard_configs" ADD CONSTRAINT "dashboard_configs_numbers_check" CHECK ("refresh_interval_seconds" > 0 AND "version" > 0);

-- CreateIndex: a person has one running session; what tools tell of may overlap.
CREATE UNIQUE INDEX "metrics_sessions_running_key" ON "metrics_sessions"("user_id") WHERE "session_end" IS NULL AND "external_source" IS NULL;

-- CreateIndex: a person has one default dashboard.
CREATE UNIQUE INDEX "dashboard_configs_default_key" ON "dashboard_configs"("user_id") WHERE "is_default";

-- A cluster accepts triggers only with this setting, which has no effect elsewhere.
SET LOCAL citus.enable_unsafe_triggers = on;

-- CreateTrigger: as for users, projects and bugs: edits by other programs move updated_at.
CREATE TRIGGER "metrics_sessions_updated_at_1_given" BEFORE UPDATE OF "updated_at" ON "metrics_sessions" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "metrics_sessions_updated_at_2_set" BEFORE UPDATE ON "metrics_sessions" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "set_updated_at"();

CREATE TRIGGER "metrics_sessions_updated_at_3_given" BEFORE UPDATE OF "updated_at" ON "metrics_sessions" FOR EACH ROW
  WHEN (NEW."updated_at" = 'infinity') EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "dashboard_configs_updated_at_1_given" BEFORE UPDATE OF "updated_at" ON "dashboard_configs" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "dashboard_configs_updated_at_2_set" BEFORE UPDATE ON "dashboard_configs" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "set_updated_at"();

CREATE TRIGGER "dashboard_configs_updated_at_3_given" BEFORE UPDATE OF "updated_at" ON "dashboard_configs" FOR EACH ROW
  WHEN (NEW."updated_at" = 'infinity') EXECUTE FUNCTION "keep_updated_at"();
