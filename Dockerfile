# One image for each service of the table:  docker build --build-arg SERVICE=content -t authorworks/content .
# Multi-platform: every native package below has builds for linux/amd64 and linux/arm64.
#
# The stages up to `floor` do not know the service, so that all services share them and the layer of the floor. Builders that
# keep no stages between builds are given them as images: --target made and --target floor, then --build-arg MADE=… FLOOR=…
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG MADE=made
ARG FLOOR=floor

# What npm is told, with and without what is for development; it changes more rarely than the sources.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /house
COPY . .
RUN node scripts/image-manifests.ts /manifests

# What the repository does not hold: Prisma clients, the web app.
FROM ${NODE_IMAGE} AS build
WORKDIR /house
COPY --from=manifests /manifests/all ./
# not `npm ci`: see scripts/lib.sh
RUN npm install --no-save --no-audit --no-fund
COPY . .
RUN node scripts/prepare.ts && rm -rf packages/*/test packages/*/node_modules services/*/test services/web/app services/web/public services/*/node_modules

# All that is ours in an image.
FROM scratch AS made
COPY --from=build /house/packages /house/packages
COPY --from=build /house/services /house/services
COPY --from=manifests /manifests/run /manifests

# The packages that every service runs with.
FROM ${NODE_IMAGE} AS floor
WORKDIR /house
COPY --from=manifests /manifests/run/floor ./
COPY scripts/image-packages.sh /tmp/
RUN sh /tmp/image-packages.sh packages/platform

FROM ${MADE} AS outputs

FROM ${FLOOR}
ARG SERVICE
WORKDIR /house
COPY --from=outputs /manifests/services/${SERVICE} services/${SERVICE}/
COPY scripts/image-packages.sh /tmp/
RUN sh /tmp/image-packages.sh "services/${SERVICE}"
COPY --from=outputs /house/packages packages/
COPY --from=outputs /house/services/${SERVICE} services/${SERVICE}/
ENV NODE_ENV=production SERVICE=${SERVICE} PORT=3000 NODE_COMPILE_CACHE=/house/compile-cache
RUN mkdir compile-cache && chown 10001:10001 compile-cache
# a number, so that Kubernetes can see that it is not root; above 10000, so that it is nobody on the host
USER 10001:10001
# what V8 makes of the sources is kept for its user, so that a pod starts in less than half the time; imports do nothing
RUN node --input-type=module --eval 'await import(`/house/services/${process.env.SERVICE}/src/index.ts`)'
EXPOSE 3000
# a small young generation: bursts of messages do not make the heap grow (measured: 20 to 45 MiB less under load)
CMD ["sh", "-c", "exec node --max-semi-space-size=4 services/$SERVICE/src/main.ts"]
