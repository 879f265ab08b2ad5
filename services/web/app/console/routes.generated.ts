// Made by services/web/scripts/routes.ts from packages/contracts; npm run generate writes it again.

export const jobsRoutes = {
  listTasks: {"method":"GET","path":"/api/jobs/v1/tasks"},
  updateTask: {"method":"PATCH","path":"/api/jobs/v1/tasks/:task"},
  createRun: {"method":"POST","path":"/api/jobs/v1/runs"},
  listRuns: {"method":"GET","path":"/api/jobs/v1/runs","respond":"page"},
  readRun: {"method":"GET","path":"/api/jobs/v1/runs/:runId"},
  readRunLog: {"method":"GET","path":"/api/jobs/v1/runs/:runId/log"},
  cancelRun: {"method":"POST","path":"/api/jobs/v1/runs/:runId/cancel"},
  retryRun: {"method":"POST","path":"/api/jobs/v1/runs/:runId/retry"},
  readHouse: {"method":"GET","path":"/api/jobs/v1/house"},
  listHouseEvents: {"method":"GET","path":"/api/jobs/v1/house/events"},
  listServiceJobs: {"method":"GET","path":"/api/jobs/v1/services/:service/jobs","respond":"page"},
  retryServiceJob: {"method":"POST","path":"/api/jobs/v1/services/:service/jobs/:jobId/retry","respond":"empty"},
  listServiceDeadLetters: {"method":"GET","path":"/api/jobs/v1/services/:service/dead-letters"},
  replayServiceDeadLetter: {"method":"POST","path":"/api/jobs/v1/services/:service/dead-letters/:eventId/:listener/replay","respond":"empty","timeoutMs":65000},
} as const;
