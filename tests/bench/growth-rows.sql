-- For the growth of lists: :rows events, pull requests and sessions over two years before :now, of as many repositories and accounts at
-- each size. setseed makes every run draw the same.
SELECT setseed(0.5);

INSERT INTO organizations (slug, name) SELECT 'growth' || n, 'Growth ' || n FROM generate_series(1, 10) n;

INSERT INTO repositories (organization_id, host, external_id, full_name, default_branch, sensitivity, synced_from, synced_through)
SELECT o.id, 'growth.example', n, o.slug || '/repo' || n, 'main', 'public', :'now'::timestamptz - interval '800 days', :'now'
FROM generate_series(1, 200) n
JOIN organizations o ON o.slug = 'growth' || (1 + n % 10);

INSERT INTO accounts (host, external_id, login, is_bot)
SELECT 'growth.example', n, 'login' || n, n % 20 = 0 FROM generate_series(1, 500) n;

CREATE TEMP TABLE repo AS
SELECT id, row_number() OVER (ORDER BY full_name) AS place FROM repositories WHERE host = 'growth.example';
CREATE TEMP TABLE person AS SELECT id, row_number() OVER (ORDER BY login) AS place FROM accounts WHERE host = 'growth.example';
CREATE TEMP TABLE member AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM users;
CREATE TEMP TABLE drawn AS
SELECT n, :'now'::timestamptz - random() * interval '730 days' AS at, repo.id AS repository_id, person.id AS account_id
FROM (SELECT n, 1 + (random() * 199)::int AS r, 1 + (random() * 499)::int AS a FROM generate_series(1, :rows) n) drawn
JOIN repo ON repo.place = r
JOIN person ON person.place = a;

INSERT INTO events (occurred_at, received_at, source, delivery_key, name, action, repository_id, actor_id, payload, signature, state)
SELECT at, at, 'webhook', 'growth' || n, CASE WHEN n % 4 = 0 THEN 'push' ELSE 'pull_request' END, 'opened', repository_id, account_id,
  '{"number": 1}', 'unsigned', 'derived'
FROM drawn;

INSERT INTO pull_requests (
  repository_id, number, title, author_id, state, base_branch, additions, deletions, opened_at, merged_at, closed_at, detail)
SELECT repository_id, n, 'Change ' || n, account_id, CASE WHEN n % 50 = 0 THEN 'open' ELSE 'merged' END, 'main', n % 300, n % 100, at,
  CASE WHEN n % 50 > 0 THEN at + interval '9 hours' END, CASE WHEN n % 50 > 0 THEN at + interval '9 hours' END, 'full'
FROM drawn;

INSERT INTO metrics_sessions (user_id, session_start, session_end, total_duration_ms, focus_time_ms, external_source, external_id)
SELECT member.id, at, at + interval '20 minutes', 1200000, 900000, 'growth', n::text
FROM drawn
JOIN member ON member.place = n % (SELECT count(*) FROM member);

INSERT INTO tool_metrics (session_id, tool_name, tool_category, period_start, execution_count, error_count)
SELECT id, tool, 'shell', date_bin('15 minutes', session_start, 'epoch'), 3, 1
FROM metrics_sessions
CROSS JOIN (VALUES ('Bash'), ('Read')) AS used (tool)
WHERE external_source = 'growth';

VACUUM ANALYZE;
