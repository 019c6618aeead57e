-- Two years of delivery for the benchmark: 200 repositories, 500 accounts, :events events of the last 90 days, a tenth as many pull
-- requests. :now is the moment at which the windows end. setseed makes every run draw the same.
SELECT setseed(0.5);

INSERT INTO organizations (slug, name) SELECT 'org' || n, 'Org ' || n FROM generate_series(1, 10) n;

INSERT INTO repositories (organization_id, host, external_id, full_name, default_branch, sensitivity, synced_from, synced_through)
SELECT o.id, 'github.com', n, o.slug || '/repo' || n, 'main', 'public', :'now'::timestamptz - interval '800 days', :'now'
FROM generate_series(1, 200) n
JOIN organizations o ON o.slug = 'org' || (1 + n % 10);

INSERT INTO accounts (host, external_id, login, is_bot)
SELECT 'github.com', n, 'login' || n, n % 20 = 0 FROM generate_series(1, 500) n;

CREATE TEMP TABLE repo AS SELECT id, row_number() OVER (ORDER BY full_name) AS place FROM repositories;
CREATE TEMP TABLE person AS SELECT id, row_number() OVER (ORDER BY login) AS place FROM accounts;

INSERT INTO deployments (repository_id, source, external_id, environment, status, sha, finished_at, link)
SELECT repo.id, 'deployment', n::text, 'production', CASE WHEN random() < 0.9 THEN 'success' ELSE 'failure' END, md5(n::text),
  :'now'::timestamptz - random() * interval '730 days', 'exact'
FROM generate_series(1, :events / 25) n
JOIN repo ON repo.place = 1 + n % 200;

UPDATE deployments d SET rolled_back_by_id = (
  SELECT l.id FROM deployments l
  WHERE l.repository_id = d.repository_id AND l.finished_at > d.finished_at AND l.status = 'success'
  ORDER BY l.finished_at LIMIT 1)
WHERE d.status = 'success' AND random() < 0.04;

INSERT INTO pull_requests (
  repository_id, number, title, author_id, state, base_branch, additions, deletions, labels, opened_at, ready_at,
  first_commit_at, first_response_at, first_review_at, approved_at, merged_at, closed_at, detail)
SELECT repo.id, n, 'Change ' || n, person.id, CASE WHEN open THEN 'open' WHEN merged THEN 'merged' ELSE 'closed' END, 'main',
  (random() * 300)::int, (random() * 100)::int, ARRAY['feature'], at, at, at - random() * interval '3 days',
  at + interval '2 hours', CASE WHEN reviewed THEN at + interval '3 hours' END, CASE WHEN reviewed THEN at + interval '5 hours' END,
  CASE WHEN merged AND NOT open THEN at + interval '9 hours' END, CASE WHEN NOT open THEN at + interval '9 hours' END, 'full'
FROM (
  SELECT n, :'now'::timestamptz - random() * interval '730 days' AS at, random() < 0.8 AS merged, random() < 0.02 AS open,
    random() < 0.7 AS reviewed, 1 + (random() * 199)::int AS r, 1 + (random() * 499)::int AS a
  FROM generate_series(1, :events / 10) n
) drawn
JOIN repo ON repo.place = r
JOIN person ON person.place = a;

UPDATE pull_requests p SET (deployment_id, deployed_at) = (
  SELECT d.id, d.finished_at FROM deployments d
  WHERE d.repository_id = p.repository_id AND d.status = 'success' AND d.finished_at > p.merged_at
  ORDER BY d.finished_at LIMIT 1)
WHERE p.merged_at IS NOT NULL;

UPDATE pull_requests p SET reverts_id = (
  SELECT o.id FROM pull_requests o WHERE o.repository_id = p.repository_id AND o.merged_at < p.merged_at
  ORDER BY o.merged_at DESC LIMIT 1)
WHERE p.merged_at IS NOT NULL AND random() < 0.01;

INSERT INTO pull_request_reviews (pull_request_id, kind, external_id, author_id, state, submitted_at)
SELECT p.id, 'review', row_number() OVER (), person.id, 'approved', p.opened_at + interval '3 hours'
FROM pull_requests p
CROSS JOIN generate_series(1, 2) n
JOIN person ON person.place = 1 + (p.number * 7 + n) % 500;

INSERT INTO commits (repository_id, sha, author_id, authored_at, committed_at, additions, deletions, parents, on_default_branch)
SELECT repo.id, md5('c' || n), person.id, at, at, 10, 5, ARRAY[md5('c' || n - 1)], n % 3 > 0
FROM (
  SELECT n, :'now'::timestamptz - random() * interval '730 days' AS at, 1 + (random() * 199)::int AS r, 1 + (random() * 499)::int AS a
  FROM generate_series(1, :events * 2 / 5) n
) drawn
JOIN repo ON repo.place = r
JOIN person ON person.place = a;

INSERT INTO issues (repository_id, number, title, author_id, state, opened_at, closed_at, first_response_at)
SELECT repo.id, 1000000 + n, 'Issue ' || n, person.id, 'closed', at, at + interval '5 days', at + interval '7 hours'
FROM (
  SELECT n, :'now'::timestamptz - random() * interval '730 days' AS at, 1 + (random() * 199)::int AS r, 1 + (random() * 499)::int AS a
  FROM generate_series(1, :events * 3 / 50) n
) drawn
JOIN repo ON repo.place = r
JOIN person ON person.place = a;

INSERT INTO ai_reviews (repository_id, pull_request_id, tool, format, content_sha256, risk_score, critical, high, medium, low, info, suppressed, reviewed_at)
SELECT p.repository_id, p.id, 'scanner', 'sarif', md5(p.id::text) || md5(p.number::text), (random() * 100)::int, 0, 0, 0, 0, 0, 0, p.opened_at
FROM pull_requests p
WHERE p.number % 2 = 0;

INSERT INTO events (occurred_at, received_at, source, delivery_key, name, action, repository_id, actor_id, payload, signature, state)
SELECT at, at, 'webhook', n::text, 'pull_request', 'opened', repo.id, person.id, '{"number": 1}', 'unsigned', 'derived'
FROM (
  SELECT n, :'now'::timestamptz - random() * interval '90 days' AS at, 1 + (random() * 199)::int AS r, 1 + (random() * 499)::int AS a
  FROM generate_series(1, :events) n
) drawn
JOIN repo ON repo.place = r
JOIN person ON person.place = a;

VACUUM ANALYZE;
