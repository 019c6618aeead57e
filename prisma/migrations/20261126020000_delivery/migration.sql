-- Area 3, delivery. The statements up to "What Prisma cannot express" are Prisma's own. As in the first migration, no statement
-- names a schema, and it contains nothing that a cluster (Citus) rejects.

-- AlterTable
ALTER TABLE "bugs" ADD COLUMN "caused_by_deployment_id" UUID;

-- CreateTable
CREATE TABLE "organizations" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'company',
    "plan" TEXT NOT NULL DEFAULT 'free',
    "external_id" BIGINT,
    "token_secret" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_organizations" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'member',
    "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "left_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "repositories" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "organization_id" UUID NOT NULL,
    "project_id" UUID,
    "host" TEXT NOT NULL,
    "external_id" BIGINT,
    "full_name" TEXT NOT NULL,
    "previous_names" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "url" TEXT,
    "default_branch" TEXT,
    "language" TEXT,
    "is_private" BOOLEAN NOT NULL DEFAULT false,
    "is_archived" BOOLEAN NOT NULL DEFAULT false,
    "sensitivity" TEXT NOT NULL DEFAULT 'restricted',
    "deploy_source" TEXT,
    "deploy_pattern" TEXT,
    "environments" TEXT[] DEFAULT ARRAY['production', 'prod', 'live']::TEXT[],
    "sync_state" JSONB,
    "synced_from" TIMESTAMPTZ(3),
    "synced_through" TIMESTAMPTZ(3),
    "pruned_before" TIMESTAMPTZ(3),
    "gone_at" TIMESTAMPTZ(3),
    "source_updated_at" TIMESTAMPTZ(3),
    "source_times" JSONB NOT NULL DEFAULT '{}',
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "repositories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID,
    "host" TEXT NOT NULL,
    "external_id" BIGINT,
    "login" TEXT,
    "email" TEXT,
    "name" TEXT,
    "is_bot" BOOLEAN NOT NULL DEFAULT false,
    "main_id" UUID,
    "source_times" JSONB NOT NULL DEFAULT '{}',
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "erased_identities" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "erased_identities_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "events" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,
    "delivery_key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "action" TEXT,
    "organization_id" UUID,
    "repository_id" UUID,
    "actor_id" UUID,
    "payload" JSONB,
    "signature" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "problem" TEXT,
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "commits" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "repository_id" UUID NOT NULL,
    "sha" TEXT NOT NULL,
    "author_id" UUID,
    "committer_id" UUID,
    "authored_at" TIMESTAMPTZ(3),
    "committed_at" TIMESTAMPTZ(3),
    "subject" TEXT,
    "additions" INTEGER,
    "deletions" INTEGER,
    "files_changed" INTEGER,
    "parents" TEXT[],
    "on_default_branch" BOOLEAN NOT NULL DEFAULT false,
    "pull_request_id" UUID,
    "reverts_sha" TEXT,
    "deployment_id" UUID,
    "source_times" JSONB NOT NULL DEFAULT '{}',
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "commits_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pull_requests" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "repository_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "external_id" BIGINT,
    "title" TEXT,
    "author_id" UUID,
    "merged_by_id" UUID,
    "state" TEXT NOT NULL DEFAULT 'open',
    "is_draft" BOOLEAN NOT NULL DEFAULT false,
    "base_branch" TEXT,
    "head_branch" TEXT,
    "head_sha" TEXT,
    "merge_sha" TEXT,
    "additions" INTEGER,
    "deletions" INTEGER,
    "changed_files" INTEGER,
    "labels" TEXT[],
    "mentions" TEXT[],
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "ready_at" TIMESTAMPTZ(3),
    "first_commit_at" TIMESTAMPTZ(3),
    "first_response_at" TIMESTAMPTZ(3),
    "first_review_at" TIMESTAMPTZ(3),
    "approved_at" TIMESTAMPTZ(3),
    "merged_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "deployment_id" UUID,
    "deployed_at" TIMESTAMPTZ(3),
    "reverts_id" UUID,
    "bug_id" UUID,
    "detail" TEXT NOT NULL DEFAULT 'partial',
    "url" TEXT,
    "source_updated_at" TIMESTAMPTZ(3),
    "source_times" JSONB NOT NULL DEFAULT '{}',
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pull_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pull_request_reviews" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "pull_request_id" UUID,
    "issue_id" UUID,
    "kind" TEXT NOT NULL,
    "external_id" BIGINT NOT NULL,
    "author_id" UUID,
    "state" TEXT,
    "submitted_at" TIMESTAMPTZ(3) NOT NULL,
    "source_times" JSONB NOT NULL DEFAULT '{}',
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pull_request_reviews_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "issues" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "repository_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "external_id" BIGINT,
    "title" TEXT,
    "state" TEXT NOT NULL DEFAULT 'open',
    "state_reason" TEXT,
    "author_id" UUID,
    "assignee_id" UUID,
    "labels" TEXT[],
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "first_response_at" TIMESTAMPTZ(3),
    "gone_at" TIMESTAMPTZ(3),
    "bug_id" UUID,
    "caused_by_deployment_id" UUID,
    "url" TEXT,
    "source_updated_at" TIMESTAMPTZ(3),
    "source_times" JSONB NOT NULL DEFAULT '{}',
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "issues_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deployments" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "repository_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "service" TEXT,
    "sha" TEXT,
    "ref" TEXT,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "previous_id" UUID,
    "rolled_back_by_id" UUID,
    "is_empty" BOOLEAN NOT NULL DEFAULT false,
    "link" TEXT NOT NULL DEFAULT 'unknown',
    "source_times" JSONB NOT NULL DEFAULT '{}',
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deployments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "repository_stats" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "repository_id" UUID NOT NULL,
    "date" DATE NOT NULL,
    "version" INTEGER NOT NULL,
    "commits" INTEGER,
    "additions" INTEGER,
    "deletions" INTEGER,
    "prs_opened" INTEGER,
    "prs_merged" INTEGER,
    "prs_closed" INTEGER,
    "reviews" INTEGER,
    "issues_opened" INTEGER,
    "issues_closed" INTEGER,
    "contributors" INTEGER,
    "prs_open" INTEGER,
    "issues_open" INTEGER,
    "deployments" INTEGER,
    "failures" INTEGER,
    "stars" INTEGER,
    "forks" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "repository_stats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team_metrics" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "organization_id" UUID NOT NULL,
    "date" DATE NOT NULL,
    "version" INTEGER NOT NULL,
    "commits" INTEGER,
    "additions" INTEGER,
    "deletions" INTEGER,
    "prs_opened" INTEGER,
    "prs_merged" INTEGER,
    "prs_closed" INTEGER,
    "reviews" INTEGER,
    "issues_opened" INTEGER,
    "issues_closed" INTEGER,
    "contributors" INTEGER,
    "prs_open" INTEGER,
    "issues_open" INTEGER,
    "deployments" INTEGER,
    "failures" INTEGER,
    "cycle_p50" DECIMAL(10,2),
    "cycle_n" INTEGER,
    "pickup_p50" DECIMAL(10,2),
    "pickup_n" INTEGER,
    "lead_p50" DECIMAL(10,2),
    "lead_n" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "team_metrics_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "developer_metrics" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "account_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "date" DATE NOT NULL,
    "version" INTEGER NOT NULL,
    "commits" INTEGER,
    "additions" INTEGER,
    "deletions" INTEGER,
    "prs_opened" INTEGER,
    "prs_merged" INTEGER,
    "prs_closed" INTEGER,
    "reviews" INTEGER,
    "issues_opened" INTEGER,
    "issues_closed" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "developer_metrics_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ai_reviews" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "repository_id" UUID NOT NULL,
    "pull_request_id" UUID,
    "sha" TEXT,
    "tool" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "content_sha256" TEXT NOT NULL,
    "risk_score" INTEGER,
    "critical" INTEGER NOT NULL,
    "high" INTEGER NOT NULL,
    "medium" INTEGER NOT NULL,
    "low" INTEGER NOT NULL,
    "info" INTEGER NOT NULL,
    "suppressed" INTEGER NOT NULL,
    "findings" JSONB NOT NULL DEFAULT '[]',
    "reviewed_at" TIMESTAMPTZ(3) NOT NULL,
    "import_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ai_reviews_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_rules" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "organization_id" UUID,
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "condition" TEXT NOT NULL,
    "scope" JSONB NOT NULL DEFAULT '{}',
    "group_by" TEXT NOT NULL DEFAULT 'none',
    "channel" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "secret_id" UUID,
    "for_runs" INTEGER NOT NULL DEFAULT 1,
    "repeat_minutes" INTEGER NOT NULL DEFAULT 240,
    "inhibited_by_id" UUID,
    "silences" JSONB NOT NULL DEFAULT '[]',
    "state" JSONB NOT NULL DEFAULT '{}',
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_rules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_logs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "seq" BIGINT NOT NULL GENERATED BY DEFAULT AS IDENTITY,
    "rule_id" UUID,
    "rule_name" TEXT NOT NULL,
    "delivery_id" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "groups" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "target" TEXT NOT NULL,
    "error" TEXT,
    "http_status" INTEGER,
    "body" JSONB,
    "next_attempt_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "organization_id" UUID,
    "user_id" UUID,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "secrets" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "organization_id" UUID,
    "name" TEXT NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "nonce" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "secrets_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "organizations_slug_key" ON "organizations"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "organizations_external_id_key" ON "organizations"("external_id");

