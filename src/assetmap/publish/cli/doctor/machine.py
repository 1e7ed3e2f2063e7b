"""What the doctor sees of the machine: settings, disk, folders, fonts."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from assetmap import crs
from assetmap.accounts.sign_in.openid.providers import Provider
from assetmap.errors import AssetmapError
from assetmap.publish.cli.doctor.finding import Amiss, Look
from assetmap.publish.edge.rates import Counters
from assetmap.publish.export.drawing.letters import FONT, width_of
from assetmap.publish.signing_in import by_provider
from assetmap.settings import Settings, settings, unknown_names

LITTLE_BYTES = 1_000_000_000
"""So much should be free beside one file of the largest size that may be sent."""


def looks() -> Iterator[Look]:
    """What is looked at without a database."""
    yield Look("settings", _settings, "take it out of the environment")
    yield Look("public address", _public_url, "set ASSETMAP_PUBLIC_URL")
    yield Look("OSTN15", _transformation, "reinstall convertbng 2 or later")
    yield Look("fonts", _fonts, "reinstall assetmap: its files are not all there")
    yield Look("disk", _disk, "make room, or set ASSETMAP_HOME to a larger disk")
    yield Look("spool", _spool, "let the service's user write to ASSETMAP_HOME")
    yield from _sign_in()
    yield Look("counters", _counters, "let the service's user write to ASSETMAP_HOME")


def _settings() -> str:
    unknown = unknown_names()
    if unknown:
        told = [
            f"{name} is no setting" + (f" ({like} is)" if like else "")
            for name, like in unknown
        ]
        raise Amiss("; ".join(told) + ".")
    changed = [
        f"ASSETMAP_{name.upper()}"
        for name in Settings.model_fields
        if name in settings().model_fields_set
    ]
    return f"{', '.join(changed)} set" if changed else "all as they come"


def _public_url() -> str:
    """The address that people use, and whether limits know the gateway before it."""
    chosen = settings()
    if not chosen.public_url:
        return "not set: links begin with the address that is asked"
    parts = urlsplit(chosen.public_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Amiss(
            f"{chosen.public_url!r} is no address.",
            "write it as https://map.example.org",
        )
    if parts.query or parts.fragment:
        raise Amiss(
            f"{chosen.public_url!r} has more than a host and a path.",
            "leave out what follows ? or #",
        )
    if not chosen.trusted_proxies:
        raise Amiss(
            f"{chosen.public_url}, but no gateway is trusted: limits count all of its "
            "clients as one.",
            "set ASSETMAP_TRUSTED_PROXIES to the network that it asks from",
            is_advice=True,
        )
    return chosen.public_url


def _sign_in() -> Iterator[Look]:
    """Each provider that people sign in with, asked what it tells of itself."""
    mend = "see docs/how-to/sign-in-with-openid.md"
    try:
        found = by_provider.providers().values()
    except AssetmapError:
        yield Look("sign-in", lambda: str(by_provider.providers()), mend)
        return
    for each in found:
        yield Look(f"sign-in with {each.name}", partial(_asked, each), mend)


def _asked(provider: Provider) -> str:
    keys = len(by_provider.MEMORY.keys(provider).keys)
    return f"{provider.title} answers, and has {keys} keys"


def _transformation() -> str:
    return f"the check point is {crs.check():.3f} m out"


def _fonts() -> str:
    try:
        if width_of("Neighbourhood", 10) > 0:
            return FONT.name
    except OSError as error:
        raise Amiss(f"{FONT.name} cannot be read: {error}.") from error
    raise Amiss(f"{FONT.name} has no letters.")


def _nearest(folder: Path) -> Path:
    """The folder, or what is there of the way to it."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def _disk() -> str:
    chosen = settings()
    place = _nearest(chosen.home)
    free = shutil.disk_usage(place).free
    wanted = LITTLE_BYTES + chosen.max_upload_bytes
    told = f"{free / 1e9:,.1f} GB are free under {place}"
    if free < LITTLE_BYTES:
        raise Amiss(f"only {told}.")
    if free < wanted:
        raise Amiss(
            f"{told}: too little for a file of {chosen.max_upload_bytes:,} bytes.",
            "make room, or lower ASSETMAP_MAX_UPLOAD_BYTES",
            is_advice=True,
        )
    return told


def _spool() -> str:
    spool = settings().spool
    try:
        spool.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=spool, prefix=".doctor-"):
            pass
        kept = [each for each in spool.iterdir() if each.is_dir()]
    except OSError as error:
        raise Amiss(f"files cannot be kept in {spool}: {error.strerror}.") from error
    return f"{len(kept)} file{'' if len(kept) == 1 else 's'} in {spool}"


def _counters() -> str:
    place = settings().shared / "rates"
    if Counters(place).is_shared:
        return f"shared by all processes, in {place}"
    raise Amiss(
        f"{place} cannot be written to: each process counts requests for itself.",
        is_advice=True,
    )


def clock_is_off_s(theirs: datetime) -> float:
    """How far the database's clock is ahead of this machine's."""
    return (theirs - datetime.now(UTC)).total_seconds()
