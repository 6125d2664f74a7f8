# One image for every process of the yard; what it runs is its command.
FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/taskyard
ENV PATH=/opt/taskyard/bin:$PATH
WORKDIR /src
COPY requirements-build.lock requirements-run.lock ./
RUN pip install --require-hashes -r requirements-build.lock \
 && pip install --require-hashes --no-build-isolation -r requirements-run.lock
COPY . .
RUN pip install --no-deps --no-build-isolation .

FROM python:3.12-slim
# What is needed to read text in pictures, in the six languages.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends tesseract-ocr-eng tesseract-ocr-fra \
    tesseract-ocr-deu tesseract-ocr-spa tesseract-ocr-ara tesseract-ocr-chi-sim \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/taskyard --create-home taskyard \
 && chmod 0700 /var/lib/taskyard
COPY --from=build /opt/taskyard /opt/taskyard
ENV PATH=/opt/taskyard/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TASKYARD_HOME=/var/lib/taskyard \
    TASKYARD_LOG_FORMAT=json
USER taskyard
WORKDIR /var/lib/taskyard
VOLUME /var/lib/taskyard
EXPOSE 8000
CMD ["python", "-m", "api"]
