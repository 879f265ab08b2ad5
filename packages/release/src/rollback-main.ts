import { main } from './main.ts';

process.exitCode = await main('rollback', process.argv.slice(2));
