/** An empty database on the test server, without a single table: what a fresh installation starts from. */
import pg from 'pg';
import { withDatabase } from '../../database/testing/test-database.ts';
import { testServerUrl } from '../../database/testing/test-server.ts';

let counter = 0;

export interface EmptyDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** @param server address of another server than the one that tests share */
export async function emptyDatabase(server?: string): Promise<EmptyDatabase> {
  const address = server ?? (await testServerUrl());
  counter += 1;
  const name = `test_${process.pid}_empty_${counter}`;
  await asAdmin(address, (admin) => admin.query(`create database ${name}`));
  return {
    url: withDatabase(address, name),
    async drop() {
      await asAdmin(address, (admin) =>
        admin.query(`drop database if exists ${name} with (force)`),
      );
    },
  };
}

async function asAdmin(address: string, work: (admin: pg.Client) => Promise<unknown>) {
  const admin = new pg.Client({ connectionString: address });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
