# One image for every service of Rada; which one runs is the command.
# It installs the same lock as a checkout, tools included: what runs on a server is, package for
# package, what the tests ran with.
FROM python:3.11.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /rada
COPY requirements.lock ./
RUN pip install --require-hashes --only-binary :all: -r requirements.lock \
    && useradd --system --uid 10001 --no-create-home rada
COPY contracts ./contracts
COPY correlation ./correlation
COPY plumbing ./plumbing
COPY services ./services
COPY simulator ./simulator
COPY replay ./replay
COPY stack ./stack
COPY bench ./bench
COPY prove ./prove
COPY cli ./cli
COPY communities ./communities
USER 10001
ENTRYPOINT ["python", "-m"]
CMD ["cli", "--help"]
