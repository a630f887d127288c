import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { generateProducts, type Product } from "../product.ts";

export interface Database {
  find(id: string): Promise<Product | undefined>;
  close(): Promise<void>;
}

const productCount = 2_000;

/** PGlite is WebAssembly: its hot functions are compiled, on all cores, while it serves at first. */
const rehearsals = 500;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly price_cents: number;
  readonly description: string;
}

const schema = `
  CREATE SCHEMA IF NOT EXISTS holdfast_shop;
  CREATE TABLE IF NOT EXISTS holdfast_shop.products (
    id text PRIMARY KEY,
    name text NOT NULL,
    price_cents integer NOT NULL,
    description text NOT NULL
  );
`;
const fill = `
  INSERT INTO holdfast_shop.products
  SELECT * FROM json_to_recordset($1::json)
    AS product(id text, name text, price_cents integer, description text)
  ON CONFLICT (id) DO NOTHING
`;
const select =
  "SELECT id, name, price_cents, description FROM holdfast_shop.products WHERE id = $1";

/**
 * The primary's data: a PostgreSQL server where `databaseUrl` names one, else PostgreSQL inside
 * this process (PGlite, in memory).
 */
export async function openDatabase(databaseUrl: string | undefined): Promise<Database> {
  const products = JSON.stringify(
    generateProducts(productCount).map(({ priceCents, ...rest }) => ({
      ...rest,
      price_cents: priceCents,
    })),
  );
  if (databaseUrl === undefined) {
    const database = await PGlite.create();
    await database.exec(schema);
    await database.query(fill, [products]);
    const find: Database["find"] = async (id) =>
      toProduct((await database.query<Row>(select, [id])).rows[0]);
    for (let query = 1; query <= rehearsals; query++) await find(String(query));
    return { find, close: () => database.close() };
  }
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 40 });
  await pool.query(schema);
  await pool.query(fill, [products]);
  return {
    find: async (id) => toProduct((await pool.query<Row>(select, [id])).rows[0]),
    close: () => pool.end(),
  };
}

function toProduct(row: Row | undefined): Product | undefined {
  return (
    row && {
      id: row.id,
      name: row.name,
      priceCents: row.price_cents,
      description: row.description,
    }
  );
}
