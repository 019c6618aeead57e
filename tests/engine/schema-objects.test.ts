import { expect, test } from 'vitest'
import { objectsOf } from '../../src/engine/schema/schema-objects.js'

test('what migrations make is read out of their SQL, in an order in which it can be dropped', () => {
  const sql = `
CREATE TYPE "Colour" AS ENUM ('red', 'green');
CREATE SEQUENCE IF NOT EXISTS "numbers";
CREATE TABLE "cars" ("colour" "Colour");
CREATE UNIQUE INDEX "cars_colour_key" ON "cars"("colour");
CREATE FUNCTION "paint"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  -- CREATE TABLE "not this one"
  RETURN NEW;
END $$;
CREATE VIEW "red cars" AS SELECT * FROM "cars";`
  expect(objectsOf([{ sql }])).toEqual([
    { kind: 'VIEW', name: 'red cars' },
    { kind: 'TABLE', name: 'cars' },
    { kind: 'SEQUENCE', name: 'numbers' },
    { kind: 'FUNCTION', name: 'paint' },
    { kind: 'TYPE', name: 'Colour' },
  ])
})

test('what a later migration drops is gone', () => {
  const migrations = ['CREATE TABLE "a" (id int);\nCREATE TABLE "b" (id int);', 'DROP TABLE IF EXISTS "a";']
  expect(objectsOf(migrations.map((sql) => ({ sql })))).toEqual([{ kind: 'TABLE', name: 'b' }])
})
