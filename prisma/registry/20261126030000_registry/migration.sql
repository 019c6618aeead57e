-- The registry of workspaces, in the schema public. Raw SQL, no model of Prisma, which would want the tables in the schema of
-- every workspace.

SET LOCAL citus.enable_unsafe_triggers = on;

-- CreateTable: a row per workspace. metadata holds `limits`, `migration` and `suspended`; no secrets.
CREATE TABLE "tenants" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" VARCHAR(255) NOT NULL,
    "domain" VARCHAR(255) NOT NULL,
    "schema_name" VARCHAR(63) NOT NULL,
    "subscription_plan" VARCHAR(50) NOT NULL DEFAULT 'basic',
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenants_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "tenants_domain_key" UNIQUE ("domain"),
    CONSTRAINT "tenants_schema_name_key" UNIQUE ("schema_name"),
    CONSTRAINT "tenants_domain_check" CHECK ("domain" ~ '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$'),
    CONSTRAINT "tenants_subscription_plan_check" CHECK ("subscription_plan" IN ('basic', 'pro', 'enterprise'))
);

-- CreateTable: what was done to workspaces. No foreign key: a row outlives its workspace.
CREATE TABLE "tenant_audit" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "tenant_id" UUID NOT NULL,
    "domain" VARCHAR(255) NOT NULL,
    "action" TEXT NOT NULL,
    "details" JSONB,
    "db_login" TEXT NOT NULL DEFAULT session_user,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_audit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex: the history of one workspace, the newest first
CREATE INDEX "tenant_audit_tenant_id_created_at_idx" ON "tenant_audit"("tenant_id", "created_at" DESC);

-- CreateIndex: the newest of all
CREATE INDEX "tenant_audit_created_at_idx" ON "tenant_audit"("created_at" DESC);

-- CreateFunction: the audit is append-only
CREATE FUNCTION "tenant_audit_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'tenant_audit is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "tenant_audit_append_only" BEFORE UPDATE OR DELETE ON "tenant_audit" FOR EACH ROW EXECUTE FUNCTION "tenant_audit_refuse"();

CREATE TRIGGER "tenant_audit_no_truncate" BEFORE TRUNCATE ON "tenant_audit" FOR EACH STATEMENT EXECUTE FUNCTION "tenant_audit_refuse"();

-- Row security: a role that a stray GRANT lets in reads no rows.
ALTER TABLE "tenants" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "tenant_audit" ENABLE ROW LEVEL SECURITY;

-- CreateFunction: the row of the workspace whose login runs it. A policy would not do: EXPLAIN ANALYZE counts the rows that it
-- hides, and so spells the domains of all. EXECUTE is PUBLIC's.
CREATE FUNCTION "tenant_of_login"() RETURNS SETOF "tenants" LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT * FROM public.tenants WHERE schema_name = left(session_user, -6) AND right(session_user, 6) = '_login';
END
$$;