-- CreateIndex
CREATE INDEX "user_organizations_organization_id_idx" ON "user_organizations"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_organizations_user_id_organization_id_key" ON "user_organizations"("user_id", "organization_id");

-- CreateIndex
CREATE INDEX "repositories_organization_id_idx" ON "repositories"("organization_id");

-- CreateIndex
CREATE INDEX "repositories_project_id_idx" ON "repositories"("project_id");

-- CreateIndex
CREATE INDEX "repositories_import_id_idx" ON "repositories"("import_id");

-- CreateIndex
CREATE UNIQUE INDEX "repositories_host_external_id_key" ON "repositories"("host", "external_id");

-- CreateIndex
CREATE INDEX "accounts_user_id_idx" ON "accounts"("user_id");

-- CreateIndex
CREATE INDEX "accounts_main_id_idx" ON "accounts"("main_id");

-- CreateIndex
CREATE INDEX "accounts_import_id_idx" ON "accounts"("import_id");

-- CreateIndex
CREATE INDEX "accounts_email_idx" ON "accounts"("email");

-- CreateIndex
CREATE UNIQUE INDEX "erased_identities_hash_key" ON "erased_identities"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_host_external_id_key" ON "accounts"("host", "external_id");

-- CreateIndex
CREATE INDEX "events_repository_id_occurred_at_idx" ON "events"("repository_id", "occurred_at");

