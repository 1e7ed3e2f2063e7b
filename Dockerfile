# The web service and the command line, without a database: name a PostGIS one in
# ASSETMAP_DATABASE_URL. compose.yaml puts the two together.

FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /srv/assetmap
COPY requirements.lock ./
RUN /srv/assetmap/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . ./
RUN /srv/assetmap/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /var/lib/assetmap assetmap
COPY --from=build /srv/assetmap /srv/assetmap
ENV PATH=/srv/assetmap/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ASSETMAP_HOME=/var/lib/assetmap
USER assetmap
WORKDIR /var/lib/assetmap
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["assetmap", "serve", "--host", "0.0.0.0"]
