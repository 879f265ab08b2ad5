import { jobsTasks } from '@authorworks/contracts';
import { processSource } from '@authorworks/platform';
import { checkEditions } from './tasks/check-editions.ts';
import { checkFiles } from './tasks/check-files.ts';
import { checkHouse } from './tasks/check-house.ts';
import { runTask, taskProgram } from './tasks/run-task.ts';

await runTask(
  [
    taskProgram(jobsTasks.checkHouse, checkHouse),
    taskProgram(jobsTasks.checkEditions, checkEditions),
    taskProgram(jobsTasks.checkFiles, checkFiles),
  ],
  processSource(),
);