-- CreateIndex
CREATE INDEX "events_name_occurred_at_idx" ON "events"("name", "occurred_at");

-- CreateIndex
CREATE INDEX "events_occurred_at_idx" ON "events"("occurred_at");

-- CreateIndex
CREATE INDEX "events_organization_id_idx" ON "events"("organization_id");

-- CreateIndex
CREATE INDEX "events_actor_id_idx" ON "events"("actor_id");

-- CreateIndex
CREATE INDEX "events_import_id_idx" ON "events"("import_id");

-- CreateIndex
CREATE UNIQUE INDEX "events_source_delivery_key_key" ON "events"("source", "delivery_key");

-- CreateIndex
CREATE INDEX "commits_committed_at_idx" ON "commits"("committed_at");

-- CreateIndex
CREATE INDEX "commits_repository_id_committed_at_idx" ON "commits"("repository_id", "committed_at");

-- CreateIndex
CREATE INDEX "commits_author_id_committed_at_idx" ON "commits"("author_id", "committed_at");

-- CreateIndex
CREATE INDEX "commits_committer_id_idx" ON "commits"("committer_id");

-- CreateIndex
CREATE UNIQUE INDEX "commits_repository_id_sha_key" ON "commits"("repository_id", "sha");

-- CreateIndex
CREATE INDEX "pull_requests_opened_at_idx" ON "pull_requests"("opened_at");

-- CreateIndex
CREATE INDEX "pull_requests_repository_id_opened_at_idx" ON "pull_requests"("repository_id", "opened_at");

-- CreateIndex
CREATE INDEX "pull_requests_merged_at_idx" ON "pull_requests"("merged_at");

-- CreateIndex
CREATE INDEX "pull_requests_deployed_at_idx" ON "pull_requests"("deployed_at");

-- CreateIndex
CREATE INDEX "pull_requests_author_id_opened_at_idx" ON "pull_requests"("author_id", "opened_at");

-- CreateIndex
CREATE UNIQUE INDEX "pull_requests_repository_id_number_key" ON "pull_requests"("repository_id", "number");

-- CreateIndex
CREATE INDEX "pull_request_reviews_submitted_at_idx" ON "pull_request_reviews"("submitted_at");

-- CreateIndex
CREATE INDEX "pull_request_reviews_author_id_submitted_at_idx" ON "pull_request_reviews"("author_id", "submitted_at");

-- CreateIndex
CREATE INDEX "issues_opened_at_idx" ON "issues"("opened_at");

-- CreateIndex
CREATE INDEX "issues_repository_id_opened_at_idx" ON "issues"("repository_id", "opened_at");

