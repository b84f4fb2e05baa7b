# The production image: web, worker, beat and migrate are the same image with different commands (docker-compose.yml).

FROM node:22-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/dms
COPY requirements/runtime.txt requirements/tools.txt requirements/
RUN python -m venv /opt/dms && /opt/dms/bin/pip install --require-hashes -r requirements/runtime.txt -r requirements/tools.txt
COPY . .
COPY --from=packages /packages/node_modules /packages/node_modules
# The settings refuse to start without a secret and a database; at build time neither is used.
RUN python -m devstack vendor --from /packages/node_modules \
 && DMS_SECRET_KEY=only-for-the-build DATABASE_URL=postgresql:///none DMS_STATIC_ROOT=/srv/static \
    /opt/dms/bin/python manage.py collectstatic --noinput -v 0 \
 && DMS_SECRET_KEY=only-for-the-build DATABASE_URL=postgresql:///none /opt/dms/bin/python manage.py translations --compile

FROM python:3.12-slim
# Names with characters beyond the standard list (extensions B to F) on paper.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-hanazono=20170904-2.1 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/dms --create-home dms && install -d -o 10001 -m 700 /backups
COPY --from=build /opt/dms /opt/dms
COPY --from=build /srv/static /srv/static
COPY --from=build /srv/dms /srv/dms
WORKDIR /srv/dms
ENV PATH=/opt/dms/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=dms.settings \
    DMS_VAR=/var/lib/dms DMS_STATIC_ROOT=/srv/static
USER 10001
VOLUME /var/lib/dms
EXPOSE 8000
CMD ["gunicorn", "dms.wsgi", "--bind", "0.0.0.0:8000"]
