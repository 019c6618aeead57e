/**
 * A query of the oids of what is in a schema; the name of the schema, as an expression, comes after it. pg_class has no index by
 * schema, and beside 1,000 workspaces a scan of it reads 300,000 rows. Every object depends on its schema, except indexes and
 * row types, which depend on their tables; pg_depend has an index of that.
 */
export function membersOf(catalogue: 'pg_class' | 'pg_proc' | 'pg_type'): string {
  return `
    SELECT member.objid
    FROM pg_namespace home
    JOIN pg_depend member ON member.refclassid = 'pg_namespace'::regclass AND member.refobjid = home.oid
    WHERE member.classid = '${catalogue}'::regclass AND home.nspname = `
}
