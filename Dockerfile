# The images of docker-compose.test.yml, for any builder (no BuildKit needed):
#
#   world      the simulators and the reference connectors; what plain `docker build .` makes
#   features   the scenarios and the renderer of their report, with its own Node
#   load       the load profiles
#
# A mirror, a proxy or a company's own certificates: see docs/containers.md.
ARG PYTHON_IMAGE=python:3.11-slim

# -- what all have, before any code: it is made again only when pyproject.toml changes --------------------------------------
FROM ${PYTHON_IMAGE} AS base
# pip's and npm's own names. Not in the images' environment, but in their history: no place for a password.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /loopyard
COPY pyproject.toml ./
# Editable, around packages that are still empty: the installation points at the folders that the code is copied into later.
# In an environment of its own, since distributions guard their Python against pip.
RUN python -m venv /opt/venv \
 && mkdir loopyard simulators connectors fixtures \
 && touch loopyard/__init__.py simulators/__init__.py connectors/__init__.py README.md LICENSE \
 && pip install --quiet --editable '.[fast]' \
 && useradd --system --no-create-home --home-dir /tmp loopyard
ENV HOME=/tmp

# -- the world ------------------------------------------------------------------------------------------------------------
FROM base AS world
COPY . .
USER loopyard
EXPOSE 4800
HEALTHCHECK --interval=2s --timeout=3s --start-period=10s --retries=15 CMD ["scripts/container/healthy", "4800", "/health"]
ENTRYPOINT ["loopyard"]
# Its control moves money, so beyond loopback it wants a token: docker run -e LOOPYARD_TOKEN=...
CMD ["up", "--bind", "0.0.0.0"]

# -- the scenarios ---------------------------------------------------------------------------------------------------------
FROM base AS features
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG NPM_CONFIG_REGISTRY
# Node trusts whom the base image trusts, as pip does, and not only the authorities it was built with.
ENV NODE_USE_SYSTEM_CA=1
RUN pip install --quiet --editable '.[fast,test,report]'
COPY tools tools
COPY loopyard/kernel/errors.py loopyard/kernel/
COPY loopyard/cli/report.py loopyard/cli/
RUN python -m loopyard.cli.report --install
COPY . .
USER loopyard
ENTRYPOINT ["scripts/container/as-owner"]
CMD ["pytest", "features"]

# -- the load profiles -----------------------------------------------------------------------------------------------------
FROM base AS load
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
RUN pip install --quiet --editable '.[fast,load]'
COPY . .
USER loopyard
ENTRYPOINT ["scripts/container/as-owner"]
CMD ["locust", "--help"]

# -- what a build without a target makes
FROM world
