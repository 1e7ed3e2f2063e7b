"""What a deployment may set: the only reader of the environment."""

import os
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from assetmap.settings.kinds import LOOPBACK, Networks, Origins, TilesUrl

PREFIX, NESTED = "ASSETMAP_", "__"


def data_folder() -> Path:
    """Where an ordinary user's programs keep their data."""
    shared = os.environ.get("XDG_DATA_HOME")
    return (Path(shared) if shared else Path.home() / ".local" / "share") / "assetmap"


class Settings(BaseSettings):
    """The settings, each read from ``ASSETMAP_`` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=NESTED, frozen=True
    )

    database_url: str | None = Field(
        None, description="PostGIS to use; absent: a private one under the home folder"
    )
    service_database_url: str | None = Field(
        None,
        description="The database as the service signs in to it, a member of "
        "assetmap_service; absent: as the owner, in that role",
    )
    read_database_url: str | None = Field(
        None, description="A replica for reads; absent: the same database"
    )
    public_url: str = Field(
        "", description="Address that links begin with; absent: the request's own"
    )
    home: Path = Field(
        default_factory=data_folder,
        description="Folder of the private database and of what is fetched",
    )
    test_data: Path | None = Field(
        None, description="Folder of publishers' files that some tests read"
    )
    loaded_by: str = Field(
        "", description="Who loads; absent: the user of the operating system"
    )
    workers: int = Field(2, ge=1, le=64, description="Service processes")
    pool_size: int = Field(
        12, ge=1, le=200, description="Database connections that a process keeps"
    )
    statement_timeout_ms: int = Field(
        30_000, ge=100, description="Longest that one statement of a request may take"
    )
    max_body_bytes: int = Field(
        10_000_000, ge=1_000, description="Largest request body"
    )
    max_vertices: int = Field(
        100_000, ge=100, description="Most vertices that a drawn shape may have"
    )
    max_sheet_bytes: int = Field(
        4_000_000_000,
        ge=100_000_000,
        description="Most memory that reading one spreadsheet may take",
    )
    max_unpacked_bytes: int = Field(
        2_000_000_000, ge=1_000, description="Most that one archive may unpack to"
    )
    max_archive_files: int = Field(
        1_000, ge=1, description="Most files that one archive may hold"
    )
    max_unpacking_ratio: int = Field(
        200, ge=2, description="Most times its own size that a large file may unpack to"
    )
    max_lookups: int = Field(
        10_000, ge=1, description="Most places in one bulk look-up"
    )
    min_sketches: int = Field(
        5, ge=5, description="Fewest sketches that a consensus is published from"
    )
    published_grid_m: int = Field(
        25, ge=25, description="Grid that a published consensus is drawn on, in metres"
    )
    exact_sketches: int = Field(
        200, ge=1, description="Most sketches whose consensus is exact, without a grid"
    )
    round_people: bool = Field(
        False,
        description="Whether counts of people in what residents drew are rounded, and "
        "small ones withheld",
    )
    fewest_people: int = Field(
        10, ge=2, description="Fewest people that are told of where counts are rounded"
    )
    round_people_to: int = Field(
        5, ge=2, description="What counts of people are rounded to, where they are"
    )
    fetch_attempts: int = Field(
        6, ge=1, le=20, description="Times that a publisher's service is asked"
    )
    fetch_timeout_s: float = Field(
        60, gt=0, description="Seconds in which a publisher's service must send"
    )
    fetch_wait_s: float = Field(
        1, ge=0, description="Seconds before it is asked again; they double each time"
    )
    fetch_max_bytes: int = Field(
        4_000_000_000, ge=1_000, description="Largest file that is fetched"
    )
    worker: bool = Field(
        True, description="Whether serve keeps a worker for jobs beside it"
    )
    job_attempts: int = Field(
        3, ge=1, le=100, description="How often a job is begun whose worker died"
    )
    job_poll_s: float = Field(
        1.0, gt=0, le=60, description="Seconds between looks at a job under way"
    )
    worker_heartbeat_s: float = Field(
        10.0,
        gt=0,
        le=600,
        description="Seconds between a worker's signs of life; three missed: it died",
    )
    worker_grace_s: float = Field(
        20.0,
        ge=0,
        description="Seconds that a job may go on when its worker is stopped",
    )
    request_grace_s: int = Field(
        20,
        ge=1,
        le=3_600,
        description="Seconds that a request may go on when the service is stopped",
    )
    max_upload_bytes: int = Field(
        2_000_000_000, ge=1_000, description="Largest file that may be sent to a load"
    )
    max_direct_work: float = Field(
        3_000_000,
        ge=0,
        description="Work over which a question becomes a job; a million is a second",
    )
    answer_hours: float = Field(
        24.0, gt=0, le=8_760, description="Hours that the answer of a job is kept"
    )
    rate_reads: int = Field(
        12_000, ge=0, description="Reads a minute by one address or key; 0: no limit"
    )
    rate_heavy: int = Field(
        600, ge=0, description="Computations a minute by one; 0: no limit"
    )
    rate_writes: int = Field(
        600, ge=0, description="Writes a minute by one; 0: no limit"
    )
    rate_drawings: int = Field(
        60, ge=0, description="Drawings by open links a minute by one; 0: no limit"
    )
    rate_sign_in: int = Field(
        30, ge=0, description="Sign-ins and refused keys a minute by one; 0: no limit"
    )
    rate_exempt: Networks = Field(
        LOOPBACK, description="Networks whose requests are not limited, but sign-ins"
    )
    trusted_proxies: Networks = Field(
        "", description="Networks of proxies whose X-Forwarded-For is believed"
    )
    feed_networks: Networks = Field(
        "", description="Networks of your own in which feeds may be asked"
    )
    webhook_networks: Networks = Field(
        "", description="Networks of your own to which webhooks may be sent"
    )
    allowed_origins: Origins = Field(
        "*", description="Websites whose pages may write, with a key; *: any"
    )
    base_map_url: TilesUrl = Field(
        "",
        description="Map tiles behind the page to draw on, with {z}, {x} and {y}; "
        "absent: only boundaries and assets, and nothing from elsewhere",
    )
    base_map_attribution: str = Field(
        "", description="What the base map's licence asks to be said beside it"
    )
    metrics_from: Networks = Field(
        LOOPBACK, description="Networks that may read /metrics without a key"
    )
    header_timeout_s: float = Field(
        10, gt=0, description="Seconds in which the head of a request must come"
    )
    max_header_bytes: int = Field(
        32_000, ge=1_000, description="Longest head of a request"
    )
    max_url_bytes: int = Field(
        8_000, ge=200, description="Longest address of a request, with its query"
    )
    body_idle_s: float = Field(
        20, gt=0, description="Seconds without a byte after which a body is given up"
    )
    body_least_bytes_s: int = Field(
        500, ge=1, description="Bytes a second that a body must bring on average"
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="Form of the log; auto: text on a terminal, else JSON"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least weighty lines of the log"
    )
    log_requests: bool = Field(True, description="Whether each request is logged")
    password_sign_in: bool = Field(
        True, description="Whether people may sign in with a password"
    )
    min_password_length: int = Field(
        12, ge=12, le=100, description="Fewest characters of a new password"
    )
    invitation_days: int = Field(
        7, ge=1, le=90, description="Days for which an invitation may be taken up"
    )
    session_idle_minutes: float = Field(
        60.0, gt=0, description="Minutes after which an unused sign-in ends"
    )
    session_hours: float = Field(
        12.0, gt=0, description="Hours after which any sign-in ends"
    )
    sign_in_keep_days: float = Field(
        30.0,
        ge=0,
        le=3_650,
        description="Days that ended sign-ins and used or lapsed invitations are kept",
    )
    sign_in_providers: Path | None = Field(
        None, description="TOML file of OpenID Connect providers; absent: none"
    )
    sign_in_secrets: dict[str, SecretStr] = Field(
        {}, description="Client secrets of providers: ASSETMAP_SIGN_IN_SECRETS__NAME"
    )
    spool_hours: float = Field(
        24.0, ge=0, description="Hours that the file of a failed job is kept"
    )

    @property
    def shared(self) -> Path:
        """The folder of what the processes of one machine share while they run."""
        return self.home / "shared"

    @property
    def spool(self) -> Path:
        """The folder where files wait for their job."""
        return self.home / "spool"


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