-- CreateIndex
CREATE INDEX "issues_closed_at_idx" ON "issues"("closed_at");

-- CreateIndex
CREATE INDEX "issues_author_id_idx" ON "issues"("author_id");

-- CreateIndex
CREATE UNIQUE INDEX "issues_repository_id_number_key" ON "issues"("repository_id", "number");

-- CreateIndex
CREATE INDEX "deployments_finished_at_idx" ON "deployments"("finished_at");

-- CreateIndex
CREATE INDEX "deployments_repository_environment_idx" ON "deployments"("repository_id", "environment", "service", "finished_at");

-- CreateIndex
CREATE UNIQUE INDEX "deployments_source_external_id_key" ON "deployments"("repository_id", "source", "external_id");

-- CreateIndex
CREATE INDEX "repository_stats_date_idx" ON "repository_stats"("date");

-- CreateIndex
CREATE UNIQUE INDEX "repository_stats_repository_id_date_key" ON "repository_stats"("repository_id", "date");

-- CreateIndex
CREATE INDEX "team_metrics_date_idx" ON "team_metrics"("date");

-- CreateIndex
CREATE UNIQUE INDEX "team_metrics_organization_id_date_key" ON "team_metrics"("organization_id", "date");

-- CreateIndex
CREATE INDEX "developer_metrics_organization_id_idx" ON "developer_metrics"("organization_id");

-- CreateIndex
CREATE INDEX "developer_metrics_date_idx" ON "developer_metrics"("date");

-- CreateIndex
CREATE UNIQUE INDEX "developer_metrics_account_date_key" ON "developer_metrics"("account_id", "organization_id", "date");

-- CreateIndex
CREATE INDEX "ai_reviews_pull_request_id_reviewed_at_idx" ON "ai_reviews"("pull_request_id", "reviewed_at");

-- CreateIndex
CREATE UNIQUE INDEX "notification_rules_name_key" ON "notification_rules"("name");

-- CreateIndex
CREATE INDEX "notification_rules_organization_id_idx" ON "notification_rules"("organization_id");

-- CreateIndex
CREATE INDEX "notification_rules_secret_id_idx" ON "notification_rules"("secret_id");

-- CreateIndex
CREATE INDEX "notification_rules_inhibited_by_id_idx" ON "notification_rules"("inhibited_by_id");

-- CreateIndex
CREATE INDEX "notification_rules_created_by_id_idx" ON "notification_rules"("created_by_id");

-- CreateIndex
CREATE INDEX "notification_logs_rule_id_idx" ON "notification_logs"("rule_id");

