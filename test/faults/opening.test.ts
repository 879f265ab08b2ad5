import { HouseDidNotOpen, startHouseProcess } from '@authorworks/local/house-process';
import { freePort } from '@authorworks/servers';
import { mayMount, mountSmallDisk } from '@authorworks/platform/testing';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const refusal = async (
  dataDirectory: string,
  options: { port?: number; args?: string[] } = {},
): Promise<{ code: number | null; lines: string[] }> => {
  try {
    const house = await startHouseProcess({ dataDirectory, ...options });
    await house.stop();
  } catch (error) {
    if (!(error instanceof HouseDidNotOpen)) throw error;
    const lines = error.message.split('\n').filter((line) => line.trim() !== '' && !/is ready \(\d+ ms\)$/.test(line));
    return { code: error.exitCode, lines };
  }
  throw new Error('the house opened');
};

/** What has ended and was not yet taken note of by its parent does not run. */
const runs = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('opening the house', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'authorworks-opening-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('opens on an empty folder, tells where it is and how to come in, and closes at once when asked', async () => {
    const house = await startHouseProcess({ dataDirectory: directory });
    expect(house.output()).toContain('The house is open:');
    expect(house.operator.email).toContain('@');
    expect((await fetch(`${house.url}/healthz`)).status).toBe(200);
    const [postgres, redis] = [house.serverPid('postgres'), house.serverPid('redis')];
    await house.stop('SIGINT');
    expect(house.output()).toContain('Closed.');
    expect([postgres, redis].filter(runs)).toEqual([]);
  });

  it('says in one line that the port is taken', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(port, '127.0.0.1', resolve));
    const { code, lines } = await refusal(directory, { port });
    other.close();
    expect(code).toBe(1);
    expect(lines).toEqual([
      `Port ${port} is taken by another program. Choose another: scripts/start --port ${port + 1}`,
    ]);
  });

  it('says in one line that another house has the folder', async () => {
    const house = await startHouseProcess({ dataDirectory: directory });
    const { code, lines } = await refusal(directory);
    await house.stop();
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/is running already, at http:\/\/localhost:\d+ \(process \d+\)/);
  });

  it('says in one line that the folder cannot be used, or an option is wrong', async () => {
    await writeFile(join(directory, 'file'), '');
    const unusable = await refusal(join(directory, 'file', 'below'));
    expect(unusable).toMatchObject({ code: 1, lines: [expect.stringContaining('cannot be written to')] });
    const wrong = await refusal(directory, { args: ['--port', 'many'] });
    expect(wrong).toMatchObject({ code: 1, lines: ['--port must be a number from 1 to 65535, not "many".'] });
    const unknown = await refusal(directory, { args: ['--prot', '1'] });
    expect(unknown).toMatchObject({ code: 1, lines: [expect.stringContaining('--prot')] });
  });

  it("says in one line that PostgreSQL's files are broken, and leaves them as they are", async () => {
    const house = await startHouseProcess({ dataDirectory: directory });
    await house.stop();
    await writeFile(join(directory, 'postgres/cluster/global/pg_control'), 'broken');
    const { code, lines } = await refusal(directory);
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^PostgreSQL did not start: .*pg_control/)]);
    expect(existsSync(join(directory, 'postgres/cluster/base'))).toBe(true);
  });

  it.skipIf(!mayMount())('says in one line that the disk is full', async () => {
    const disk = await mountSmallDisk(64);
    const { code, lines } = await refusal(disk.directory);
    await disk.unmount();
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/The disk is almost full: \d+ MB are free/);
  });
});
