export { eventually } from './eventually.ts';
export { hasMinio, startTestMinio } from './minio.ts';
export { mayMount, mountSmallDisk, type SmallDisk } from './small-disk.ts';
export { startTestServers, type TestServers } from './servers.ts';
export { startTestService, TEST_SERVICE_KEY, type TestService, type TestServiceOptions } from './start-test-service.ts';
export { type TestIssuer, startTestIssuer } from './test-issuer.ts';
export { startWire, type Wire } from './wire.ts';