-- CreateIndex
CREATE INDEX "notification_logs_created_at_idx" ON "notification_logs"("created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_prefix_key" ON "api_keys"("prefix");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys"("hash");

-- CreateIndex
CREATE INDEX "api_keys_organization_id_idx" ON "api_keys"("organization_id");

-- CreateIndex
CREATE INDEX "api_keys_user_id_idx" ON "api_keys"("user_id");

-- AddForeignKey
ALTER TABLE "user_organizations" ADD CONSTRAINT "user_organizations_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_organizations" ADD CONSTRAINT "user_organizations_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repositories" ADD CONSTRAINT "repositories_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repositories" ADD CONSTRAINT "repositories_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repositories" ADD CONSTRAINT "repositories_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_main_id_fkey" FOREIGN KEY ("main_id") REFERENCES "accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repositories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "commits" ADD CONSTRAINT "commits_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repositories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "commits" ADD CONSTRAINT "commits_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "commits" ADD CONSTRAINT "commits_committer_id_fkey" FOREIGN KEY ("committer_id") REFERENCES "accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "commits" ADD CONSTRAINT "commits_pull_request_id_fkey" FOREIGN KEY ("pull_request_id") REFERENCES "pull_requests"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "commits" ADD CONSTRAINT "commits_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "commits" ADD CONSTRAINT "commits_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repositories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_merged_by_id_fkey" FOREIGN KEY ("merged_by_id") REFERENCES "accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_reverts_id_fkey" FOREIGN KEY ("reverts_id") REFERENCES "pull_requests"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_bug_id_fkey" FOREIGN KEY ("bug_id") REFERENCES "bugs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_request_reviews" ADD CONSTRAINT "pull_request_reviews_pull_request_id_fkey" FOREIGN KEY ("pull_request_id") REFERENCES "pull_requests"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_request_reviews" ADD CONSTRAINT "pull_request_reviews_issue_id_fkey" FOREIGN KEY ("issue_id") REFERENCES "issues"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_request_reviews" ADD CONSTRAINT "pull_request_reviews_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_request_reviews" ADD CONSTRAINT "pull_request_reviews_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issues" ADD CONSTRAINT "issues_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repositories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issues" ADD CONSTRAINT "issues_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issues" ADD CONSTRAINT "issues_assignee_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issues" ADD CONSTRAINT "issues_bug_id_fkey" FOREIGN KEY ("bug_id") REFERENCES "bugs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issues" ADD CONSTRAINT "issues_caused_by_deployment_id_fkey" FOREIGN KEY ("caused_by_deployment_id") REFERENCES "deployments"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issues" ADD CONSTRAINT "issues_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repositories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_previous_id_fkey" FOREIGN KEY ("previous_id") REFERENCES "deployments"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_rolled_back_by_id_fkey" FOREIGN KEY ("rolled_back_by_id") REFERENCES "deployments"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repository_stats" ADD CONSTRAINT "repository_stats_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repositories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_metrics" ADD CONSTRAINT "team_metrics_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "developer_metrics" ADD CONSTRAINT "developer_metrics_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "developer_metrics" ADD CONSTRAINT "developer_metrics_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_reviews" ADD CONSTRAINT "ai_reviews_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repositories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_reviews" ADD CONSTRAINT "ai_reviews_pull_request_id_fkey" FOREIGN KEY ("pull_request_id") REFERENCES "pull_requests"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_reviews" ADD CONSTRAINT "ai_reviews_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import_logs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_rules" ADD CONSTRAINT "notification_rules_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_rules" ADD CONSTRAINT "notification_rules_secret_id_fkey" FOREIGN KEY ("secret_id") REFERENCES "secrets"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_rules" ADD CONSTRAINT "notification_rules_inhibited_by_id_fkey" FOREIGN KEY ("inhibited_by_id") REFERENCES "notification_rules"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_rules" ADD CONSTRAINT "notification_rules_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_logs" ADD CONSTRAINT "notification_logs_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "notification_rules"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bugs" ADD CONSTRAINT "bugs_caused_by_deployment_id_fkey" FOREIGN KEY ("caused_by_deployment_id") REFERENCES "deployments"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma cannot express

-- AddCheck
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_slug_lower_check" CHECK ("slug" = lower("slug"));
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_kind_check" CHECK ("kind" IN ('company', 'team', 'personal'));
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_plan_check" CHECK ("plan" IN ('free', 'pro', 'enterprise'));

-- AddCheck
ALTER TABLE "user_organizations" ADD CONSTRAINT "user_organizations_role_check" CHECK ("role" IN ('owner', 'admin', 'member', 'viewer'));

-- AddCheck
ALTER TABLE "repositories" ADD CONSTRAINT "repositories_sensitivity_check" CHECK ("sensitivity" IN ('public', 'internal', 'confidential', 'restricted'));
ALTER TABLE "repositories" ADD CONSTRAINT "repositories_deploy_source_check" CHECK ("deploy_source" IN ('deployment', 'workflow', 'release', 'tag', 'merge', 'manual'));

-- AddCheck
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_email_lower_check" CHECK ("email" = lower("email"));
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_main_id_check" CHECK ("main_id" <> "id");
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_identity_check" CHECK (num_nonnulls("external_id", "login", "email") > 0);

-- AddCheck
ALTER TABLE "events" ADD CONSTRAINT "events_source_check" CHECK ("source" IN ('webhook', 'archive', 'api'));
ALTER TABLE "events" ADD CONSTRAINT "events_signature_check" CHECK ("signature" IN ('verified', 'unsigned'));
ALTER TABLE "events" ADD CONSTRAINT "events_state_check" CHECK ("state" IN ('derived', 'skipped', 'failed'));

-- AddCheck
ALTER TABLE "commits" ADD CONSTRAINT "commits_counts_check" CHECK ("additions" >= 0 AND "deletions" >= 0 AND "files_changed" >= 0);

-- AddCheck
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_state_check" CHECK ("state" IN ('open', 'closed', 'merged'));
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_detail_check" CHECK ("detail" IN ('partial', 'full'));
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_counts_check" CHECK ("additions" >= 0 AND "deletions" >= 0 AND "changed_files" >= 0);
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_merge_sha_check" CHECK ("merge_sha" IS NULL OR "state" = 'merged');
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_reverts_id_check" CHECK ("reverts_id" <> "id");

-- AddCheck
ALTER TABLE "pull_request_reviews" ADD CONSTRAINT "pull_request_reviews_target_check" CHECK (num_nonnulls("pull_request_id", "issue_id") = 1);
ALTER TABLE "pull_request_reviews" ADD CONSTRAINT "pull_request_reviews_kind_check" CHECK ("kind" IN ('review', 'comment', 'diff_comment'));
ALTER TABLE "pull_request_reviews" ADD CONSTRAINT "pull_request_reviews_state_check" CHECK ("state" IN ('approved', 'changes_requested', 'commented', 'dismissed'));

-- AddCheck
ALTER TABLE "issues" ADD CONSTRAINT "issues_state_check" CHECK ("state" IN ('open', 'closed'));

-- AddCheck
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_source_check" CHECK ("source" IN ('deployment', 'workflow', 'release', 'tag', 'merge', 'manual'));
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_status_check" CHECK ("status" IN ('pending', 'success', 'failure'));
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_link_check" CHECK ("link" IN ('exact', 'inferred', 'unknown'));

-- AddCheck
ALTER TABLE "repository_stats" ADD CONSTRAINT "repository_stats_counts_check" CHECK ("commits" >= 0 AND "additions" >= 0 AND "deletions" >= 0 AND "prs_opened" >= 0 AND "prs_merged" >= 0 AND "prs_closed" >= 0 AND "reviews" >= 0 AND "issues_opened" >= 0 AND "issues_closed" >= 0 AND "contributors" >= 0 AND "prs_open" >= 0 AND "issues_open" >= 0 AND "deployments" >= 0 AND "failures" >= 0 AND "stars" >= 0 AND "forks" >= 0);

-- AddCheck
ALTER TABLE "team_metrics" ADD CONSTRAINT "team_metrics_counts_check" CHECK ("commits" >= 0 AND "additions" >= 0 AND "deletions" >= 0 AND "prs_opened" >= 0 AND "prs_merged" >= 0 AND "prs_closed" >= 0 AND "reviews" >= 0 AND "issues_opened" >= 0 AND "issues_closed" >= 0 AND "contributors" >= 0 AND "prs_open" >= 0 AND "issues_open" >= 0 AND "deployments" >= 0 AND "failures" >= 0 AND "cycle_n" >= 0 AND "pickup_n" >= 0 AND "lead_n" >= 0);
ALTER TABLE "team_metrics" ADD CONSTRAINT "team_metrics_not_nan_check" CHECK ('NaN' <> ALL (ARRAY["cycle_p50", "pickup_p50", "lead_p50"]));

-- AddCheck
ALTER TABLE "developer_metrics" ADD CONSTRAINT "developer_metrics_counts_check" CHECK ("commits" >= 0 AND "additions" >= 0 AND "deletions" >= 0 AND "prs_opened" >= 0 AND "prs_merged" >= 0 AND "prs_closed" >= 0 AND "reviews" >= 0 AND "issues_opened" >= 0 AND "issues_closed" >= 0);

-- AddCheck
ALTER TABLE "ai_reviews" ADD CONSTRAINT "ai_reviews_risk_score_check" CHECK ("risk_score" BETWEEN 0 AND 100);
ALTER TABLE "ai_reviews" ADD CONSTRAINT "ai_reviews_counts_check" CHECK ("critical" >= 0 AND "high" >= 0 AND "medium" >= 0 AND "low" >= 0 AND "info" >= 0 AND "suppressed" >= 0);
ALTER TABLE "ai_reviews" ADD CONSTRAINT "ai_reviews_findings_check" CHECK (jsonb_typeof("findings") = 'array');

-- AddCheck
ALTER TABLE "notification_rules" ADD CONSTRAINT "notification_rules_group_by_check" CHECK ("group_by" IN ('none', 'repository', 'project', 'organization', 'author'));
ALTER TABLE "notification_rules" ADD CONSTRAINT "notification_rules_channel_check" CHECK ("channel" IN ('webhook', 'email', 'file', 'stdout'));
ALTER TABLE "notification_rules" ADD CONSTRAINT "notification_rules_runs_check" CHECK ("for_runs" > 0 AND "repeat_minutes" > 0);
ALTER TABLE "notification_rules" ADD CONSTRAINT "notification_rules_inhibited_by_id_check" CHECK ("inhibited_by_id" <> "id");
ALTER TABLE "notification_rules" ADD CONSTRAINT "notification_rules_silences_check" CHECK (jsonb_typeof("silences") = 'array');

-- AddCheck
ALTER TABLE "notification_logs" ADD CONSTRAINT "notification_logs_attempt_check" CHECK ("attempt" > 0);
ALTER TABLE "notification_logs" ADD CONSTRAINT "notification_logs_kind_check" CHECK ("kind" IN ('firing', 'resolved', 'event', 'test'));
ALTER TABLE "notification_logs" ADD CONSTRAINT "notification_logs_status_check" CHECK ("status" IN ('sending', 'sent', 'failed', 'dead', 'suppressed'));

-- AddCheck
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_prefix_check" CHECK (length("prefix") = 12);
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_hash_check" CHECK ("hash" ~ '^[0-9a-f]{64}$');
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes_check" CHECK ("scopes" IS NOT NULL AND "scopes" <@ ARRAY['read', 'ingest', 'write', 'notify', 'admin'] AND cardinality("scopes") > 0);

-- CreateIndex: a name belongs to one repository of a host, unless it is gone.
CREATE UNIQUE INDEX "repositories_host_full_name_key" ON "repositories"("host", lower("full_name")) WHERE "gone_at" IS NULL;

-- CreateIndex: finds a repository by a name that is no longer its own, among those that are gone.
CREATE INDEX "repositories_gone_name_idx" ON "repositories"(lower("full_name")) WHERE "gone_at" IS NOT NULL;

ALTER TABLE "erased_identities" ADD CONSTRAINT "erased_identities_hash_check" CHECK ("hash" ~ '^[0-9a-f]{64}$');

-- CreateIndex: of accounts known by their login alone, a login has one per host; of others the id or the e-mail address is the
-- identity.
CREATE UNIQUE INDEX "accounts_host_login_key" ON "accounts"("host", lower("login")) WHERE "external_id" IS NULL AND "email" IS NULL;

-- CreateIndex: of accounts without an id, an e-mail address has one per host.
CREATE UNIQUE INDEX "accounts_host_email_key" ON "accounts"("host", "email") WHERE "external_id" IS NULL;

-- CreateIndex: finds an account by its login, case-insensitive.
CREATE INDEX "accounts_login_lower_idx" ON "accounts"(lower("login"));

-- CreateIndex: a response has one row, of a pull request or an issue.
CREATE UNIQUE INDEX "pull_request_reviews_key" ON "pull_request_reviews"((COALESCE("pull_request_id", "issue_id")), "kind", "external_id");

-- CreateIndex: few pull requests are open.
CREATE INDEX "pull_requests_open_idx" ON "pull_requests"("repository_id") WHERE "state" = 'open';

-- CreateIndex: the same file twice is one review; the sha and the pull request may be null.
CREATE UNIQUE INDEX "ai_reviews_content_key" ON "ai_reviews"("repository_id", (COALESCE("pull_request_id", '00000000-0000-0000-0000-000000000000')), (COALESCE("sha", '')), "tool", "content_sha256");

-- CreateIndex: a name has one secret without an organization, and one per organization.
CREATE UNIQUE INDEX "secrets_name_key" ON "secrets"("name") WHERE "organization_id" IS NULL;

-- CreateIndex: also the secrets of an organization.
CREATE UNIQUE INDEX "secrets_organization_id_name_key" ON "secrets"("organization_id", "name");

-- CreateIndex: what is to be tried again.
CREATE INDEX "notification_logs_retry_idx" ON "notification_logs"("next_attempt_at") WHERE "status" = 'failed';

-- CreateIndex: foreign keys of bugs, where there is one.
CREATE INDEX "bugs_caused_by_deployment_id_idx" ON "bugs"("caused_by_deployment_id") WHERE "caused_by_deployment_id" IS NOT NULL;

-- CreateIndex: foreign keys of commits, where there is one.
CREATE INDEX "commits_pull_request_id_idx" ON "commits"("pull_request_id") WHERE "pull_request_id" IS NOT NULL;
CREATE INDEX "commits_deployment_id_idx" ON "commits"("deployment_id") WHERE "deployment_id" IS NOT NULL;
CREATE INDEX "commits_import_id_idx" ON "commits"("import_id") WHERE "import_id" IS NOT NULL;

-- CreateIndex: the few commits that revert another one, which metrics of failures read.
CREATE INDEX "commits_reverts_sha_idx" ON "commits"("repository_id", "reverts_sha") WHERE "reverts_sha" IS NOT NULL;

-- CreateIndex: the pull request whose merge commit is reverted, or reverts.
CREATE INDEX "pull_requests_merge_sha_idx" ON "pull_requests"("repository_id", "merge_sha") WHERE "merge_sha" IS NOT NULL;

-- CreateIndex: foreign keys of pull_requests, where there is one.
CREATE INDEX "pull_requests_merged_by_id_idx" ON "pull_requests"("merged_by_id") WHERE "merged_by_id" IS NOT NULL;
CREATE INDEX "pull_requests_deployment_id_idx" ON "pull_requests"("deployment_id") WHERE "deployment_id" IS NOT NULL;
CREATE INDEX "pull_requests_reverts_id_idx" ON "pull_requests"("reverts_id") WHERE "reverts_id" IS NOT NULL;
CREATE INDEX "pull_requests_bug_id_idx" ON "pull_requests"("bug_id") WHERE "bug_id" IS NOT NULL;
CREATE INDEX "pull_requests_import_id_idx" ON "pull_requests"("import_id") WHERE "import_id" IS NOT NULL;

-- CreateIndex: foreign keys of pull_request_reviews, where there is one.
CREATE INDEX "pull_request_reviews_pull_request_id_idx" ON "pull_request_reviews"("pull_request_id") WHERE "pull_request_id" IS NOT NULL;
CREATE INDEX "pull_request_reviews_issue_id_idx" ON "pull_request_reviews"("issue_id") WHERE "issue_id" IS NOT NULL;
CREATE INDEX "pull_request_reviews_import_id_idx" ON "pull_request_reviews"("import_id") WHERE "import_id" IS NOT NULL;

-- CreateIndex: foreign keys of issues, where there is one.
CREATE INDEX "issues_assignee_id_idx" ON "issues"("assignee_id") WHERE "assignee_id" IS NOT NULL;
CREATE INDEX "issues_bug_id_idx" ON "issues"("bug_id") WHERE "bug_id" IS NOT NULL;
CREATE INDEX "issues_caused_by_deployment_id_idx" ON "issues"("caused_by_deployment_id") WHERE "caused_by_deployment_id" IS NOT NULL;
CREATE INDEX "issues_import_id_idx" ON "issues"("import_id") WHERE "import_id" IS NOT NULL;

-- CreateIndex: foreign keys of deployments, where there is one.
CREATE INDEX "deployments_previous_id_idx" ON "deployments"("previous_id") WHERE "previous_id" IS NOT NULL;
CREATE INDEX "deployments_rolled_back_by_id_idx" ON "deployments"("rolled_back_by_id") WHERE "rolled_back_by_id" IS NOT NULL;
CREATE INDEX "deployments_import_id_idx" ON "deployments"("import_id") WHERE "import_id" IS NOT NULL;

-- CreateIndex: foreign keys of ai_reviews, where there is one.
CREATE INDEX "ai_reviews_import_id_idx" ON "ai_reviews"("import_id") WHERE "import_id" IS NOT NULL;

-- A cluster accepts triggers only with this setting, which has no effect elsewhere.
SET LOCAL citus.enable_unsafe_triggers = on;

CREATE TRIGGER "organizations_updated_at_1_given" BEFORE UPDATE OF "updated_at" ON "organizations" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "organizations_updated_at_2_set" BEFORE UPDATE ON "organizations" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "set_updated_at"();

CREATE TRIGGER "organizations_updated_at_3_given" BEFORE UPDATE OF "updated_at" ON "organizations" FOR EACH ROW
  WHEN (NEW."updated_at" = 'infinity') EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "notification_rules_updated_at_1_given" BEFORE UPDATE OF "updated_at" ON "notification_rules" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "notification_rules_updated_at_2_set" BEFORE UPDATE ON "notification_rules" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "set_updated_at"();

CREATE TRIGGER "notification_rules_updated_at_3_given" BEFORE UPDATE OF "updated_at" ON "notification_rules" FOR EACH ROW
  WHEN (NEW."updated_at" = 'infinity') EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "secrets_updated_at_1_given" BEFORE UPDATE OF "updated_at" ON "secrets" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "keep_updated_at"();

CREATE TRIGGER "secrets_updated_at_2_set" BEFORE UPDATE ON "secrets" FOR EACH ROW
  WHEN (NEW."updated_at" = OLD."updated_at") EXECUTE FUNCTION "set_updated_at"();

CREATE TRIGGER "secrets_updated_at_3_given" BEFORE UPDATE OF "updated_at" ON "secrets" FOR EACH ROW
  WHEN (NEW."updated_at" = 'infinity') EXECUTE FUNCTION "keep_updated_at"();
